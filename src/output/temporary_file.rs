//! Files that are not finished yet: what they are called, and which there are, for whoever has to
//! end the process early.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use nix::errno::Errno;
use nix::fcntl::OFlag;

use crate::sys::directory::Directory;

/// Held by all who make or finish a file, side by side, and alone by who removes them all.
static GATE: RwLock<()> = RwLock::new(());

static FILES: Mutex<Vec<(Arc<Directory>, OsString)>> = Mutex::new(Vec::new());

/// Has to be held while a file is made or given its name, and never twice by one thread.
pub(super) fn gate() -> RwLockReadGuard<'static, ()> {
    GATE.read().unwrap_or_else(PoisonError::into_inner)
}

fn files() -> MutexGuard<'static, Vec<(Arc<Directory>, OsString)>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file under a name that nobody takes for that of an output. It is removed when this is dropped,
/// or by [`remove_temporary_files`].
pub(super) struct TemporaryFile {
    directory: Arc<Directory>,
    name: OsString,
    is_finished: bool,
}

impl TemporaryFile {
    /// Creates an empty file in `directory`.
    pub(super) fn create(directory: &Arc<Directory>, mode: u32) -> io::Result<(Self, File)> {
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL;
        Self::make(directory, |name| directory.open_file(name, flags, mode))
    }

    /// Gives `file`, which has no name, one in `directory`.
    pub(super) fn link(directory: &Arc<Directory>, file: &File) -> io::Result<Self> {
        Self::make(directory, |name| directory.link(file, name)).map(|(temporary, ())| temporary)
    }

    /// Has a file made by `make` under a name that is free.
    fn make<T>(
        directory: &Arc<Directory>,
        make: impl Fn(&OsStr) -> nix::Result<T>,
    ) -> io::Result<(Self, T)> {
        /// Of 20 thousand million names, not one of so many is free only if something is wrong.
        const MAX_TRIES: usize = 100;
        if directory.is_append_only() {
            // The name could never be taken away again.
            return Err(Errno::EPERM.into());
        }
        // Entered before the file is there, so that it cannot be missed.
        let _gate = gate();
        for _ in 0..MAX_TRIES {
            let name = random_name();
            match make(&name) {
                Err(Errno::EEXIST) => {}
                Err(error) => return Err(error.into()),
                Ok(made) => {
                    let directory = Arc::clone(directory);
                    files().push((Arc::clone(&directory), name.clone()));
                    return Ok((Self { directory, name, is_finished: false }, made));
                }
            }
        }
        Err(Errno::EEXIST.into())
    }

    /// Renames the file to `name`, unless a file that has that name is to be kept.
    pub(super) fn finish(mut self, name: &OsStr, keep_existing: bool) -> io::Result<()> {
        let _gate = gate();
        if keep_existing {
            self.directory.rename_to_free(&self.name, name)?;
        } else {
            self.directory.rename(&self.name, name)?;
        }
        self.is_finished = true;
        self.forget();
        Ok(())
    }

    fn forget(&self) {
        files().retain(|(directory, name)| {
            *name != self.name || !Arc::ptr_eq(directory, &self.directory)
        });
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if !self.is_finished {
            let _gate = gate();
            let _ = self.directory.unlink(&self.name);
            self.forget();
        }
    }
}

/// `.lognorm-mmap.` and six letters.
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

/// Removes the temporary files of all outputs under construction. For a process that is about to
/// end: no output can be started or finished afterwards, and a thread that tries waits for ever.
pub fn remove_temporary_files() {
    let gate = GATE.write().unwrap_or_else(PoisonError::into_inner);
    for (directory, name) in files().iter() {
        // If it cannot be removed, nobody is there to be told.
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
        let folder = tempfile::tempdir().unwrap();
        let directory = Arc::new(Directory::open(None, folder.path().as_os_str()).unwrap());
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
        let (temporary, _file) = TemporaryFile::make(&directory, taken_twice).unwrap();
        assert!(folder.path().join(&temporary.name).is_file());
        drop(temporary);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        // It ends where no name is ever free.
        let never = |_: &OsStr| Err::<(), _>(Errno::EEXIST);
        let error = TemporaryFile::make(&directory, never).err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn names_have_six_letters() {
        let name = random_name().into_string().unwrap();
        let letters = name.strip_prefix(".lognorm-mmap.").unwrap();
        assert!(letters.len() == 6 && letters.bytes().all(|byte| byte.is_ascii_alphabetic()));
    }
}
