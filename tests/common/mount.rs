//! Small file systems that go wrong in ways that the machine's own does not. For root only.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::folder::utf8;

/// A file system that is unmounted when this is dropped.
#[derive(Debug)]
pub struct Mount(PathBuf);

impl Mount {
    /// Mounts what the `arguments` of `mount` say on `folder`, or says why that is not possible.
    pub fn new(arguments: &[&str], folder: &Path) -> Result<Self, String> {
        let output = Command::new("mount").args(arguments).arg(folder).output().unwrap();
        let mount = Self(folder.to_owned());
        if output.status.success() {
            Ok(mount)
        } else {
            std::mem::forget(mount);
            Err(utf8(output.stderr))
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
