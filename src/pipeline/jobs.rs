//! The jobs of a run over many logs, and the check that no output is what another job reads or
//! writes, through whatever links.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::sys::identity::{PathId, PathIds};

/// A log, and the file for its patterns.
#[derive(Clone, Debug)]
pub struct Job {
    /// The file to be read.
    pub input: PathBuf,
    /// The file to be created or replaced.
    pub output: PathBuf,
}

/// Checks that no output of `jobs` is the output or the input of another job, also where a file
/// does not exist before a job creates it. Whether a job would overwrite its own input is checked
/// when that job begins.
///
/// Takes two or three system calls for each job, and one for each directory.
///
/// # Errors
///
/// [`Error::Conflict`] if there is such an output.
pub fn check_apart(jobs: &[Job]) -> Result<()> {
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
            PathId::Existing(_) => {
                format!("is {name}, and {other_input} would be written over it")
            }
            PathId::New { .. } => {
                format!("is {name}, which does not exist until {other_input} is written to it")
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
    fn jobs_clash_in_files_that_do_not_exist_yet() {
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
            // One reads the file that the other creates.
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
