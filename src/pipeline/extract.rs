//! The logs in an archive, whose patterns go to files in one directory.
//!
//! They are normalised one after the other, in the order of the archive: small ones by the thread that
//! reads the archive, because starting another would take longer, and large ones by all threads.

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use nix::errno::Errno;
use nix::sys::stat::SFlag;
use rayon::ThreadPool;

use super::alone::{is_small_member, run_alone};
use super::claims::Claims;
use super::jobs::{Ending, Existing, JobReport, Targets, is_output};
use super::threads::Threads;
use super::{Action, Options, run_on, run_uncommitted};
use crate::error::{Error, Result};
use crate::input::{Archive, Member};
use crate::output::{Sink, SinkOptions};
use crate::rules::Rules;
use crate::sys::directory_tree::DirectoryTree;
use crate::sys::resolved_path::ResolvedPath;

/// Writes the patterns of each log in `archive` to a file under `targets`, at the path that it has in
/// the archive, and reports all of them in the order of the archive. One that fails does not stop the
/// others.
///
/// Directories are created as they are needed. A member is refused if its path leads out of the
/// directory, also through a link, or if another member or the archive itself is there.
pub fn run_archive(
    archive: Archive,
    targets: &Targets<'_>,
    rules: Rules,
    options: &Options,
    report: JobReport<'_>,
) {
    let mut claims = Claims::default();
    Extraction { targets, rules, options, pool: None, claims: &mut claims }.run(archive, report);
}

/// What the members of an archive are done with.
pub(super) struct Extraction<'a> {
    pub(super) targets: &'a Targets<'a>,
    pub(super) rules: Rules,
    pub(super) options: &'a Options,
    /// The threads for large members; each starts its own if there are none.
    pub(super) pool: Option<&'a ThreadPool>,
    pub(super) claims: &'a mut Claims,
}

impl Extraction<'_> {
    /// Does all members of `archive`.
    pub(super) fn run(&mut self, archive: Archive, report: JobReport<'_>) {
        let Targets { directory, sink, .. } = *self.targets;
        let mut tree = match DirectoryTree::open(directory, sink.sync) {
            Ok(tree) => tree,
            Err(error) => return report(archive.path(), Err(Error::io(directory, error))),
        };
        let archive_name = archive.path().to_owned();
        for member in archive {
            match member {
                Err(error) => {
                    let name = error.path().unwrap_or(&archive_name).to_owned();
                    report(&name, Err(error));
                }
                Ok(member) => {
                    let name = member.source.path().to_owned();
                    let work = AssertUnwindSafe(|| self.write(member, &name, &mut tree));
                    let result = panic::catch_unwind(work);
                    report(&name, result.unwrap_or_else(|it| Err(Error::panic(it.as_ref()))));
                }
            }
        }
    }

    /// Writes the patterns of `member`, which messages call `name`.
    fn write(&mut self, member: Member, name: &Path, tree: &mut DirectoryTree) -> Result<Ending> {
        let refused = |error| Error::io(name, error);
        let Targets { directory, rename, sink, existing, .. } = *self.targets;
        let Member { path, source } = member;
        let path = output_path(&path, rename).map_err(refused)?;
        let output = directory.join(&path);
        let place = tree.place_of(&path).map_err(refused)?;
        check_kind(&place).map_err(|error| Error::io(&output, error))?;
        if !self.claims.claim(&place).map_err(refused)? {
            let output = output.display();
            let reason =
                format!("would be written over {output}, which another INPUT is or becomes");
            return Err(Error::Conflict { path: name.to_owned(), reason });
        }
        if existing == Existing::Kept && place.existing.as_ref().is_some_and(is_output) {
            return Ok(Ending::Skipped);
        }
        let created = (Arc::clone(&place.directory), place.name.clone());
        let is_small = is_small_member(&source, self.options);
        let threads = if is_small { 1 } else { sink.threads };
        let sink = Sink::create_at(place, &output, Some(&source), SinkOptions { threads, ..sink })?;
        let action = Action::Write(self.rules);
        let run = match self.pool.map(Threads::Pool) {
            _ if is_small => run_alone(source, sink, action, self.options),
            Some(threads) => run_on(threads, source, sink, action, self.options),
            None => run_uncommitted(source, sink, action, self.options),
        };
        let outcome = run?.commit()?;
        self.claims.claim_created(&created.0, &created.1);
        Ok(Ending::Done(outcome))
    }
}

/// Checks that nothing but a regular file is replaced.
fn check_kind(place: &ResolvedPath) -> io::Result<()> {
    match place.kind() {
        None | Some(SFlag::S_IFREG) => Ok(()),
        Some(SFlag::S_IFDIR) => Err(Errno::EISDIR.into()),
        Some(_) => Err(io::Error::new(ErrorKind::AlreadyExists, "exists and is no regular file")),
    }
}

/// Returns the path of the output for the member at `path`, relative to the directory of all outputs.
///
/// # Errors
///
/// The path is absolute, has `..` in it, or is not that of a file.
pub(crate) fn output_path(path: &Path, rename: &dyn Fn(&OsStr) -> OsString) -> io::Result<PathBuf> {
    let refuse = |reason: &str| Err(io::Error::new(ErrorKind::InvalidInput, reason));
    if path.as_os_str().as_bytes().contains(&0) {
        return refuse("a name with a NUL in it, which is refused");
    }
    let mut output = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => output.push(name),
            Component::CurDir => {}
            Component::ParentDir => return refuse("a path with .. in it, which is refused"),
            Component::RootDir | Component::Prefix(_) => {
                return refuse("an absolute path, which is refused");
            }
        }
    }
    let Some(name) = output.file_name() else { return refuse("an empty path") };
    let name = rename(name);
    output.set_file_name(name);
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_directory() {
        let output = |path: &str| output_path(Path::new(path), &|name| name.to_owned());
        for (path, expected) in [
            ("a.log", "a.log"),
            ("./a/./b//c.log", "a/b/c.log"),
            ("a/b/", "a/b"),
            ("..a/...", "..a/..."),
        ] {
            assert_eq!(output(path).unwrap(), Path::new(expected));
        }
        for path in ["..", "../a", "a/../b", "a/..", "/a", "//a", "", ".", "./", "a\0b"] {
            assert!(output(path).is_err(), "{path:?}");
        }
    }
}
