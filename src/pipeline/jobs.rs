//! The jobs of a run over many logs, where their outputs go, and the check that no output is what
//! another job reads or writes, through whatever links.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use nix::sys::stat::{FileStat, SFlag};

use super::Outcome;
use crate::error::{Error, Result};
use crate::input::{OpenInput, SourceOptions};
use crate::output::SinkOptions;
use crate::sys::identity::{PathId, PathIds};

/// A log, and the file for its patterns.
#[derive(Clone, Debug)]
pub struct Job {
    /// The file to be read.
    pub input: PathBuf,
    /// The file to be created or replaced. It is not, if the input is an archive.
    pub output: PathBuf,
}

/// Where the outputs of many logs go.
#[derive(Clone, Copy)]
pub struct Targets<'a> {
    /// The directory for the logs in archives.
    pub directory: &'a Path,
    /// Returns the name of the output for a log in an archive that has this name.
    pub rename: &'a (dyn Fn(&OsStr) -> OsString + Sync),
    /// How the outputs are written.
    pub sink: SinkOptions,
    /// What becomes of a log whose output exists.
    pub existing: Existing,
    /// What becomes of the logs in archives.
    pub in_archives: InArchives,
}

/// What becomes of the logs in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InArchives {
    /// They are done, if no other job of the same call reads or writes the same file.
    Done,
    /// The archive is refused: more jobs follow in other calls, and what they read and write is not
    /// known.
    Refused,
}

/// What becomes of a log whose output exists and is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// The log is done, and the output replaced if the options of the sink allow it.
    Replaced,
    /// The log is left out: outputs appear whole or not at all. An empty one is done again, because
    /// that takes no time if it is right, and a power failure leaves such files.
    Kept,
}

/// The end of a job that did not fail.
#[derive(Clone, Copy, Debug)]
pub enum Ending {
    /// The output is final.
    Done(Outcome),
    /// The log was left out, because its output exists.
    Skipped,
}

/// A function that is told the results of logs by their names, in their order.
pub type JobReport<'a> = &'a mut dyn FnMut(&Path, Result<Ending>);

/// Returns whether a file with this `stat` may be the output of an earlier run on a log that is not
/// empty.
pub(super) fn is_output(stat: &FileStat) -> bool {
    let kind = SFlag::from_bits_truncate(stat.st_mode & SFlag::S_IFMT.bits());
    kind == SFlag::S_IFREG && stat.st_size > 0
}

/// Checks that no output of `jobs` is the output or the input of another job, also where a file
/// does not exist before a job creates it. Whether a job would overwrite its own input is checked
/// when that job begins.
///
/// Takes two or three system calls for each job, and one for each directory. The jobs with an output
/// of another are looked at: `options` are those for opening inputs, of which archives have no output
/// of that name.
///
/// # Errors
///
/// [`Error::Conflict`] if there is such an output.
pub fn check_apart(jobs: &[Job], options: &SourceOptions) -> Result<()> {
    let is_archive = |job: &Job| OpenInput::is_archive(&job.input, options);
    let mut ids = PathIds::default();
    let mut outputs: HashMap<PathId, &Job> = HashMap::with_capacity(jobs.len());
    for job in jobs {
        let Some(output) = ids.find(&job.output) else { continue };
        if let Some(other) = outputs.get(&output)
            && !is_archive(other)
        {
            if is_archive(job) {
                continue;
            }
            let reason = format!("is the same file as {}", other.output.display());
            return Err(Error::Conflict { path: job.output.clone(), reason });
        }
        outputs.insert(output, job);
    }
    for job in jobs {
        let Some(input) = ids.find(&job.input) else { continue };
        let Some(other) = outputs.get(&input).filter(|other| other.input != job.input) else {
            continue;
        };
        if is_archive(other) {
            continue;
        }
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
            check_apart(&jobs.iter().map(job).collect::<Vec<_>>(), &SourceOptions::default())
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
