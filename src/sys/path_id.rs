//! Whether two names are of one file, so that nothing that a run writes is lost to what else it
//! writes.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::file_id::FileId;
use super::resolved_path::Target;

/// Whether `left` and `right` name one file, also one that is yet to be made.
///
/// What is written to a device twice, a terminal or `/dev/null`, replaces nothing there: that is
/// one file only if the names are the same.
pub fn is_same_file(left: &Path, right: &Path) -> bool {
    left == right || identity(left).is_some_and(|left| Some(left) == identity(right))
}

/// What all names of a file have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    Existing(FileId),
    /// Of what is yet to be made: the directory that it will be in, with no link on the way, and
    /// its name there.
    New {
        directory: FileId,
        name: OsString,
    },
}

/// Returns nothing for a character device or a socket, and for what cannot be made.
pub(crate) fn identity(path: &Path) -> Option<Identity> {
    if let Ok(metadata) = fs::metadata(path) {
        return FileId::of(&metadata).map(Identity::Existing);
    }
    let target = Target::find(path, None).ok()?;
    let directory = FileId::of_stat(&target.directory.stat().ok()?)?;
    Some(Identity::New { directory, name: target.name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_file_is_the_same_under_all_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("a")).unwrap();
        fs::write(path("old"), "").unwrap();
        fs::hard_link(path("old"), path("hard")).unwrap();
        symlink("old", path("soft")).unwrap();
        symlink("a/../new", path("leads")).unwrap();
        for (left, right) in [
            ("old", "hard"),
            ("old", "soft"),
            ("old", "a/../old"),
            ("new", "a/../new"),
            ("new", "./new"),
            ("leads", "new"),
            ("leads", "./leads"),
        ] {
            assert!(is_same_file(&path(left), &path(right)), "{left} and {right}");
        }
        for (left, right) in [
            ("old", "new"),
            ("new", "a/new"),
            ("new", "newer"),
            ("b/new", "c/new"),
            ("leads", "old"),
        ] {
            assert!(!is_same_file(&path(left), &path(right)), "{left} and {right}");
        }
        assert!(!is_same_file(Path::new("/dev/null"), Path::new("/dev/../dev/null")));
    }

    #[test]
    fn a_fifo_is_one_file_under_all_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        nix::unistd::mkfifo(&path("fifo"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        symlink("fifo", path("soft")).unwrap();
        assert!(is_same_file(&path("fifo"), &path("soft")));
    }
}
