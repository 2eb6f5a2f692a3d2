//! A run on many logs, whose patterns go to files in one directory.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use lognorm_mmap::{
    Archive, Ending, Error, InArchives, Job, OpenInput, Result, Tally, Targets, run_all,
    run_archive,
};
use nix::errno::Errno;

use super::ill_formed::warn_of_ill_formed;
use super::{Report, listed};
use crate::config::Config;
use crate::endpoint::Input;
use crate::exit::Failure;
use crate::limits;
use crate::plan::{ManyLogs, NamedLogs};
use crate::progress::{Progress, Work};
use crate::targets;
use crate::values::When;

/// Normalizes all logs.
///
/// # Errors
///
/// The reason why none of them could be normalized. Failures of single logs are in the report.
pub fn perform(logs: &ManyLogs, config: &Config) -> Result<Report, Failure> {
    check_directory(&logs.directory)?;
    limits::raise_descriptors();
    if let Some(list) = &logs.list {
        return listed::perform(logs, list, config);
    }
    // Asking for the sizes takes a while if there are very many.
    let total = match &logs.named {
        NamedLogs::Jobs(jobs) if config.progress != When::Never => {
            Some(jobs.iter().map(size).sum())
        }
        _ => None,
    };
    let _progress = Progress::start(config, Work::Bytes(total));
    let mut done = Done::default();
    match &logs.named {
        NamedLogs::Jobs(jobs) => done.add_jobs(jobs, InArchives::Done, logs, config)?,
        NamedLogs::ArchiveOnStdin => done.add_archive(archive_on_stdin(config)?, logs, config),
    }
    Ok(done.report(config))
}

/// The jobs that were done, and those that failed.
#[derive(Default)]
pub(super) struct Done {
    tally: Tally,
    errors: Vec<Error>,
}

impl Done {
    /// Does `jobs`, which are all of `logs` or some of them.
    pub(super) fn add_jobs(
        &mut self,
        jobs: &[Job],
        in_archives: InArchives,
        logs: &ManyLogs,
        config: &Config,
    ) -> Result<()> {
        let Config { rules, ref source, ref options, .. } = *config;
        with_targets(logs, config, |targets| {
            let targets = &Targets { in_archives, ..*targets };
            run_all(jobs, source, targets, rules, options, &mut |name, result| {
                self.add(name, result, config);
            })
        })
    }

    /// Does the logs in `archive`.
    fn add_archive(&mut self, archive: Archive, logs: &ManyLogs, config: &Config) {
        with_targets(logs, config, |targets| {
            run_archive(archive, targets, config.rules, &config.options, &mut |name, result| {
                self.add(name, result, config);
            });
        });
    }

    /// Adds the `result` of the log called `name`.
    fn add(&mut self, name: &Path, result: Result<Ending>, config: &Config) {
        match result {
            Ok(Ending::Done(outcome)) => {
                warn_of_ill_formed(name, &outcome, &config.warnings);
                self.tally.add(&outcome);
            }
            Ok(Ending::Skipped) => self.tally.add_skipped(),
            Err(error) => {
                self.tally.add_failure();
                self.errors.push(error);
            }
        }
    }

    pub(super) fn report(self, config: &Config) -> Report {
        let Self { tally, errors } = self;
        let failure = (!errors.is_empty()).then_some(Failure::Errors(errors));
        Report { rules: config.rules, tally, failure, catalogue: None }
    }
}

/// Calls `work` with the targets of `logs`.
fn with_targets<T>(logs: &ManyLogs, config: &Config, work: impl FnOnce(&Targets<'_>) -> T) -> T {
    let sink = config.sink;
    let rename = move |name: &OsStr| targets::output_name(name, sink.compression);
    let ManyLogs { ref directory, existing, .. } = *logs;
    work(&Targets { directory, rename: &rename, sink, existing, in_archives: InArchives::Done })
}

/// Opens standard input, which must be an archive.
fn archive_on_stdin(config: &Config) -> Result<Archive> {
    Input::Stdin.check_open()?;
    match OpenInput::stdin(&config.source, config.options.threads)? {
        OpenInput::Archive(archive) => Ok(archive),
        OpenInput::Log(log) => {
            let reason = "has no name for a file in DIR, and is no tar archive; give INPUT OUTPUT";
            let source = io::Error::new(ErrorKind::InvalidInput, reason);
            Err(Error::Io { path: log.path().to_owned(), source })
        }
    }
}

/// Returns the size of the input of `job`, or 0 where the OS does not tell.
fn size(job: &Job) -> u64 {
    fs::metadata(&job.input).map_or(0, |metadata| metadata.len())
}

/// Checks that `path` is a directory, once and not for each file in it.
fn check_directory(path: &Path) -> Result<()> {
    let failed = |source| Error::Io { path: path.into(), source };
    let is_directory = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let reason = "No such file or directory; create it first";
            return Err(failed(io::Error::new(ErrorKind::NotFound, reason)));
        }
        found => found.map_err(failed)?.is_dir(),
    };
    if is_directory { Ok(()) } else { Err(failed(Errno::ENOTDIR.into())) }
}
