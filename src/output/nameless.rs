//! A file that has no name before it is complete.
//!
//! However the program ends, nothing is left of it, and its folder is changed once, where a file
//! that is renamed changes it twice: each change waits for all others, and with many small logs
//! that is what the threads wait for most.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::LazyLock;

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::libc;
use nix::unistd::linkat;

use super::unfinished::{folder_of, gate, hidden};

/// Under which a file can be given its name.
const DESCRIPTORS: &str = "/proc/self/fd";

static HAS_DESCRIPTORS: LazyLock<bool> = LazyLock::new(|| Path::new(DESCRIPTORS).exists());

/// Creates a file in `folder`, with permissions as the umask says, where the system and the file
/// system can do that. What else may be wrong shows when a file is created with a name.
#[cfg(target_os = "linux")]
pub(super) fn create(folder: &Path) -> Option<File> {
    let mut open = OpenOptions::new();
    open.write(true).mode(0o666).custom_flags(libc::O_TMPFILE);
    if *HAS_DESCRIPTORS { open.open(folder).ok() } else { None }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn create(_: &Path) -> Option<File> {
    None
}

/// Gives `file`, which is complete, the name `destination`, in place of what has it by now unless
/// that is to be kept.
pub(super) fn finish(file: &File, destination: &Path, keep_existing: bool) -> io::Result<()> {
    let _gate = gate();
    match link(file, destination) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !keep_existing => {
            let folder = folder_of(destination);
            let named = hidden().make_in(folder, |path| link(file, path))?;
            named.into_temp_path().persist(destination).map_err(|error| error.error)
        }
        result => result,
    }
}

fn link(file: &File, path: &Path) -> io::Result<()> {
    let file = format!("{DESCRIPTORS}/{}", file.as_raw_fd());
    Ok(linkat(AT_FDCWD, file.as_str(), AT_FDCWD, path, AtFlags::AT_SYMLINK_FOLLOW)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    /// In CI, the file system has what is tested.
    fn create_or_say(folder: &Path) -> Option<File> {
        let file = create(folder);
        if file.is_none() {
            assert!(std::env::var_os("CI").is_none(), "no file without a name in {folder:?}");
            eprintln!("not tested: the file system has no files without a name");
        }
        file
    }

    #[test]
    fn a_file_is_seen_when_it_has_its_name_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let Some(mut file) = create_or_say(folder.path()) else { return };
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        let path = folder.path().join("out.log");
        finish(&file, &path, true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_name_that_was_taken_meanwhile_is_taken_over_unless_it_is_to_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let Some(file) = create_or_say(folder.path()) else { return };
        let path = folder.path().join("out.log");
        fs::write(&path, "quicker").unwrap();
        let error = finish(&file, &path, true).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"quicker");
        finish(&file, &path, false).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }
}
