//! The paths that name standard input and standard output.
//!
//! The streams are read and written by the descriptors 0 and 1 under all their names. To open one by
//! name would open its file again, which fails if another user owns it, if it is a socket, and if
//! `/proc` is not mounted.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::process;

use lognorm_mmap::{FileId, is_same_file};

use crate::startup::{STDIN, STDOUT};

/// A standard stream for data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    Input,
    Output,
}

impl Standard {
    /// Returns whether `path`, one of very many, may be a name of this stream. Looks only at the name,
    /// because to ask the OS for a link takes longer than to open a file.
    pub fn may_be_named_by(self, path: &Path) -> bool {
        let is_special = path.starts_with("/dev") || path.starts_with("/proc");
        path.as_os_str() == "-" || (is_special && self.is_named_by(path))
    }

    /// Returns whether `path` is `-`, another name of this stream, or a symbolic link to one.
    pub fn is_named_by(self, path: &Path) -> bool {
        /// The number of links that Linux follows.
        const MAX_LINKS: usize = 40;
        if path.as_os_str() == "-" {
            return true;
        }
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            if self.is_name(&path) {
                return true;
            }
            let Ok(target) = fs::read_link(&path) else { return false };
            path = path.parent().unwrap_or(Path::new("")).join(target);
        }
        false
    }

    /// Returns whether `path` is one of the names of this stream in `/dev` and `/proc`, which need
    /// not exist.
    fn is_name(self, path: &Path) -> bool {
        let (name, descriptor) = match self {
            Self::Input => (STDIN, "0"),
            Self::Output => (STDOUT, "1"),
        };
        let process = process::id().to_string();
        let directories = ["self", "thread-self", &process];
        let mut in_proc = directories.iter().map(|it| Path::new("/proc").join(it).join("fd"));
        path == Path::new(name)
            || path == Path::new("/dev/fd").join(descriptor)
            || in_proc.any(|directory| path == directory.join(descriptor))
    }

    fn metadata(self) -> io::Result<Metadata> {
        let descriptor = match self {
            Self::Input => io::stdin().as_fd().try_clone_to_owned(),
            Self::Output => io::stdout().as_fd().try_clone_to_owned(),
        };
        File::from(descriptor?).metadata()
    }
}

/// Returns whether `left` and `right` name one file. For a standard stream, its descriptor is asked
/// and not its name, which need not exist.
pub fn is_same(left: &Path, right: &Path) -> bool {
    let is_name = |path: &Path| path == Path::new(STDIN) || path == Path::new(STDOUT);
    if !is_name(left) && !is_name(right) {
        return is_same_file(left, right);
    }
    left == right || id(left).is_some_and(|left| Some(left) == id(right))
}

/// Returns the identity of the file that `path` names, if it exists. For a standard stream, its
/// descriptor is asked.
pub fn id(path: &Path) -> Option<FileId> {
    let metadata = match path {
        _ if path == Path::new(STDIN) => Standard::Input.metadata(),
        _ if path == Path::new(STDOUT) => Standard::Output.metadata(),
        _ => fs::metadata(path),
    };
    FileId::of(&metadata.ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_stream_is_named_in_many_ways() {
        let own = format!("/proc/{}/fd/1", process::id());
        let names = [
            "-",
            "/dev/stdout",
            "/dev//stdout",
            "/dev/fd/1",
            "/proc/self/fd/1",
            "/dev/../dev/stdout",
            &own,
        ];
        for name in names {
            assert!(Standard::Output.is_named_by(Path::new(name)), "{name}");
            let is_both = name == "-";
            assert_eq!(Standard::Input.is_named_by(Path::new(name)), is_both, "{name}");
        }
        for name in ["/dev/fd/3", "/dev/stdin", "stdout", "./-", "/proc/1/fd/1", "/dev/stderr"] {
            assert!(!Standard::Output.is_named_by(Path::new(name)), "{name}");
        }
        let directory = tempfile::tempdir().unwrap();
        let link = directory.path().join("out.log");
        symlink("/dev/stdout", &link).unwrap();
        assert!(Standard::Output.is_named_by(&link));
        symlink(&link, directory.path().join("again")).unwrap();
        assert!(Standard::Output.is_named_by(&directory.path().join("again")));
    }
}
