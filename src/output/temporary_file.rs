//! Files under temporary names, and a list of them, so that a process that ends early can remove
//! them.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use nix::errno::Errno;
use nix::fcntl::OFlag;

use super::overwrite::Overwrite;
use crate::sys::directory::Directory;

/// A lock that is shared by the threads that create, name or remove a file, and held exclusively to
/// remove all of them.
static GATE: RwLock<()> = RwLock::new(());

/// The directories and names of all temporary files.
static FILES: Mutex<Vec<(Arc<Directory>, OsString)>> = Mutex::new(Vec::new());

/// Returns the lock to be held while a file is created or given its name. No thread may hold it
/// twice.
pub(super) fn gate() -> RwLockReadGuard<'static, ()> {
    GATE.read().unwrap_or_else(PoisonError::into_inner)
}

fn files() -> MutexGuard<'static, Vec<(Arc<Directory>, OsString)>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file under a temporary name. It is removed when this is dropped, unless it was renamed, or by
/// [`remove_temporary_files`].
pub(super) struct TemporaryFile {
    directory: Arc<Directory>,
    name: OsString,
    is_renamed: bool,
}

impl TemporaryFile {
    /// Creates an empty file in `directory`.
    pub(super) fn create(directory: &Arc<Directory>, mode: u32) -> io::Result<(Self, File)> {
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL;
        Self::create_with(directory, |name| directory.open_file(name, flags, mode))
    }

    /// Gives `file`, which has no name, a temporary one in `directory`.
    pub(super) fn link(directory: &Arc<Directory>, file: &File) -> io::Result<Self> {
        Self::create_with(directory, |name| directory.link(file, name))
            .map(|(temporary, ())| temporary)
    }

    /// Calls `create` with random names until one is free.
    fn create_with<T>(
        directory: &Arc<Directory>,
        create: impl Fn(&OsStr) -> nix::Result<T>,
    ) -> io::Result<(Self, T)> {
        /// With 52^6 names, so many that are taken mean that something else is wrong.
        const MAX_TRIES: usize = 100;
        if directory.is_append_only() {
            // The temporary name could never be removed.
            return Err(Errno::EPERM.into());
        }
        // Held until the file is in the list, so that it cannot be missed.
        let _gate = gate();
        for _ in 0..MAX_TRIES {
            let name = random_name();
            match create(&name) {
                Err(Errno::EEXIST) => {}
                Err(error) => return Err(error.into()),
                Ok(created) => {
                    let directory = Arc::clone(directory);
                    files().push((Arc::clone(&directory), name.clone()));
                    return Ok((Self { directory, name, is_renamed: false }, created));
                }
            }
        }
        Err(Errno::EEXIST.into())
    }

    /// Renames the file to `name`. A file that has that name is replaced, unless `overwrite` is
    /// [`Overwrite::Never`].
    pub(super) fn rename_to(mut self, name: &OsStr, overwrite: Overwrite) -> io::Result<()> {
        let _gate = gate();
        match overwrite {
            Overwrite::Never => self.directory.rename_to_free(&self.name, name)?,
            Overwrite::Always | Overwrite::IfHolding(_) => {
                self.directory.rename(&self.name, name)?;
            }
        }
        self.is_renamed = true;
        self.forget();
        Ok(())
    }

    /// Removes the file from the list.
    fn forget(&self) {
        files().retain(|(directory, name)| {
            *name != self.name || !Arc::ptr_eq(directory, &self.directory)
        });
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if !self.is_renamed {
            let _gate = gate();
            let _ = self.directory.unlink(&self.name);
            self.forget();
        }
    }
}

/// Returns a name of `.lognorm-mmap.` and six random letters.
fn random_name() -> OsString {
    const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::from(".lognorm-mmap.");
    let mut number = RandomState::new().build_hasher().finish();
    for _ in 0..6 {
        name.push(char::from(LETTERS[(number % 52) as usize]));
        number /= 52;
    }
    name.into()
}

/// Removes the temporary files of all outputs under construction, before the process ends.
///
/// No output can be created or committed afterwards: a thread that tries blocks for ever.
pub fn remove_temporary_files() {
    let gate = GATE.write().unwrap_or_else(PoisonError::into_inner);
    for (directory, name) in files().iter() {
        // The process is ending, so a failure cannot be reported.
        let _ = directory.unlink(name);
    }
    mem::forget(gate);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::fs;

    #[test]
    fn a_name_that_is_taken_is_not_used() {
        let temp_dir = tempfile::tempdir().unwrap();
        let directory = Arc::new(Directory::open(None, temp_dir.path().as_os_str()).unwrap());
        let tries = Cell::new(0);
        let taken_twice = |name: &OsStr| {
            tries.set(tries.get() + 1);
            let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL;
            if tries.get() < 3 {
                Err(Errno::EEXIST)
            } else {
                directory.open_file(name, flags, 0o600)
            }
        };
        let (temporary, _file) = TemporaryFile::create_with(&directory, taken_twice).unwrap();
        assert!(temp_dir.path().join(&temporary.name).is_file());
        drop(temporary);
        assert_eq!(fs::read_dir(&temp_dir).unwrap().count(), 0);
        // The tries end if no name is ever free.
        let never = |_: &OsStr| Err::<(), _>(Errno::EEXIST);
        let error = TemporaryFile::create_with(&directory, never).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn names_have_six_letters() {
        let name = random_name().into_string().unwrap();
        let letters = name.strip_prefix(".lognorm-mmap.").unwrap();
        assert!(letters.len() == 6 && letters.bytes().all(|byte| byte.is_ascii_alphabetic()));
    }
}
