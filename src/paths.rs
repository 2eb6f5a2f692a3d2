//! Whether two names are of one file, so that nothing that a run writes is lost to what else it
//! writes.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::output::follow_links;

/// Whether `left` and `right` name one file, also one that is yet to be made.
///
/// What is written to a device twice, a terminal or `/dev/null`, replaces nothing there: that is
/// one file only if the names are the same.
pub fn is_same_file(left: &Path, right: &Path) -> bool {
    left == right || identity(left).is_some_and(|left| Some(left) == identity(right))
}

/// What all names of a file have in common.
#[derive(PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    Existing {
        device: u64,
        inode: u64,
    },
    /// Of what is yet to be made, with no link in it.
    New(PathBuf),
}

/// Nothing for a device, and for what cannot be made.
pub(crate) fn identity(path: &Path) -> Option<Identity> {
    if let Ok(metadata) = fs::metadata(path) {
        let (device, inode) = (metadata.dev(), metadata.ino());
        let is_device = metadata.file_type().is_char_device();
        return (!is_device).then_some(Identity::Existing { device, inode });
    }
    let path = follow_links(path).ok()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
    Some(Identity::New(folder.join(path.file_name()?)))
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
}
