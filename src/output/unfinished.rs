//! Files that are not finished yet: what they are called, and which there are, for whoever has to
//! end the process early.

use std::fs;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use tempfile::TempPath;

/// Held by all who make or finish a file, side by side, and alone by who removes them all.
static GATE: RwLock<()> = RwLock::new(());

static FILES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Has to be held while a file is made or given its name.
pub(super) fn gate() -> RwLockReadGuard<'static, ()> {
    GATE.read().unwrap_or_else(PoisonError::into_inner)
}

fn files() -> MutexGuard<'static, Vec<PathBuf>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes files whose names nobody takes for that of an output.
pub(super) fn hidden() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".lognorm-mmap.");
    builder
}

/// The folder that `path` lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A temporary file that is removed when it is dropped, or by [`remove_unfinished_outputs`].
pub(super) struct Unfinished(Option<TempPath>);

impl Unfinished {
    /// Takes over a file that `create` makes.
    pub(super) fn create<T>(
        create: impl FnOnce() -> io::Result<(T, TempPath)>,
    ) -> io::Result<(T, Self)> {
        // Entered before the file is there, so that it cannot be missed.
        let _gate = gate();
        let (made, path) = create()?;
        files().push(path.to_path_buf());
        Ok((made, Self(Some(path))))
    }

    /// Renames the file to `destination`, unless a file that stands there is to be kept.
    pub(super) fn finish(mut self, destination: &Path, keep_existing: bool) -> io::Result<()> {
        let _gate = gate();
        let Some(path) = self.0.take() else { return Ok(()) };
        files().retain(|file| **file != *path);
        let persisted = if keep_existing {
            path.persist_noclobber(destination)
        } else {
            path.persist(destination)
        };
        persisted.map_err(|error| error.error)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let _gate = gate();
            files().retain(|file| **file != *path);
            drop(path);
        }
    }
}

/// Removes the temporary files of all outputs under construction. For a process that is about to
/// end: no output can be started or finished afterwards, and a thread that tries waits for ever.
pub fn remove_unfinished_outputs() {
    let gate = GATE.write().unwrap_or_else(PoisonError::into_inner);
    for file in files().iter() {
        // If it cannot be removed, nobody is there to be told.
        let _ = fs::remove_file(file);
    }
    mem::forget(gate);
}
