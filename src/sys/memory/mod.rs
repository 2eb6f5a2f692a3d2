//! The memory of this process, as the kernel counts it.
//!
//! The kernel keeps the peak of resident memory, which includes the pages of a mapped log. Of
//! anonymous memory, which the process has for itself, it only tells the current amount. So that is
//! sampled from time to time.

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod os;
#[cfg(not(target_os = "linux"))]
#[path = "other.rs"]
mod os;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

pub(crate) use os::peak_resident;

/// The minimum time between two samples, so that sampling takes a negligible part of a run.
const INTERVAL: Duration = Duration::from_millis(10);

/// The peak of all samples.
static PEAK_ANONYMOUS: AtomicU64 = AtomicU64::new(0);

/// Samples the anonymous memory, if the last sample is older than the interval.
pub(crate) fn sample_if_due(now: Instant) {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    /// The time of the next sample, in nanoseconds after the first call.
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let elapsed = now.saturating_duration_since(*FIRST.get_or_init(|| now)).as_nanos() as u64;
    if advance_if_due(&NEXT, elapsed) {
        sample();
    }
}

/// Returns whether `elapsed` has reached `next`, and then sets `next` to an interval later. Both are
/// in nanoseconds. Of several threads, one gets `true`.
fn advance_if_due(next: &AtomicU64, elapsed: u64) -> bool {
    let due = next.load(Ordering::Relaxed);
    let later = elapsed + INTERVAL.as_nanos() as u64;
    let set = || next.compare_exchange(due, later, Ordering::Relaxed, Ordering::Relaxed);
    elapsed >= due && set().is_ok()
}

/// Samples the anonymous memory. To be called before much of it is freed.
pub(crate) fn sample() {
    PEAK_ANONYMOUS.fetch_max(os::anonymous().unwrap_or(0), Ordering::Relaxed);
}

/// Returns the peak of anonymous memory, as far as it was sampled, in bytes.
pub(crate) fn peak_anonymous() -> Option<u64> {
    sample();
    Some(PEAK_ANONYMOUS.load(Ordering::Relaxed)).filter(|&peak| peak > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_often_it_is_called_it_is_due_once_an_interval() {
        let next = AtomicU64::new(0);
        let due = (0..1000).filter(|&tenth| advance_if_due(&next, tenth * 100_000)).count();
        assert_eq!(due, 10);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_that_was_freed_counts() {
        use std::hint::black_box;

        const SIZE: u64 = 64 << 20;
        let before = peak_anonymous().unwrap();
        // The kernel would not back pages of zeros with memory, and the compiler would not allocate
        // memory that is not used.
        let memory = black_box(vec![1_u8; SIZE as usize]);
        sample();
        drop(memory);
        assert!(peak_anonymous().unwrap() >= before + SIZE / 2);
        assert!(peak_resident() >= peak_anonymous());
    }
}
