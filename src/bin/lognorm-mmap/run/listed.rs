//! A run on many logs whose names come from a list, which may have millions.
//!
//! All names are looked at before anything is written. Then the logs are done in groups, so that
//! memory does not grow with the list.

use clap::error::ErrorKind;
use lognorm_mmap::{Error, InArchives, Job, Result, check_apart, jobs_that_may_meet};

use super::Report;
use super::many::Done;
use crate::about::usage_error;
use crate::config::Config;
use crate::exit::Failure;
use crate::file_list::FileList;
use crate::plan::ManyLogs;
use crate::progress::{Progress, Work};
use crate::spooled_names::SpooledNames;
use crate::targets;

/// The most jobs that are done at once. At the end of a group, threads wait for each other.
const GROUP: usize = 4096;

/// Normalizes the logs that were named, and then those in `list`, or a part of them.
///
/// # Errors
///
/// The reason why none of them could be normalized: a usage error if two outputs would have one name.
pub fn perform(logs: &ManyLogs, list: &FileList, config: &Config) -> Result<Report, Failure> {
    let job = |name| targets::job(name, &logs.directory, config.sink.compression);
    let wrong = |reason: String| usage_error(ErrorKind::ArgumentConflict, reason);
    let mut unnamed = None;
    let named = logs.named.jobs().iter().map(|job| Ok(job.input.clone()));
    let names = named.chain(list.clone().names()?).inspect(|name| {
        if let (Ok(name), None) = (name, &unnamed) {
            unnamed = job(name.clone()).err();
        }
    });
    let mut names = SpooledNames::new(names)?;
    if let Some(reason) = unnamed {
        return Err(wrong(reason).into());
    }
    // Each name was seen to have a job.
    let job = |name: Result<_>| {
        name.and_then(|name| {
            job(name).map_err(|reason| Error::Conflict { path: list.input.path().into(), reason })
        })
    };
    let meeting =
        jobs_that_may_meet(&mut |take| names.iter()?.map(job).try_for_each(|it| take(it?)))?;
    let inputs: Vec<_> = meeting.iter().map(|job| job.input.clone()).collect();
    let Config { sink, ref source, .. } = *config;
    targets::jobs(&inputs, &logs.directory, sink.compression, source.format).map_err(wrong)?;
    check_apart(&meeting, source)?;
    let _progress = Progress::start(config, Work::Bytes(None));
    let mut done = Done::default();
    let part = logs.shard.map_or(0..names.count(), |shard| shard.range(names.count()));
    // A log in an archive must not be written over what is read or written in another group.
    let is_one_group = part.end.saturating_sub(part.start) <= GROUP as u64;
    let in_archives = if is_one_group { InArchives::Done } else { InArchives::Refused };
    let mut jobs = names.into_part(part)?.map(job);
    loop {
        let group = jobs.by_ref().take(GROUP).collect::<Result<Vec<Job>>>()?;
        if group.is_empty() {
            return Ok(done.report(config));
        }
        done.add_jobs(&group, in_archives, logs, config)?;
    }
}
