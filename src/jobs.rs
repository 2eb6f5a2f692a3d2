//! Many logs, and that none is written to what is read or written for another, whatever links lead
//! to.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::paths::{Identity, identity};

/// A log, and where its patterns go.
#[derive(Clone, Debug)]
pub struct Job {
    /// A file to be read.
    pub input: PathBuf,
    /// A file to be made, or replaced.
    pub output: PathBuf,
}

/// Checks all of `jobs`, whose outputs have different names in one folder, before any is begun.
/// What a job would do to its own input is left to the job.
///
/// # Errors
///
/// [`Error::Clash`].
pub(crate) fn check_apart(jobs: &[Job]) -> Result<()> {
    let mut destinations: HashMap<Identity, &Job> = HashMap::new();
    for job in jobs {
        // Where nothing is there, not even a link, the name says all.
        if fs::symlink_metadata(&job.output).is_err() {
            continue;
        }
        let Some(destination) = identity(&job.output) else { continue };
        if let Some(other) = destinations.insert(destination, job) {
            let reason = format!("is the same file as {}", other.output.display());
            return Err(Error::Clash { path: job.output.clone(), reason });
        }
    }
    if destinations.is_empty() {
        return Ok(());
    }
    for job in jobs {
        let Some(input) = identity(&job.input) else { continue };
        let other = destinations.get(&input).filter(|other| other.input != job.input);
        if let Some(other) = other {
            let (input, other_input) = (job.input.display(), other.input.display());
            let reason = format!("is {input}, and {other_input} would be written over it");
            return Err(Error::Clash { path: other.output.clone(), reason });
        }
    }
    Ok(())
}
