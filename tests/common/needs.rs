//! Checks for programs and rights that not every machine has. A test that lacks one says so on
//! standard error and is skipped. In CI, which has all of them, that is a failure.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};

/// Whether root runs the tests, to mount and to become another user.
#[must_use]
pub fn root() -> bool {
    needed(fs::metadata("/proc/self").unwrap().uid() == 0, "not run by root")
}

/// Whether the program `name` is installed.
#[must_use]
pub fn program(name: &str) -> bool {
    let found = succeeds("sh", &["-c", "command -v \"$0\"", name]);
    needed(found, &format!("{name} is not installed"))
}

/// Whether `strace` is installed and allowed to trace.
#[must_use]
pub fn strace() -> bool {
    program("strace") && needed(succeeds("strace", &["true"]), "strace may not trace here")
}

/// Returns `has`: whether a test has all that it needs. If not, says that the test is skipped, and
/// the `reason`.
#[must_use]
pub fn needed(has: bool, reason: &str) -> bool {
    if !has {
        assert!(std::env::var_os("CI").is_none(), "a test would be skipped in CI: {reason}");
        // Not by `eprintln!`, which the test harness hides.
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let _ = writeln!(io::stderr(), "{test}: skipped: {reason}");
    }
    has
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
