//! A run on many logs, whose patterns go to files in one directory.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use lognorm_mmap::{Error, Job, Outcome, Result, Tally, run_all};
use nix::errno::Errno;

use super::ill_formed::warn_of_ill_formed;
use super::{Report, listed};
use crate::config::Config;
use crate::exit::Failure;
use crate::limits;
use crate::plan::ManyLogs;
use crate::progress::{Progress, Work};
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
    let total = (config.progress != When::Never).then(|| logs.jobs.iter().map(size).sum());
    let _progress = Progress::start(config, Work::Bytes(total));
    let Config { source, sink, rules, options, .. } = config;
    let mut done = Done::default();
    done.add(&logs.jobs, run_all(&logs.jobs, source, *sink, *rules, options)?, config);
    Ok(done.report(config))
}

/// The jobs that were done, and those that failed.
#[derive(Default)]
pub(super) struct Done {
    tally: Tally,
    errors: Vec<Error>,
}

impl Done {
    /// Adds the `results` of `jobs`, which come after those added before.
    pub(super) fn add(&mut self, jobs: &[Job], results: Vec<Result<Outcome>>, config: &Config) {
        for (job, result) in jobs.iter().zip(results) {
            match result {
                Ok(outcome) => {
                    warn_of_ill_formed(&job.input, &outcome, &config.warnings);
                    self.tally.add(&outcome);
                }
                Err(error) => {
                    self.tally.add_failure();
                    self.errors.push(error);
                }
            }
        }
    }

    pub(super) fn report(self, config: &Config) -> Report {
        let Self { tally, errors } = self;
        let failure = (!errors.is_empty()).then_some(Failure::Errors(errors));
        Report { rules: config.rules, tally, failure, catalogue: None }
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
