//! What the command line means: where to read and write, and how to go about it.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::thread;

use clap::error::ErrorKind;
use lognorm_mmap::catalogue::{Emit, Limits};
use lognorm_mmap::text::Printable;
use lognorm_mmap::{
    Compression, Content, Job, Kernel, Meter, Options, Replace, Result, Rules, SinkOptions,
    SourceOptions,
};

use crate::args::Cli;
use crate::catalogue::destination::Destination;
use crate::extensions::{self, Promise};
use crate::messages::Warnings;
use crate::profile::Profile;
use crate::standard_streams::{Standard, is_same};
use crate::startup::{STDIN, STDOUT};
use crate::values::{Compress, StatsFormat, When};
use crate::{about, limits, targets};

/// A run that makes sense.
#[derive(Debug)]
pub struct Config {
    pub task: Task,
    pub source: SourceOptions,
    pub sink: SinkOptions,
    pub options: Options,
    /// The rules, unless known patterns are given, which have theirs.
    pub rules: Rules,
    pub stats: Option<StatsFormat>,
    pub progress: When,
    pub profile: Option<Profile>,
    pub warnings: Warnings,
}

/// What is to be read and written.
#[derive(Debug)]
pub enum Task {
    One { input: Endpoint, output: Endpoint, extras: Extras },
    Many { jobs: Vec<Job>, folder: PathBuf },
}

/// What is wanted of a log beside its patterns.
#[derive(Debug)]
pub struct Extras {
    pub catalogue: Option<Destination>,
    pub limits: Limits,
    /// The catalogue of what is known, and what is to be written of what is not.
    pub known: Option<(PathBuf, Emit)>,
}

/// One end of a run.
#[derive(Debug)]
pub enum Endpoint {
    /// Standard input, or standard output.
    Standard,
    /// Of an output that nobody wants.
    Nowhere,
    File(PathBuf),
}

impl Endpoint {
    /// What `path` names, where nothing, `-` and its like are the standard stream.
    pub fn named(path: Option<PathBuf>, standard: Standard) -> Self {
        match path {
            Some(path) if !standard.is_named_by(&path) => Self::File(path),
            _ => Self::Standard,
        }
    }

    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Standard | Self::Nowhere => None,
        }
    }

    /// As a path, where `standard` is that of the standard stream.
    fn path(&self, standard: &'static str) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Standard => Some(Path::new(standard)),
            Self::Nowhere => None,
        }
    }
}

impl Task {
    /// What is read and written, as it was named.
    pub fn files(&self) -> Box<dyn Iterator<Item = &Path> + '_> {
        match self {
            Self::One { input, output, extras } => {
                let (input, output) = (input.path(STDIN), output.path(STDOUT));
                let catalogue = extras.catalogue.as_ref().map(Destination::path);
                let known = extras.known.as_ref().map(|(path, _)| path.as_path());
                let files = [input, output, catalogue, known];
                Box::new(files.into_iter().flatten())
            }
            Self::Many { jobs, .. } => {
                Box::new(jobs.iter().flat_map(|job| [job.input.as_path(), &job.output]))
            }
        }
    }

    /// Whether a progress bar would be drawn into the patterns.
    pub fn prints_on_terminal(&self) -> bool {
        matches!(self, Self::One { output: Endpoint::Standard, .. }) && io::stdout().is_terminal()
    }
}

impl Config {
    /// Works out what was meant.
    ///
    /// # Errors
    ///
    /// A usage error if what was typed does not go together, if the CPU lacks what the kernel
    /// needs, or if the log would be what is typed next, without that having been asked for.
    pub fn new(cli: Cli) -> Result<Self, clap::Error> {
        let threads = match cli.threads {
            0 => thread::available_parallelism().map_or(1, Into::into),
            threads => threads,
        };
        let kernel = cli.kernel.kernel().ok_or_else(no_such_kernel)?;
        let rules = cli.rules.rules();
        let (task, compression) = task(&cli)?;
        let progress = match cli.progress {
            _ if cli.quiet || cli.stats == Some(StatsFormat::Json) => When::Never,
            When::Auto if task.prints_on_terminal() => When::Never,
            when => when,
        };
        let stats = match cli.stats {
            None if !cli.quiet && io::stderr().is_terminal() => Some(StatsFormat::Text),
            stats => stats,
        };
        let is_json = stats == Some(StatsFormat::Json);
        let warnings = match (cli.quiet, is_json) {
            (true, _) => Warnings::Dropped,
            (false, true) => Warnings::kept(),
            (false, false) => Warnings::Printed,
        };
        if is_json && cli.progress == When::Always {
            let message = "--progress=always and --stats=json would both be on standard error, \
                           which no program could read; leave one of them out";
            return Err(usage(ErrorKind::ArgumentConflict, message));
        }
        let profile = Profile::wanted(&cli, task.files())
            .map_err(|reason| usage(ErrorKind::ArgumentConflict, reason))?;
        // A limit is on mappings too, and less is to be had by reading.
        let map = !cli.no_mmap && !limits::is_address_space_limited();
        Ok(Self {
            task,
            source: SourceOptions { map, format: cli.decompress.format(), meter: Meter::new() },
            sink: SinkOptions { sync: cli.sync, replace: replace(&cli), compression, threads: 1 },
            options: Options { threads, chunk_size: cli.chunk_size.as_u64() as usize, kernel },
            rules,
            stats,
            progress,
            profile,
            warnings,
        })
    }

    /// Takes no more threads than there is memory for.
    ///
    /// # Errors
    ///
    /// There is not enough for one.
    pub fn fit_memory(&mut self) -> Result<()> {
        let is_compressed = self.sink.compression != Compression::None;
        self.options.threads = limits::threads_that_fit(&self.options, is_compressed)?;
        // zstd's own threads take far more than ours, and start at once.
        let cpus = thread::available_parallelism().map_or(1, Into::into);
        let most = if limits::is_memory_limited() { 1 } else { cpus };
        self.sink.threads = self.options.threads.min(most);
        Ok(())
    }
}

/// What is to be done, and how its output is compressed.
fn task(cli: &Cli) -> Result<(Task, Compression), clap::Error> {
    let mut files = cli.files.iter().cloned();
    if let Some(folder) = &cli.target_directory {
        if cli.files.is_empty() {
            return Err(usage(ErrorKind::MissingRequiredArgument, "no INPUT given for -t DIR"));
        }
        let compression = compression(cli, None)?;
        let jobs = targets::jobs(files.collect(), folder, compression)
            .map_err(|reason| usage(ErrorKind::ArgumentConflict, reason))?;
        return Ok((Task::Many { jobs, folder: folder.clone() }, compression));
    }
    let (input, output) = (files.next(), files.next());
    if let Some(third) = files.next() {
        let third = Printable(&third);
        let message = format!(
            "'{third}' is one too many: there is one INPUT and one OUTPUT; \
             give many logs as -t DIR INPUT..."
        );
        return Err(usage(ErrorKind::TooManyValues, message));
    }
    if input.is_none() && io::stdin().is_terminal() {
        return Err(usage(
            ErrorKind::MissingRequiredArgument,
            "no INPUT given, and standard input is a terminal; \
             name a log, or give - to type one",
        ));
    }
    let output = match output {
        None if cli.patterns.is_some() => Endpoint::Nowhere,
        output => Endpoint::named(output, Standard::Output),
    };
    let compression = compression(cli, output.file())?;
    if matches!(output, Endpoint::Nowhere) && compression != Compression::None {
        let message = "--compress is of no use: --patterns leaves OUTPUT out, unless it is named";
        return Err(usage(ErrorKind::ArgumentConflict, message));
    }
    let input = Endpoint::named(input, Standard::Input);
    let extras = extras(cli, &input, &output)?;
    Ok((Task::One { input, output, extras }, compression))
}

fn extras(cli: &Cli, input: &Endpoint, output: &Endpoint) -> Result<Extras, clap::Error> {
    let conflict = |message| Err(usage(ErrorKind::ArgumentConflict, message));
    let output = output.path(STDOUT);
    let is_output = |path: &Path| output.is_some_and(|output| is_same(path, output));
    if cli.patterns.as_ref().is_some_and(|catalogue| is_output(catalogue.path())) {
        return conflict("--patterns and OUTPUT are the same; leave OUTPUT out, or name another");
    }
    let known = cli.known.clone().map(|path| Endpoint::named(Some(path), Standard::Input));
    if matches!((&known, input), (Some(Endpoint::Standard), Endpoint::Standard)) {
        return conflict("--known and INPUT are both standard input; name one of them");
    }
    if known.as_ref().and_then(|known| known.path(STDIN)).is_some_and(is_output) {
        return conflict("--known and OUTPUT are the same; name another OUTPUT");
    }
    let most = cli.max_patterns.map_or(Limits::DEFAULT_PATTERNS, |most| most as usize);
    let emit = if cli.raw { Emit::Line } else { Emit::Pattern };
    let known = cli.known.clone().map(|path| (path, emit));
    let catalogue = cli.patterns.clone();
    Ok(Extras { catalogue, limits: Limits::of_patterns(most), known })
}

/// Which existing files the outputs may replace.
fn replace(cli: &Cli) -> Replace {
    if cli.no_clobber {
        return Replace::Nothing;
    }
    // Lines of a log are not told from what else a file may hold.
    if cli.force || cli.raw { Replace::Anything } else { Replace::Only(Content::PATTERNS) }
}

fn compression(cli: &Cli, output: Option<&Path>) -> Result<Compression, clap::Error> {
    let (compression, levels) = match (cli.compress, output.and_then(extensions::promise)) {
        (Compress::Gzip, _) | (Compress::Auto, Some(Promise::Gzip)) => {
            (Compression::Gzip { level: cli.level.unwrap_or(6) }, 0..=9)
        }
        (Compress::Zstd, _) | (Compress::Auto, Some(Promise::Zstd)) => {
            (Compression::Zstd { level: cli.level.unwrap_or(3) as i32 }, 1..=22)
        }
        (Compress::Auto, Some(Promise::Other(format))) => {
            let name = Printable(output.unwrap_or(Path::new("OUTPUT")));
            let message = format!(
                "{name} would not be what its name says, for {format} is not written; \
                 name it .gz or .zst, or have plain text in it by --compress none"
            );
            return Err(usage(ErrorKind::InvalidValue, message));
        }
        (Compress::None | Compress::Auto, _) if cli.level.is_some() => {
            let message = "--level is of no use: the extension of OUTPUT is not .gz or .zst, \
                           and no --compress says what to compress it in";
            return Err(usage(ErrorKind::ArgumentConflict, message));
        }
        (Compress::None | Compress::Auto, _) => return Ok(Compression::None),
    };
    match cli.level {
        Some(level) if !levels.contains(&level) => {
            let (name, least, most) = (compression.name(), levels.start(), levels.end());
            let message = format!("--level {level} is not in {least} to {most}, as {name} has it");
            Err(usage(ErrorKind::InvalidValue, message))
        }
        _ => Ok(compression),
    }
}

fn no_such_kernel() -> clap::Error {
    let available: Vec<_> = Kernel::available().map(Kernel::name).collect();
    let available = available.join(", ");
    let message = format!("this CPU cannot run that --kernel; it can run {available}");
    usage(ErrorKind::InvalidValue, message)
}

fn usage(kind: ErrorKind, message: impl std::fmt::Display) -> clap::Error {
    about::command().error(kind, message)
}
