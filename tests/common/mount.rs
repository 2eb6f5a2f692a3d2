//! Small file systems that fail in ways in which the machine's own does not. For root only.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::directory::{TIME_LIMIT, utf8};

/// The directories on which a test has mounted a file system before.
static USED: Mutex<Option<HashSet<PathBuf>>> = Mutex::new(None);

/// A file system that is unmounted when this is dropped.
#[derive(Debug)]
pub struct Mount(PathBuf);

impl Mount {
    /// Mounts a file system on `directory` as the `arguments` of `mount` say. An error is the
    /// message of `mount`.
    pub fn new(arguments: &[&str], directory: &Path) -> Result<Self, String> {
        let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = used.get_or_insert_default().insert(directory.to_owned());
        drop(used);
        let start = Instant::now();
        loop {
            let output = Command::new("mount").args(arguments).arg(directory).output().unwrap();
            if output.status.success() {
                return Ok(Self(directory.to_owned()));
            }
            // The kernel takes some time to free the loop device of an earlier mount.
            if is_first || start.elapsed() > *TIME_LIMIT {
                return Err(utf8(output.stderr));
            }
            sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily, since a test that has failed may have left a process running in it.
        let status = Command::new("umount").arg("--lazy").arg(&self.0).status();
        assert!(status.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}
