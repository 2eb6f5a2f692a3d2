//! A directory to run the program in, as a user does: from a shell.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use tempfile::TempDir;

use super::big::full_size;

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_lognorm-mmap");

/// The name and the content of a small log.
pub const LOG: (&str, &str) = ("in.log", "took 12 ms (cached)\nretry [3/5]\n");

/// The patterns of [`LOG`] by the shape rules.
pub const PATTERNS: &str = "Y Y Y (X)\nY [X]\n";

/// The time after which a program counts as hanging, which is a failure. It is far longer than any
/// program takes, however slow and busy the machine is.
pub static TIME_LIMIT: LazyLock<Duration> =
    LazyLock::new(|| Duration::from_secs(if full_size() { 3600 } else { 600 }));

/// Returns a command that runs the program, and stops it after [`TIME_LIMIT`].
pub fn lognorm_mmap() -> Command {
    let mut command = Command::new("timeout");
    command.arg(TIME_LIMIT.as_secs().to_string()).arg(BINARY);
    command
}

/// A directory that is removed when this is dropped.
pub struct Directory {
    directory: TempDir,
    user: Option<u32>,
}

impl Directory {
    /// Makes a directory with `files`, of which the names and the contents are given.
    ///
    /// Where root runs the tests, the directory belongs to another user, who also runs the scripts
    /// in it: permissions do not stop root, and a defect could replace a device of the machine.
    pub fn with<const N: usize>(files: [(&str, &str); N]) -> Self {
        const NOBODY: u32 = 65534;
        let directory = TempDir::new().unwrap();
        let is_root = fs::metadata(&directory).unwrap().uid() == 0;
        let directory = Self { directory, user: is_root.then_some(NOBODY) };
        for (name, content) in files {
            fs::write(directory.path(name), content).unwrap();
            chown(directory.path(name), directory.user, directory.user).unwrap();
        }
        chown(&directory.directory, directory.user, directory.user).unwrap();
        directory
    }

    /// Returns the path of the file `name` in the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).unwrap().mode() & 0o777
    }

    pub fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), Permissions::from_mode(mode)).unwrap();
    }

    /// Returns a command that runs `script` in a shell in this directory, and stops it after
    /// [`TIME_LIMIT`]. In the script, `lognorm-mmap` is the program under test.
    pub fn command(&self, script: &str) -> Command {
        let mut command = self.prepare("timeout");
        command.arg(TIME_LIMIT.as_secs().to_string()).args(["sh", "-c", script]);
        command
    }

    /// Returns the same command without a time limit and without a process above the shell. A
    /// program that the script starts by `exec` can be sent signals, and is seen to end by them.
    pub fn process(&self, script: &str) -> Command {
        let mut command = self.prepare("sh");
        command.args(["-c", script]);
        command
    }

    fn prepare(&self, program: &str) -> Command {
        let programs = Path::new(BINARY).parent().unwrap().display();
        let others = std::env::var("PATH").unwrap();
        let mut command = Command::new(program);
        command.env("PATH", format!("{programs}:{others}"));
        command.current_dir(&self.directory).stdin(Stdio::null());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        command
    }

    /// Runs `script` and returns its output.
    pub fn run(&self, script: &str) -> Output {
        self.command(script).output().unwrap()
    }

    /// Runs `script`, asserts that it succeeds without a message, and returns what it printed.
    #[track_caller]
    pub fn succeeds(&self, script: &str) -> String {
        let Output { status, stdout, stderr } = self.run(script);
        assert_eq!((status.code(), utf8(stderr)), (Some(0), String::new()), "{script}");
        utf8(stdout)
    }

    /// Runs `script` and asserts that it fails because of `path`: with exit code 1, one line that
    /// names `path`, nothing printed, and all files as they were. Returns the reason.
    #[track_caller]
    pub fn fails(&self, script: &str, path: &str) -> String {
        let before = self.content();
        let Output { status, stdout, stderr } = self.run(script);
        let message = utf8(stderr);
        let reason = message.strip_prefix(&format!("lognorm-mmap: {path}: "));
        let reason = reason.and_then(|reason| reason.strip_suffix('\n')).unwrap_or_default();
        assert!(!reason.is_empty() && !reason.contains('\n'), "{script}: {message:?}");
        assert_eq!((status.code(), utf8(stdout)), (Some(1), String::new()), "{script}");
        assert_eq!(self.content(), before, "{script}");
        reason.to_owned()
    }

    /// Runs `script` and asserts that it fails with exit code `code` and prints nothing. Returns the
    /// message.
    #[track_caller]
    pub fn message(&self, script: &str, code: i32) -> String {
        let Output { status, stdout, stderr } = self.run(script);
        let message = utf8(stderr);
        assert_eq!(
            (status.code(), utf8(stdout)),
            (Some(code), String::new()),
            "{script}: {message}"
        );
        message
    }

    /// Returns the names of all files in the directory, also the hidden ones, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.directory).unwrap().map(|entry| entry.unwrap());
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Returns the names, the permissions and the bytes of all files in the directory. A file that
    /// cannot be read has no bytes.
    fn content(&self) -> BTreeMap<PathBuf, (u32, Option<Vec<u8>>)> {
        let entries = fs::read_dir(&self.directory).unwrap().map(|entry| entry.unwrap());
        let content = entries.map(|entry| {
            let metadata = entry.metadata().unwrap();
            let bytes = if metadata.is_file() { fs::read(entry.path()).ok() } else { None };
            (entry.path(), (metadata.mode(), bytes))
        });
        content.collect()
    }
}

pub fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}
