//! Whether two names are of one file, so that nothing that a run writes is lost to what else it
//! writes.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

/// The name that standard output has among paths.
pub const STDOUT: &str = "/dev/stdout";

/// Whether `left` and `right` name one file, also one that is yet to be made.
///
/// What is written to a device twice, a terminal or `/dev/null`, replaces nothing there: that is
/// one file only if the names are the same.
pub fn is_same(left: &Path, right: &Path) -> bool {
    left == right || identity(left).is_some_and(|left| Some(left) == identity(right))
}

/// What all names of a file have in common.
#[derive(PartialEq, Eq)]
enum Identity {
    Existing { device: u64, inode: u64 },
    New { folder: PathBuf, name: OsString },
}

fn identity(path: &Path) -> Option<Identity> {
    if let Ok(metadata) = fs::metadata(path) {
        let (device, inode) = (metadata.dev(), metadata.ino());
        let is_device = metadata.file_type().is_char_device();
        return (!is_device).then_some(Identity::Existing { device, inode });
    }
    let name = path.file_name()?.to_owned();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
    Some(Identity::New { folder, name })
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
        for (left, right) in [
            ("old", "hard"),
            ("old", "soft"),
            ("old", "a/../old"),
            ("new", "a/../new"),
            ("new", "./new"),
        ] {
            assert!(is_same(&path(left), &path(right)), "{left} and {right}");
        }
        for (left, right) in
            [("old", "new"), ("new", "a/new"), ("new", "newer"), ("b/new", "c/new")]
        {
            assert!(!is_same(&path(left), &path(right)), "{left} and {right}");
        }
        assert!(!is_same(Path::new("/dev/null"), Path::new("/dev/../dev/null")));
    }
}
