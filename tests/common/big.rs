//! Inputs that take a while.

use std::fs;
use std::sync::LazyLock;

use super::folder::Folder;
use super::{fixtures, oracle};

/// Whether inputs are to be as large, and moments as many, as the list of faults says. That takes
/// minutes and much memory, so it has to be asked for.
pub fn full_size() -> bool {
    std::env::var_os("LOGNORM_FULL_SIZE").is_some()
}

/// The fixtures again and again, for about `size` bytes.
pub struct BigLog {
    pub bytes: Vec<u8>,
    pub patterns: Vec<u8>,
}

impl BigLog {
    pub fn new(size: usize) -> Self {
        let logs = fixtures("log").into_iter().map(|log| fs::read(log).unwrap());
        let logs = [logs.collect::<Vec<_>>().concat(), b"\n".to_vec()].concat();
        let times = size / logs.len() + 1;
        Self { bytes: logs.repeat(times), patterns: oracle::patterns(&logs).repeat(times) }
    }

    /// So much that the program can be caught at its work, if it goes [`SLOWLY`]. Made once for
    /// all tests of a process.
    pub fn that_takes_a_while() -> &'static Self {
        const SIZE: usize = if cfg!(debug_assertions) { 16 << 20 } else { 100 << 20 };
        static LOG: LazyLock<BigLog> = LazyLock::new(|| BigLog::new(SIZE));
        &LOG
    }

    /// Puts it into `folder`, as `in.log`.
    pub fn put(&self, folder: &Folder) {
        fs::write(folder.path("in.log"), &self.bytes).unwrap();
    }
}

/// What makes the program slow enough to be caught at its work.
pub const SLOWLY: &str = "--threads=1 --kernel=scalar --chunk-size=64KiB";
