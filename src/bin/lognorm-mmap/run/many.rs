//! A run on many logs, whose patterns go to files in one directory.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use lognorm_mmap::{Error, Job, Result, run_all};
use nix::errno::Errno;

use super::Report;
use super::ill_formed::warn_of_ill_formed;
use crate::config::Config;
use crate::limits;
use crate::plan::ManyLogs;
use crate::progress::Progress;
use crate::values::When;

/// Normalizes all logs.
///
/// # Errors
///
/// The reason why none of them could be normalized. Failures of single logs are in the report.
pub fn perform(logs: &ManyLogs, config: &Config) -> Result<Report> {
    check_directory(&logs.directory)?;
    limits::raise_descriptors();
    // Asking for the sizes takes a while if there are very many.
    let total = (config.progress != When::Never).then(|| logs.jobs.iter().map(size).sum());
    let _progress = Progress::start(config, total);
    let results = run_all(&logs.jobs, &config.source, config.sink, config.rules, &config.options)?;
    for (job, result) in logs.jobs.iter().zip(&results) {
        if let Ok(outcome) = result {
            warn_of_ill_formed(&job.input, outcome, &config.warnings);
        }
    }
    Ok(Report { rules: config.rules, results, catalogue: None })
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
