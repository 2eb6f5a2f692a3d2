//! Many logs, and that none is written to what is read or written for another, whatever links lead
//! to.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::sys::identity::{PathId, PathIds};

/// A log, and where its patterns go.
#[derive(Clone, Debug)]
pub struct Job {
    /// A file to be read.
    pub input: PathBuf,
    /// A file to be made, or replaced.
    pub output: PathBuf,
}

/// Checks all of `jobs` before any is begun, also for what is not there before another job makes
/// it. What a job would do to its own input is left to the job.
///
/// Takes two or three system calls for a job, and one for a directory.
///
/// # Errors
///
/// [`Error::Conflict`].
pub(crate) fn check_apart(jobs: &[Job]) -> Result<()> {
    let mut ids = PathIds::default();
    let mut outputs: HashMap<PathId, &Job> = HashMap::with_capacity(jobs.len());
    for job in jobs {
        let Some(output) = ids.find(&job.output) else { continue };
        if let Some(other) = outputs.insert(output, job) {
            let reason = format!("is the same file as {}", other.output.display());
            return Err(Error::Conflict { path: job.output.clone(), reason });
        }
    }
    for job in jobs {
        let Some(input) = ids.find(&job.input) else { continue };
        let Some(other) = outputs.get(&input).filter(|other| other.input != job.input) else {
            continue;
        };
        let (name, other_input) = (job.input.display(), other.input.display());
        let reason = match input {
            PathId::Existing(_) => format!("is {name}, and {other_input} would be written over it"),
            PathId::New { .. } => {
                format!("is {name}, which is not there until {other_input} is written to it")
            }
        };
        return Err(Error::Conflict { path: other.output.clone(), reason });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn jobs_that_meet_in_what_is_not_there_yet_clash() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::create_dir(path("out")).unwrap();
        symlink("out", path("same")).unwrap();
        symlink("b", path("out/a")).unwrap();
        symlink("a", path("out/leads")).unwrap();
        symlink("loop", path("loop")).unwrap();
        fs::write(path("in"), "").unwrap();
        let check = |jobs: &[[&str; 2]]| {
            let job =
                |[input, output]: &[&str; 2]| Job { input: path(input), output: path(output) };
            check_apart(&jobs.iter().map(job).collect::<Vec<_>>())
        };
        for jobs in [
            [["in", "new"], ["in", "new"]],
            [["in", "new"], ["in", "out/../new"]],
            [["in", "out/new"], ["in", "same/new"]],
            [["in", "out/a"], ["other", "out/b"]],
            [["in", "out/leads"], ["other", "same/b"]],
            // One reads what the other is about to make.
            [["in", "new"], ["new", "other"]],
            [["out/a", "other"], ["in", "out/b"]],
            [["same/leads", "other"], ["in", "out/a"]],
        ] {
            assert!(matches!(check(&jobs), Err(Error::Conflict { .. })), "{jobs:?}");
        }
        check(&[["in", "new"], ["in", "newer"]]).unwrap();
        check(&[["in", "new"], ["in", "out/new"]]).unwrap();
        check(&[["new", "new"], ["loop", "loop"]]).unwrap();
        check(&[["no/in", "no/out"], ["no/out", "no/out"]]).unwrap();
    }
}
