//! A program that runs while a test acts on it or on its files.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{Read, Write};
use std::ops::{Deref, DerefMut};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use super::directory::TIME_LIMIT;

/// A child process that does not outlive this.
pub struct Running(Child);

impl Running {
    /// Starts `command`, whose standard error is kept for [`Running::end`].
    pub fn start(command: &mut Command) -> Self {
        Self(command.stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Starts `command` as it is.
    pub fn spawn(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    /// Sends the program a signal, such as `INT` or `TERM`.
    pub fn signal(&self, signal: &str) {
        let script = format!("kill -{signal} {}", self.0.id());
        assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success(), "{script}");
    }

    /// Waits until the program has ended. Returns its status, and its standard error.
    #[track_caller]
    pub fn end(mut self) -> (ExitStatus, String) {
        wait_until("the program has ended", || self.0.try_wait().unwrap().is_some());
        let mut message = String::new();
        self.0.stderr.take().unwrap().read_to_string(&mut message).unwrap();
        (self.0.wait().unwrap(), message)
    }
}

impl Deref for Running {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Writes `bytes` to the standard input of a program, and keeps that open until the thread is
/// joined. Until then the program cannot come to its end, however fast it is. A program that has
/// ended otherwise is no error.
pub fn feed(mut stdin: ChildStdin, bytes: &'static [u8]) -> JoinHandle<ChildStdin> {
    spawn(move || {
        let _ = stdin.write_all(bytes);
        stdin
    })
}

/// Waits until `condition` holds.
#[track_caller]
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < *TIME_LIMIT, "waited in vain until {what}");
        sleep(Duration::from_millis(1));
    }
}

/// Returns `count` moments, one at random in each of as many equal parts of `span`.
pub fn moments(count: u32, span: Duration) -> impl Iterator<Item = Duration> {
    let part = span / count;
    (0..count).map(move |index| {
        let random = RandomState::new().build_hasher().finish() >> 32;
        part * index + part.mul_f64(random as f64 / f64::from(u32::MAX))
    })
}
