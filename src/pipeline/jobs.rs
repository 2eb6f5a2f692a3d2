//! The jobs of a run over many logs, and the check that no output is what another job reads or
//! writes, through whatever links.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::sys::file_id::FileId;

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
pub(super) fn check_apart(jobs: &[Job]) -> Result<()> {
    let mut resolver = Resolver::default();
    let mut outputs: HashMap<Resolved, &Job> = HashMap::with_capacity(jobs.len());
    for job in jobs {
        let Some(output) = resolver.resolve(&job.output) else { continue };
        if let Some(other) = outputs.insert(output, job) {
            let reason = format!("is the same file as {}", other.output.display());
            return Err(Error::Conflict { path: job.output.clone(), reason });
        }
    }
    for job in jobs {
        let Some(input) = resolver.resolve(&job.input) else { continue };
        let Some(other) = outputs.get(&input).filter(|other| other.input != job.input) else {
            continue;
        };
        let (name, other_input) = (job.input.display(), other.input.display());
        let reason = match input {
            Resolved::Existing(_) => {
                format!("is {name}, and {other_input} would be written over it")
            }
            Resolved::New { .. } => {
                format!("is {name}, which does not exist until {other_input} is written to it")
            }
        };
        return Err(Error::Conflict { path: other.output.clone(), reason });
    }
    Ok(())
}

/// The file that a path leads to. Equal for all paths that lead to one file.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Resolved {
    Existing(FileId),
    /// A file that does not exist: the directory that it will be in, and its name there.
    New {
        directory: FileId,
        name: OsString,
    },
}

/// Resolves paths, and remembers directories.
#[derive(Default)]
struct Resolver {
    directories: HashMap<PathBuf, Option<FileId>>,
}

impl Resolver {
    /// Returns the file that `path` leads to. There is none for a character device, because writing
    /// to it replaces nothing, and for a file that cannot be created.
    fn resolve(&mut self, path: &Path) -> Option<Resolved> {
        /// The number of links that Linux itself follows.
        const MAX_LINKS: usize = 40;
        let mut path = path.to_owned();
        for _ in 0..=MAX_LINKS {
            let Ok(metadata) = fs::symlink_metadata(&path) else {
                let directory = self.directory(path.parent()?)?;
                return Some(Resolved::New { directory, name: path.file_name()?.to_owned() });
            };
            if !metadata.is_symlink() {
                return FileId::of(&metadata).map(Resolved::Existing);
            }
            if let Ok(metadata) = fs::metadata(&path) {
                return FileId::of(&metadata).map(Resolved::Existing);
            }
            // The link is dangling, and `canonicalize` would fail: one step at a time.
            let target = fs::read_link(&path).ok()?;
            path = path.parent()?.join(target);
        }
        None
    }

    fn directory(&mut self, path: &Path) -> Option<FileId> {
        if let Some(id) = self.directories.get(path) {
            return *id;
        }
        let name = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let metadata = fs::metadata(name).ok().filter(Metadata::is_dir);
        let id = metadata.and_then(|metadata| FileId::of(&metadata));
        self.directories.insert(path.to_owned(), id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
