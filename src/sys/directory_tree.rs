//! The directories in a directory, reached and created without following a link.
//!
//! The names come from an archive, which may have been made to write to another place. A link on the
//! way is refused, whoever made it. What is opened once is used from then on, so that it does not
//! matter whether somebody changes the way meanwhile.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use nix::errno::Errno;
use nix::fcntl::AtFlags;
use nix::sys::stat::SFlag;

use super::directory::Directory;
use super::resolved_path::{ResolvedPath, kind};

/// A directory, and the last of the directories in it that was reached.
pub(crate) struct DirectoryTree {
    root: Arc<Directory>,
    last: (PathBuf, Arc<Directory>),
    /// Whether new directories are to survive a power failure.
    sync: bool,
}

impl DirectoryTree {
    /// Opens the directory at `path`, after following links. If `sync` is set, new directories in it
    /// are synced to the disk.
    pub(crate) fn open(path: &Path, sync: bool) -> io::Result<Self> {
        let root = Arc::new(Directory::open(None, path.as_os_str())?);
        Ok(Self { last: (PathBuf::new(), Arc::clone(&root)), root, sync })
    }

    /// Returns the place of the file at `path`, a relative path of names alone. Creates directories
    /// on the way that do not exist.
    ///
    /// # Errors
    ///
    /// A link or something else is in the place of a directory, or a link is in that of the file.
    pub(crate) fn place_of(&mut self, path: &Path) -> io::Result<ResolvedPath> {
        let name = path.file_name().ok_or(Errno::EISDIR)?;
        let parent = path.parent().unwrap_or(Path::new(""));
        if self.last.0 != parent {
            self.last = (parent.to_owned(), self.walk_to(parent)?);
        }
        let directory = Arc::clone(&self.last.1);
        let existing = match directory.stat_of(name, AtFlags::AT_SYMLINK_NOFOLLOW) {
            Ok(stat) if kind(&stat) == SFlag::S_IFLNK => return Err(link_error(name)),
            Ok(stat) => Some(stat),
            Err(Errno::ENOENT) => None,
            Err(error) => return Err(error.into()),
        };
        let (is_linked, is_in_proc) = (false, existing.is_some() && directory.is_in_proc());
        Ok(ResolvedPath { directory, name: name.to_owned(), existing, is_linked, is_in_proc })
    }

    /// Goes to the directory at `path`, step by step.
    fn walk_to(&self, path: &Path) -> io::Result<Arc<Directory>> {
        let mut directory = Arc::clone(&self.root);
        for component in path.components() {
            let Component::Normal(name) = component else { return Err(Errno::EINVAL.into()) };
            directory = Arc::new(self.enter(&directory, name)?);
        }
        Ok(directory)
    }

    /// Opens the directory `name` in `parent`, which is created if it does not exist.
    fn enter(&self, parent: &Directory, name: &OsStr) -> io::Result<Directory> {
        match parent.open_directory(name) {
            Err(Errno::ENOENT) => match parent.create_directory(name) {
                Ok(()) if self.sync => parent.open_readable()?.sync_all()?,
                // Another process may have created it.
                Ok(()) | Err(Errno::EEXIST) => {}
                Err(error) => return Err(error.into()),
            },
            Ok(directory) => return Ok(directory),
            Err(error) => return Err(not_entered(parent, name, error)),
        }
        parent.open_directory(name).map_err(|error| not_entered(parent, name, error))
    }
}

/// Returns the reason why `name` in `parent`, which could not be opened as a directory, is refused.
fn not_entered(parent: &Directory, name: &OsStr, error: Errno) -> io::Error {
    let stat = parent.stat_of(name, AtFlags::AT_SYMLINK_NOFOLLOW);
    let is_link = stat.is_ok_and(|stat| kind(&stat) == SFlag::S_IFLNK);
    match error {
        _ if is_link => link_error(name),
        Errno::ENOTDIR => {
            let reason = format!("{} is no directory", Path::new(name).display());
            io::Error::new(io::ErrorKind::NotADirectory, reason)
        }
        error => error.into(),
    }
}

fn link_error(name: &OsStr) -> io::Error {
    let name = Path::new(name).display();
    let reason = format!("{name} is a symbolic link, which is not followed for an archive");
    io::Error::new(io::ErrorKind::NotADirectory, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    #[test]
    fn directories_are_created_and_links_are_not_followed() {
        let temp_dir = tempfile::tempdir().unwrap();
        let path = |name: &str| temp_dir.path().join(name);
        fs::create_dir_all(path("root/old")).unwrap();
        fs::create_dir(path("other")).unwrap();
        fs::write(path("root/file"), "").unwrap();
        symlink("../other", path("root/link")).unwrap();
        symlink("../other/new", path("root/dangling")).unwrap();
        let mut tree = DirectoryTree::open(&path("root"), true).unwrap();
        for name in ["new", "old/new", "a/b/c/new", "a/b/new", "file"] {
            let place = tree.place_of(Path::new(name)).unwrap();
            assert_eq!(place.existing.is_some(), name == "file");
        }
        assert!(path("root/a/b/c").is_dir());
        for (name, reason) in [
            ("link/new", "link is a symbolic link"),
            ("link", "link is a symbolic link"),
            ("dangling", "dangling is a symbolic link"),
            ("dangling/new", "dangling is a symbolic link"),
            ("a/../new", "Invalid argument"),
            ("file/new", "file is no directory"),
        ] {
            let error = tree.place_of(Path::new(name)).err().unwrap().to_string();
            assert!(error.starts_with(reason), "{name}: {error}");
        }
        assert_eq!(fs::read_dir(path("other")).unwrap().count(), 0);
    }
}
