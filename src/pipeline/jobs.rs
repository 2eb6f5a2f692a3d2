//! Many logs, and that none is written to what is read or written for another, whatever links lead
//! to.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

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
    let mut files = Files::default();
    let mut outputs: HashMap<File, &Job> = HashMap::with_capacity(jobs.len());
    for job in jobs {
        let Some(output) = files.find(&job.output) else { continue };
        if let Some(other) = outputs.insert(output, job) {
            let reason = format!("is the same file as {}", other.output.display());
            return Err(Error::Conflict { path: job.output.clone(), reason });
        }
    }
    for job in jobs {
        let Some(input) = files.find(&job.input) else { continue };
        let Some(other) = outputs.get(&input).filter(|other| other.input != job.input) else {
            continue;
        };
        let (name, other_input) = (job.input.display(), other.input.display());
        let reason = match input {
            File::Existing(_) => format!("is {name}, and {other_input} would be written over it"),
            File::New { .. } => {
                format!("is {name}, which is not there until {other_input} is written to it")
            }
        };
        return Err(Error::Conflict { path: other.output.clone(), reason });
    }
    Ok(())
}

/// What all names of a file have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
enum File {
    Existing(Id),
    /// What is not there yet: the directory that it will be in, and its name there.
    New {
        directory: Id,
        name: OsString,
    },
}

/// A device and an inode.
type Id = (u64, u64);

/// Finds files, and remembers the directories that they are in.
#[derive(Default)]
struct Files {
    directories: HashMap<PathBuf, Option<Id>>,
}

impl Files {
    /// Returns the file that `path` names, or nothing for a character device, for what is written
    /// to it replaces nothing, and for what cannot be made.
    fn find(&mut self, path: &Path) -> Option<File> {
        /// The number of links that Linux itself follows.
        const MAX_LINKS: usize = 40;
        let mut path = path.to_owned();
        for _ in 0..=MAX_LINKS {
            let Ok(metadata) = fs::symlink_metadata(&path) else {
                let directory = self.directory(path.parent()?)?;
                return Some(File::New { directory, name: path.file_name()?.to_owned() });
            };
            if !metadata.is_symlink() {
                return existing(&metadata);
            }
            if let Ok(metadata) = fs::metadata(&path) {
                return existing(&metadata);
            }
            // It leads to what is not there, step by step.
            let target = fs::read_link(&path).ok()?;
            path = path.parent()?.join(target);
        }
        None
    }

    fn directory(&mut self, path: &Path) -> Option<Id> {
        if let Some(id) = self.directories.get(path) {
            return *id;
        }
        let name = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let metadata = fs::metadata(name).ok().filter(Metadata::is_dir);
        let id = metadata.map(|metadata| (metadata.dev(), metadata.ino()));
        self.directories.insert(path.to_owned(), id);
        id
    }
}

fn existing(metadata: &Metadata) -> Option<File> {
    let is_device = metadata.file_type().is_char_device();
    (!is_device).then(|| File::Existing((metadata.dev(), metadata.ino())))
}

#[cfg(test)]
mod tests {
    use super::*;
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
