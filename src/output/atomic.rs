//! A file that appears under its name complete, or not at all.
//!
//! One that is new has no name until the end, where the file system can do that. Otherwise it is
//! written under another name in the same folder and renamed at the end: until then the name
//! belongs to whatever stood there before, and stays so if the run fails.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use nix::unistd::close;

use super::unfinished::{Unfinished, folder_of, hidden};
use super::{SinkOptions, nameless};

/// The file that will replace `destination`.
pub(super) struct Replacement {
    destination: PathBuf,
    /// The name that it has meanwhile, if any.
    temporary: Option<Unfinished>,
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
        let folder = folder_of(&destination);
        if let (None, Some(file)) = (&old, nameless::create(folder)) {
            return Ok((Self { destination, temporary: None }, file));
        }
        let mut open = OpenOptions::new();
        // Private until it has the permissions of the file it replaces.
        open.write(true).create_new(true).mode(if old.is_some() { 0o600 } else { 0o666 });
        let (file, temporary) = Unfinished::create(|| {
            Ok(hidden().make_in(folder, |path| open.open(path))?.into_parts())
        })?;
        if let Some(old) = old {
            // Only root may give a file away. A file that cannot be must not run as its new owner.
            let is_given = fchown(&file, Some(old.uid()), Some(old.gid())).is_ok();
            let mode = if is_given { old.mode() & 0o7777 } else { old.mode() & 0o777 };
            file.set_permissions(Permissions::from_mode(mode))?;
        }
        Ok((Self { destination, temporary: Some(temporary) }, file))
    }

    /// Closes the `file` and gives it its name, and has the folder written to the disk if that is
    /// wanted.
    pub(super) fn commit(self, file: File, options: SinkOptions) -> io::Result<()> {
        // Some file systems only tell of a failed write when the file is closed.
        match self.temporary {
            Some(temporary) => {
                close(file)?;
                temporary.finish(&self.destination, options.keep_existing)?;
            }
            None => {
                close(file.try_clone()?)?;
                nameless::finish(&file, &self.destination, options.keep_existing)?;
            }
        }
        if options.sync { File::open(folder_of(&self.destination))?.sync_all() } else { Ok(()) }
    }
}

/// Follows the links that `path` is a chain of, so that the file at its end is replaced and not
/// the link. Stops in `/proc`, whose links are not paths but open files.
pub(crate) fn follow_links(path: &Path) -> io::Result<PathBuf> {
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
