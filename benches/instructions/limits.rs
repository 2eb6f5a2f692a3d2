//! How many instructions a byte may take: the gate that holds the speed.
//!
//! Counted by callgrind, so that neither the speed of the machine nor what else it does matters:
//! two runs differ by 0.03 % or less. Instructions are not time, but what needs a twentieth more of
//! them is seen here, and in no time that a shared machine takes.
//!
//! The limits stand in `limits.txt`, which says how to change them.

use gungraun::{Callgrind, EventKind};
use lognorm_mmap::Kernel;

#[allow(dead_code, reason = "of what tests may need, a CPU is all that this does")]
#[allow(clippy::unwrap_used, reason = "a panic is how a bench fails")]
#[path = "../../tests/common/needs.rs"]
mod needs;

/// Lines of a name and of instructions for a byte.
const LIMITS: &str = include_str!("limits.txt");

/// How far a limit may be exceeded: a hundred times what differs between two runs.
const TOLERANCE: f64 = 1.03;

/// Counts the instructions of what is called `name`, and fails if they are too many for `bytes`.
pub fn of(name: &str, bytes: usize) -> Callgrind {
    let limits = LIMITS.lines().filter_map(|line| line.split_once(' '));
    let limit = limits.into_iter().find(|(other, _)| *other == name);
    // One that is not there is exceeded, and so is seen to be missing.
    let limit = limit.map_or(0.0, |(_, limit)| limit.trim().parse().expect("limits are numbers"));
    let most = (limit * TOLERANCE * bytes as f64) as u64;
    let mut callgrind = Callgrind::default();
    callgrind.hard_limits([(EventKind::Ir, most)]);
    callgrind
}

/// Whether this CPU has AVX2, which valgrind only shows to programs where the CPU has it. If not,
/// what needs it is skipped, which is said.
pub fn has_avx2() -> bool {
    needs::needed(Kernel::avx2().is_some(), "this CPU has no AVX2")
}
