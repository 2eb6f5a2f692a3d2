//! What there is to do: one log or many, from opening to the last byte.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use lognorm_mmap::report::Progress;
use lognorm_mmap::{Error, Job, Outcome, Result, Sink, Source, run, run_all};
use nix::errno::Errno;

use crate::cli::When;
use crate::config::Config;
use crate::streams;

/// What is to be read and written.
#[derive(Debug)]
pub enum Task {
    One { input: Place, output: Place },
    Many { jobs: Vec<Job>, folder: PathBuf },
}

/// One end of a run.
#[derive(Debug)]
pub enum Place {
    /// Standard input, or standard output.
    Standard,
    File(PathBuf),
}

impl Place {
    /// What `path` names, where `-` or nothing is a standard stream.
    pub fn named(path: Option<PathBuf>) -> Self {
        match path {
            Some(path) if path.as_os_str() != "-" => Self::File(path),
            _ => Self::Standard,
        }
    }

    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Standard => None,
        }
    }
}

impl Task {
    /// Does all there is to do, and says how it went, for each of the inputs.
    ///
    /// # Errors
    ///
    /// Nothing could be done.
    pub fn perform(&self, config: &Config) -> Result<Vec<Result<Outcome>>> {
        match self {
            Self::One { input, output } => {
                let source = open_source(input, config)?;
                let sink = open_sink(output, &source, config)?;
                let _progress = progress(config, source.size());
                Ok(vec![Ok(run(source, sink, &config.options)?)])
            }
            Self::Many { jobs, folder } => {
                check_folder(folder)?;
                let size =
                    |job: &Job| fs::metadata(&job.input).map_or(0, |metadata| metadata.len());
                let total = || jobs.iter().map(size).sum();
                let is_shown = config.progress != When::Never;
                let _progress = progress(config, is_shown.then(total));
                run_all(jobs, &config.source, config.sink, &config.options)
            }
        }
    }

    /// Whether a progress bar would be drawn into the patterns.
    pub fn prints_on_terminal(&self) -> bool {
        matches!(self, Self::One { output: Place::Standard, .. }) && io::stdout().is_terminal()
    }
}

fn open_source(input: &Place, config: &Config) -> Result<Source> {
    match input {
        Place::Standard if streams::stdin_was_closed() => Err(closed("standard input")),
        Place::Standard => Source::stdin(&config.source),
        Place::File(path) => Source::open(path, &config.source),
    }
}

/// After the source: if that fails, the output is not touched.
fn open_sink(output: &Place, source: &Source, config: &Config) -> Result<Sink> {
    match output {
        Place::Standard if streams::stdout_was_closed() => Err(closed("standard output")),
        Place::Standard => Sink::stdout(source, config.sink),
        Place::File(path) => Sink::create(path, source, config.sink),
    }
}

/// That a standard stream was closed when the program was started.
pub fn closed(stream: impl Into<PathBuf>) -> Error {
    Error::Io { path: stream.into(), source: Errno::EBADF.into() }
}

/// Checks that `folder` is one, once instead of for each file that is to go there.
fn check_folder(folder: &Path) -> Result<()> {
    let failed = |source| Error::Io { path: folder.into(), source };
    let is_folder = fs::metadata(folder).map_err(failed)?.is_dir();
    if is_folder { Ok(()) } else { Err(failed(Errno::ENOTDIR.into())) }
}

/// A progress bar, if it is wanted and there is a thread to draw it.
fn progress(config: &Config, total: Option<u64>) -> Option<Progress> {
    let at_once = match config.progress {
        When::Never => return None,
        When::Auto if !io::stderr().is_terminal() => return None,
        When::Auto => false,
        When::Always => true,
    };
    Progress::start(config.source.meter.clone(), total, at_once).ok()
}
