//! The mappings that the handler of `SIGBUS` knows of.
//!
//! A handler may come at any moment, also while another thread changes a slot, and may not wait for
//! it. So each slot has a version, which is odd while its range is changed. A reader that finds it
//! odd, or changed, passes the slot over, and that is right: the range it looks for is not being
//! changed. A fault is an access to a mapping, which is registered before anything can refer to it
//! and stays so until nothing does any more.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};

/// A mapping, if there is one. Mappings that find no free slot are not made.
pub(super) struct Slot {
    is_taken: AtomicBool,
    version: AtomicUsize,
    start: AtomicUsize,
    end: AtomicUsize,
    is_damaged: AtomicBool,
}

/// More files are not read at once.
static SLOTS: [Slot; 256] = [const { Slot::new() }; 256];

impl Slot {
    const fn new() -> Self {
        Self {
            is_taken: AtomicBool::new(false),
            version: AtomicUsize::new(0),
            start: AtomicUsize::new(0),
            end: AtomicUsize::new(0),
            is_damaged: AtomicBool::new(false),
        }
    }

    /// Changes the range. For the owner of the slot alone.
    fn set(&self, range: Range<usize>) {
        let version = self.version.load(Ordering::Relaxed);
        self.version.store(version.wrapping_add(1), Ordering::Relaxed);
        // Who sees one of the two that follow sees the odd version, or a later one.
        fence(Ordering::Release);
        self.start.store(range.start, Ordering::Relaxed);
        self.end.store(range.end, Ordering::Relaxed);
        // Who sees this version sees both.
        self.version.store(version.wrapping_add(2), Ordering::Release);
    }

    /// The range, unless it is being changed.
    fn range(&self) -> Option<Range<usize>> {
        let version = self.version.load(Ordering::Acquire);
        let range = self.start.load(Ordering::Relaxed)..self.end.load(Ordering::Relaxed);
        // With the fence in `set`: if a later value was read above, a later version is read below.
        fence(Ordering::Acquire);
        let is_stable =
            version.is_multiple_of(2) && self.version.load(Ordering::Relaxed) == version;
        is_stable.then_some(range)
    }

    /// Notes that part of the mapping could not be read.
    pub(super) fn mark_damaged(&self) {
        self.is_damaged.store(true, Ordering::Relaxed);
    }
}

/// The mapping that `address` is in, and where that lies. Safe to call in a signal handler.
pub(super) fn find(address: usize) -> Option<(&'static Slot, Range<usize>)> {
    let contains = |slot: &'static Slot| {
        slot.range().filter(|range| range.contains(&address)).map(|range| (slot, range))
    };
    SLOTS.iter().find_map(contains)
}

/// Tells the handler of a mapping, until it is dropped.
pub(super) struct Registration {
    slot: &'static Slot,
}

impl Registration {
    /// Registers `len` bytes mapped at `start`, which is the beginning of a page, if there is a
    /// free slot. To be dropped before the mapping.
    pub(super) fn new(start: *const u8, len: usize) -> Option<Self> {
        let take = |slot: &&Slot| !slot.is_taken.swap(true, Ordering::AcqRel);
        let slot = SLOTS.iter().find(take)?;
        slot.is_damaged.store(false, Ordering::Relaxed);
        slot.set(start.addr()..start.addr() + len);
        Some(Self { slot })
    }

    /// Whether part of the mapping could not be read.
    pub(super) fn is_damaged(&self) -> bool {
        self.slot.is_damaged.load(Ordering::Relaxed)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.slot.set(0..0);
        self.slot.is_taken.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::thread::scope;

    use super::*;

    #[test]
    fn a_range_is_never_of_two_mappings() {
        const LOOKS: usize = 5_000_000;
        let slot = Slot::new();
        let is_over = AtomicBool::new(false);
        scope(|scope| {
            scope.spawn(|| {
                // Of one length, so that a start and an end of two are told.
                let starts = (1..).map(|change| change % LOOKS * 10);
                for start in starts.take_while(|_| !is_over.load(Ordering::Relaxed)) {
                    slot.set(start..start + 7);
                }
            });
            for _ in 0..LOOKS {
                let Some(range) = slot.range() else { continue };
                assert!(range == (0..0) || range.len() == 7, "{range:?}");
            }
            is_over.store(true, Ordering::Relaxed);
        });
    }

    #[test]
    fn a_mapping_is_found_while_it_is_registered() {
        // An address that no mapping of another test has.
        let start = std::ptr::without_provenance(usize::MAX - 8191);
        let registration = Registration::new(start, 100).unwrap();
        let (slot, range) = find(start.addr() + 99).unwrap();
        assert_eq!(range, start.addr()..start.addr() + 100);
        assert!(find(start.addr() + 100).is_none());
        slot.mark_damaged();
        assert!(registration.is_damaged());
        drop(registration);
        assert!(find(start.addr() + 99).is_none());
    }
}
