//! A run on many logs, whose patterns go to files in one directory.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use lognorm_mmap::{
    Archive, Ending, Error, Job, OpenInput, Result, Tally, Targets, run_all, run_archive,
};
use nix::errno::Errno;

use super::Report;
use super::byte_order_mark::warn_of_mark;
use crate::config::Config;
use crate::endpoint::Input;
use crate::exit::Failure;
use crate::limits;
use crate::plan::ManyLogs;
use crate::progress::{Progress, Work};
use crate::targets;
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
    let is_known = config.progress != When::Never && !logs.jobs.is_empty();
    let total = is_known.then(|| logs.jobs.iter().map(size).sum());
    let _progress = Progress::start(config, Work::Bytes(total));
    let compression = config.sink.compression;
    let rename = move |name: &OsStr| targets::output_name(name, compression);
    let Config { sink, rules, ref source, ref options, .. } = *config;
    let ManyLogs { ref jobs, ref directory, existing } = *logs;
    let targets = Targets { directory, rename: &rename, sink, existing };
    let (mut tally, mut errors) = (Tally::default(), Vec::new());
    let mut report = |name: &Path, result| match result {
        Ok(Ending::Done(outcome)) => {
            warn_of_mark(name, &outcome, &config.warnings);
            tally.add(&outcome);
        }
        Ok(Ending::Skipped) => tally.add_skipped(),
        Err(error) => {
            tally.add_failure();
            errors.push(error);
        }
    };
    if jobs.is_empty() {
        run_archive(archive_on_stdin(config)?, &targets, rules, options, &mut report);
    } else {
        run_all(jobs, source, &targets, rules, options, &mut report)?;
    }
    let failure = (!errors.is_empty()).then_some(Failure::Errors(errors));
    Ok(Report { rules, tally, failure, catalogue: None })
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
