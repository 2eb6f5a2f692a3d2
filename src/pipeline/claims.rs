//! The files that a run over many logs has read or written, so that no log in an archive is written
//! over one of them.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io;

use nix::fcntl::AtFlags;

use super::jobs::Job;
use crate::sys::directory::Directory;
use crate::sys::identity::{FileId, PathId, PathIds};
use crate::sys::resolved_path::ResolvedPath;

/// The identities of files that must not be written.
#[derive(Default)]
pub(super) struct Claims(HashSet<PathId>);

impl Claims {
    /// Claims the inputs of all of `jobs`, and the outputs of those that have one. Those must be done,
    /// so that the outputs are there.
    pub(super) fn of(jobs: &[Job], has_output: impl Fn(usize) -> bool) -> Self {
        let mut ids = PathIds::default();
        let mut claims = HashSet::new();
        for (index, job) in jobs.iter().enumerate() {
            claims.extend(ids.find(&job.input));
            if has_output(index) {
                claims.extend(ids.find(&job.output));
            }
        }
        Self(claims)
    }

    /// Claims the file at `place`, and returns whether nobody did before.
    pub(super) fn claim(&mut self, place: &ResolvedPath) -> io::Result<bool> {
        let existing = place.existing.as_ref().and_then(FileId::of_stat).map(PathId::Existing);
        let is_taken = existing.is_some_and(|id| self.0.contains(&id));
        let directory = FileId::of_stat(&place.directory.stat()?);
        let name = place.name.clone();
        let new = directory.map(|directory| PathId::New { directory, name });
        Ok(new.is_none_or(|id| self.0.insert(id)) && !is_taken)
    }

    /// Claims the file `name` in `directory`, which was created: on a file system that ignores case,
    /// it has other names too.
    pub(super) fn claim_created(&mut self, directory: &Directory, name: &OsStr) {
        let stat = directory.stat_of(name, AtFlags::AT_SYMLINK_NOFOLLOW);
        self.0.extend(stat.ok().as_ref().and_then(FileId::of_stat).map(PathId::Existing));
    }
}
