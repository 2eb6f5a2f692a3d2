//! Large inputs.

use std::fs;
use std::sync::LazyLock;

use super::directory::Directory;
use super::{fixtures, oracle};

/// Whether inputs have the sizes, and runs the numbers, of the list of faults. Such tests take
/// minutes and much memory, so they run only where `LOGNORM_FULL_SIZE` is set.
pub fn full_size() -> bool {
    std::env::var_os("LOGNORM_FULL_SIZE").is_some()
}

/// A log of the fixtures again and again, and its patterns by the shape rules.
pub struct BigLog {
    pub bytes: Vec<u8>,
    pub patterns: Vec<u8>,
}

impl BigLog {
    /// Returns a log of `size` bytes, or of somewhat more.
    pub fn new(size: usize) -> Self {
        let logs = fixtures("log").into_iter().map(|log| fs::read(log).unwrap());
        let logs = [logs.collect::<Vec<_>>().concat(), b"\n".to_vec()].concat();
        let times = size / logs.len() + 1;
        Self { bytes: logs.repeat(times), patterns: oracle::patterns(&logs).repeat(times) }
    }

    /// Returns a log that is long enough for a test to act while the program is at work, if that
    /// goes [`SLOWLY`]. All tests of a process share it.
    pub fn that_takes_a_while() -> &'static Self {
        const SIZE: usize = if cfg!(debug_assertions) { 16 << 20 } else { 100 << 20 };
        static LOG: LazyLock<BigLog> = LazyLock::new(|| BigLog::new(SIZE));
        &LOG
    }

    /// Writes the log to `in.log` in `directory`.
    pub fn put(&self, directory: &Directory) {
        fs::write(directory.path("in.log"), &self.bytes).unwrap();
    }
}

/// The options that make the program slow.
pub const SLOWLY: &str = "--threads=1 --kernel=scalar --chunk-size=64KiB";
