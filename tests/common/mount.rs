//! Small file systems that go wrong in ways that the machine's own does not. For root only.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::folder::utf8;

/// A file system that is unmounted when this is dropped.
#[derive(Debug)]
pub struct Mount(PathBuf);

impl Mount {
    /// Mounts what the `arguments` of `mount` say on `folder`, or says why that is not possible.
    pub fn new(arguments: &[&str], folder: &Path) -> Result<Self, String> {
        let start = Instant::now();
        loop {
            let output = Command::new("mount").args(arguments).arg(folder).output().unwrap();
            if output.status.success() {
                return Ok(Self(folder.to_owned()));
            }
            // What a file was mounted by before is taken down when the system comes to it.
            if start.elapsed() > Duration::from_secs(2) {
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
