//! A file that has no name before it is complete.
//!
//! The kernel removes it if the program ends early. It also changes its directory only once, while a
//! temporary file changes it twice. Changes of one directory wait for each other, which limits the
//! speed of many threads with many small logs.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Seek};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use nix::errno::Errno;
use nix::unistd::close;

use super::SinkOptions;
use super::temporary_file::{TemporaryFile, gate};
use crate::sys::directory::Directory;

/// Whether a file can be given a name. This needs its entry in `/proc`, which may not be mounted.
static CAN_BE_NAMED: LazyLock<AtomicBool> =
    LazyLock::new(|| AtomicBool::new(Path::new("/proc/self/fd").exists()));

/// Creates a file in `directory`, with the permissions of any new file. Returns `None` if the kernel
/// or the file system does not support that, or on an error, which creating a file with a name then
/// reports.
pub(super) fn create(directory: &Directory) -> Option<File> {
    let can_be_named = CAN_BE_NAMED.load(Ordering::Relaxed);
    if can_be_named { directory.create_unnamed(0o666).ok() } else { None }
}

/// Gives `file`, which is complete, its `name`. A file that has got that name meanwhile is replaced,
/// unless the options forbid it.
pub(super) fn give_name(
    file: &File,
    directory: &Arc<Directory>,
    name: &OsStr,
    options: SinkOptions,
) -> io::Result<()> {
    let linked = {
        let _gate = gate();
        directory.link(file, name)
    };
    match linked {
        Err(Errno::EEXIST) if !options.overwrite.is_never() => {
            TemporaryFile::link(directory, file)?.rename_to(name, options.overwrite)
        }
        Err(error) if is_refusal(error) => give_name_to_copy(file, directory, name, options),
        result => Ok(result?),
    }
}

/// Returns whether `error` means that the file system or a sandbox does not allow an unnamed file to
/// be given a name. Another cause of the same error is reported when a copy is made.
fn is_refusal(error: Errno) -> bool {
    use Errno::{EACCES, EINVAL, ELOOP, EMLINK, ENOENT, ENOSYS, EOPNOTSUPP, EPERM, EXDEV};
    let refusals = [EACCES, EINVAL, ELOOP, EMLINK, ENOENT, ENOSYS, EOPNOTSUPP, EPERM, EXDEV];
    refusals.contains(&error)
}

/// Gives `name` to a copy of `file`. Later files of this process get a temporary name from the
/// start, so that they need not be copied.
fn give_name_to_copy(
    mut file: &File,
    directory: &Arc<Directory>,
    name: &OsStr,
    options: SinkOptions,
) -> io::Result<()> {
    CAN_BE_NAMED.store(false, Ordering::Relaxed);
    let (temporary, mut copy) = TemporaryFile::create(directory, 0o666)?;
    file.rewind()?;
    io::copy(&mut file, &mut copy)?;
    if options.sync {
        copy.sync_all()?;
    }
    // Some file systems report a failed write only when the file is closed.
    close(copy)?;
    temporary.rename_to(name, options.overwrite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    const KEEP: SinkOptions = SinkOptions {
        overwrite: super::super::Overwrite::Never,
        sync: false,
        compression: super::super::Compression::None,
        threads: 1,
    };

    fn open(temp_dir: &Path) -> Arc<Directory> {
        Arc::new(Directory::open(None, temp_dir.as_os_str()).unwrap())
    }

    /// Creates an unnamed file. Where the file system has none, the test is skipped, but not in CI.
    fn create_or_skip(directory: &Directory) -> Option<File> {
        let file = create(directory);
        if file.is_none() {
            assert!(std::env::var_os("CI").is_none(), "there are no files without a name");
            eprintln!("not tested: the file system has no files without a name");
        }
        file
    }

    #[test]
    fn a_file_is_seen_when_it_has_its_name_and_not_before() {
        let temp_dir = tempfile::tempdir().unwrap();
        let directory = open(temp_dir.path());
        let Some(mut file) = create_or_skip(&directory) else { return };
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read_dir(&temp_dir).unwrap().count(), 0);
        give_name(&file, &directory, OsStr::new("out.log"), KEEP).unwrap();
        assert_eq!(fs::read(temp_dir.path().join("out.log")).unwrap(), b"new");
    }

    #[test]
    fn a_name_that_was_taken_meanwhile_is_taken_over_unless_it_is_to_be_kept() {
        let temp_dir = tempfile::tempdir().unwrap();
        let directory = open(temp_dir.path());
        let Some(file) = create_or_skip(&directory) else { return };
        let (path, name) = (temp_dir.path().join("out.log"), OsStr::new("out.log"));
        fs::write(&path, "quicker").unwrap();
        let error = give_name(&file, &directory, name, KEEP).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"quicker");
        give_name(&file, &directory, name, SinkOptions::default()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"");
        assert_eq!(fs::read_dir(&temp_dir).unwrap().count(), 1);
    }
}
