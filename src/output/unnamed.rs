//! A file that has no name before it is complete.
//!
//! However the program ends, nothing is left of it, and its directory is changed once, where a file
//! that is renamed changes it twice: each change waits for all others, and with many small logs
//! that is what the threads wait for most.

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

/// Whether a file can be given its name: that takes its entry in `/proc`, which may not be mounted.
static CAN_BE_NAMED: LazyLock<AtomicBool> =
    LazyLock::new(|| AtomicBool::new(Path::new("/proc/self/fd").exists()));

/// Creates a file in `directory`, with permissions as for any new file, where the kernel and the
/// file system can do that. What else may be wrong shows when a file is created with a name.
pub(super) fn create(directory: &Directory) -> Option<File> {
    let can_be_named = CAN_BE_NAMED.load(Ordering::Relaxed);
    if can_be_named { directory.create_unnamed(0o666).ok() } else { None }
}

/// Gives `file`, which is complete, its `name`, in place of what has it by now unless that is to be
/// kept.
pub(super) fn finish(
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
            TemporaryFile::link(directory, file)?.finish(name, false)
        }
        Err(error) if is_refusal(error) => finish_copy(file, directory, name, options),
        result => Ok(result?),
    }
}

/// Returns whether `error` says that the file system or a sandbox does not let files without a name
/// have one. What else can be wrong shows again when a copy is made.
fn is_refusal(error: Errno) -> bool {
    use Errno::{EACCES, EINVAL, ELOOP, EMLINK, ENOENT, ENOSYS, EOPNOTSUPP, EPERM, EXDEV};
    let refusals = [EACCES, EINVAL, ELOOP, EMLINK, ENOENT, ENOSYS, EOPNOTSUPP, EPERM, EXDEV];
    refusals.contains(&error)
}

/// Gives the `name` to a copy of `file`. Later files of this process get a name from the start, so
/// that they need not be copied.
fn finish_copy(
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
    // Some file systems only tell of a failed write when the file is closed.
    close(copy)?;
    temporary.finish(name, options.overwrite.is_never())
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

    fn open(folder: &Path) -> Arc<Directory> {
        Arc::new(Directory::open(None, folder.as_os_str()).unwrap())
    }

    /// In CI, the file system has what is tested.
    fn create_or_say(directory: &Directory) -> Option<File> {
        let file = create(directory);
        if file.is_none() {
            assert!(std::env::var_os("CI").is_none(), "there are no files without a name");
            eprintln!("not tested: the file system has no files without a name");
        }
        file
    }

    #[test]
    fn a_file_is_seen_when_it_has_its_name_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let directory = open(folder.path());
        let Some(mut file) = create_or_say(&directory) else { return };
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        finish(&file, &directory, OsStr::new("out.log"), KEEP).unwrap();
        assert_eq!(fs::read(folder.path().join("out.log")).unwrap(), b"new");
    }

    #[test]
    fn a_name_that_was_taken_meanwhile_is_taken_over_unless_it_is_to_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let directory = open(folder.path());
        let Some(file) = create_or_say(&directory) else { return };
        let (path, name) = (folder.path().join("out.log"), OsStr::new("out.log"));
        fs::write(&path, "quicker").unwrap();
        let error = finish(&file, &directory, name, KEEP).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"quicker");
        finish(&file, &directory, name, SinkOptions::default()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }
}
