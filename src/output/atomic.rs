//! A file that appears under its name complete, or not at all.
//!
//! It is written under another name in the same folder and renamed at the end. Until then the
//! name belongs to whatever stood there before, and stays so if the run fails.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use super::SinkOptions;
use super::unfinished::Unfinished;

/// The file that will replace `destination`.
pub(super) struct Replacement {
    destination: PathBuf,
    temporary: Unfinished,
}

impl Replacement {
    /// Creates the file beside `destination`, with the permissions and, as far as that is
    /// allowed, the owner of the file that `exists` there, or, where none does, as the umask says.
    pub(super) fn create(destination: PathBuf, exists: bool) -> io::Result<(Self, File)> {
        let old = if exists {
            // Opened to see that its owner lets it be written: a rename alone would not ask.
            Some(OpenOptions::new().write(true).open(&destination)?.metadata()?)
        } else {
            None
        };
        let mut open = OpenOptions::new();
        // Private until it has the permissions of the file it replaces.
        open.write(true).create_new(true).mode(if old.is_some() { 0o600 } else { 0o666 });
        let folder = folder_of(&destination);
        let mut builder = tempfile::Builder::new();
        builder.prefix(".lognorm-mmap.");
        let (file, temporary) = Unfinished::create(|| {
            Ok(builder.make_in(folder, |path| open.open(path))?.into_parts())
        })?;
        if let Some(old) = old {
            // Only root may give a file away. A file that cannot be must not run as its new owner.
            let is_given = fchown(&file, Some(old.uid()), Some(old.gid())).is_ok();
            let mode = if is_given { old.mode() & 0o7777 } else { old.mode() & 0o777 };
            file.set_permissions(Permissions::from_mode(mode))?;
        }
        Ok((Self { destination, temporary }, file))
    }

    /// Gives the file its name, and has the folder written to the disk if that is wanted.
    pub(super) fn commit(self, options: SinkOptions) -> io::Result<()> {
        self.temporary.finish(&self.destination, options.keep_existing)?;
        if options.sync { File::open(folder_of(&self.destination))?.sync_all() } else { Ok(()) }
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Follows the links that `path` is a chain of, so that the file at its end is replaced and not
/// the link. Stops in `/proc`, whose links are not paths but open files.
pub(super) fn follow_links(path: &Path) -> io::Result<PathBuf> {
    // As many as Linux itself follows.
    const MOST_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) if !super::is_in_proc(&path) => {
                let folder = path.parent().map(Path::to_owned).unwrap_or_default();
                path = folder.join(target);
            }
            _ => return Ok(path),
        }
    }
    Err(nix::errno::Errno::ELOOP.into())
}
