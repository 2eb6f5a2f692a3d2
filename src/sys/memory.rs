//! The memory that this process has, as the system counts it.
//!
//! The system keeps the most that was resident, but that has the pages of a mapped log in it. Of
//! the anonymous memory, which is what the process has for itself, it only knows how much there is
//! now. So that is looked at now and then.

use std::fs::File;
use std::io::Read;
use std::str;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Between two looks at anonymous memory. One takes 20 µs, so this is 0.2 % of one thread.
const INTERVAL: Duration = Duration::from_millis(10);

/// The most anonymous memory that was seen. There is one process, so there is one of this.
static MOST_ANONYMOUS: AtomicU64 = AtomicU64::new(0);

/// Looks at the anonymous memory, if that was not done a moment ago.
pub(crate) fn note(now: Instant) {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    /// Nanoseconds after the first.
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let elapsed = now.saturating_duration_since(*FIRST.get_or_init(|| now)).as_nanos() as u64;
    if is_due(&NEXT, elapsed) {
        look();
    }
}

/// Whether `next` has come, which is then an interval later. Both are in nanoseconds.
fn is_due(next: &AtomicU64, elapsed: u64) -> bool {
    let due = next.load(Ordering::Relaxed);
    let later = elapsed + INTERVAL.as_nanos() as u64;
    // Who loses the race leaves it to who wins.
    let set = || next.compare_exchange(due, later, Ordering::Relaxed, Ordering::Relaxed);
    elapsed >= due && set().is_ok()
}

/// Looks at the anonymous memory, which will be less from now on.
pub(crate) fn look() {
    MOST_ANONYMOUS.fetch_max(status("RssAnon:").unwrap_or(0), Ordering::Relaxed);
}

/// The most anonymous memory that there was when it was looked at.
pub(crate) fn peak_anonymous() -> Option<u64> {
    look();
    Some(MOST_ANONYMOUS.load(Ordering::Relaxed)).filter(|&most| most > 0)
}

/// The most memory that was resident, mapped files included.
pub(crate) fn peak_resident() -> Option<u64> {
    status("VmHWM:")
}

/// A number of bytes in `/proc`, where that tells. Without a buffer from the heap, for this is done
/// in the middle of runs whose allocations do not depend on how long they take.
fn status(key: &str) -> Option<u64> {
    let mut buffer = [0; 4096];
    let len = File::open("/proc/self/status").ok()?.read(&mut buffer).ok()?;
    let text = str::from_utf8(&buffer[..len]).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    #[test]
    fn it_is_looked_at_once_an_interval_however_often_there_is_occasion_to() {
        let next = AtomicU64::new(0);
        let due = (0..1000).filter(|&tenth| is_due(&next, tenth * 100_000)).count();
        assert_eq!(due, 10);
    }

    #[test]
    fn memory_that_was_there_once_counts() {
        const SIZE: u64 = 64 << 20;
        let before = peak_anonymous().unwrap();
        // Not of zeros, which the system would not have to give, nor for nobody to see, which the
        // compiler would not ask for.
        let memory = black_box(vec![1_u8; SIZE as usize]);
        look();
        drop(memory);
        assert!(peak_anonymous().unwrap() >= before + SIZE / 2);
        assert!(peak_resident() >= peak_anonymous());
    }
}
