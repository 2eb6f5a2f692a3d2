//! Small file systems that go wrong in ways that the machine's own does not. For root only.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::folder::{PATIENCE, utf8};

/// Folders that something was mounted on, and that something can therefore be mounted on again.
static USED: Mutex<Option<HashSet<PathBuf>>> = Mutex::new(None);

/// A file system that is unmounted when this is dropped.
#[derive(Debug)]
pub struct Mount(PathBuf);

impl Mount {
    /// Mounts what the `arguments` of `mount` say on `folder`, or says why that is not possible.
    pub fn new(arguments: &[&str], folder: &Path) -> Result<Self, String> {
        let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = used.get_or_insert_default().insert(folder.to_owned());
        drop(used);
        let start = Instant::now();
        loop {
            let output = Command::new("mount").args(arguments).arg(folder).output().unwrap();
            if output.status.success() {
                return Ok(Self(folder.to_owned()));
            }
            // What a file was mounted by before is taken down when the kernel comes to it.
            if is_first || start.elapsed() > *PATIENCE {
                return Err(utf8(output.stderr));
            }
            sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily, since a test that has failed may have left something running in it.
        let status = Command::new("umount").arg("--lazy").arg(&self.0).status();
        assert!(status.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}
