//! The registry of mappings, in which the handler of `SIGBUS` looks up the address of a fault.
//!
//! A handler may run at any moment, also while another thread changes a slot, and must not wait for
//! that thread. So each slot has a version, which is odd while its range is changed. A handler that
//! finds the version odd, or changed, skips the slot. It never skips the slot that it needs: a fault
//! is an access to a mapping, and a mapping is registered before it is used, until it is no longer
//! used.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};

/// The place of one mapping in the registry.
pub(super) struct Slot {
    is_taken: AtomicBool,
    version: AtomicUsize,
    start: AtomicUsize,
    end: AtomicUsize,
    is_damaged: AtomicBool,
}

/// All slots. A file is not mapped if none is free.
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

    /// Changes the range. Only the owner of the slot may do so.
    fn set(&self, range: Range<usize>) {
        let version = self.version.load(Ordering::Relaxed);
        self.version.store(version.wrapping_add(1), Ordering::Relaxed);
        // A thread that reads one of the next two values also reads the odd version, or a later one.
        fence(Ordering::Release);
        self.start.store(range.start, Ordering::Relaxed);
        self.end.store(range.end, Ordering::Relaxed);
        // A thread that reads this version also reads both values.
        self.version.store(version.wrapping_add(2), Ordering::Release);
    }

    /// Returns the range, unless it is being changed.
    fn range(&self) -> Option<Range<usize>> {
        let version = self.version.load(Ordering::Acquire);
        let range = self.start.load(Ordering::Relaxed)..self.end.load(Ordering::Relaxed);
        // Pairs with the fence in `set`: if a later value was read above, a later version is read
        // below.
        fence(Ordering::Acquire);
        let is_stable =
            version.is_multiple_of(2) && self.version.load(Ordering::Relaxed) == version;
        is_stable.then_some(range)
    }

    /// Marks that part of the mapping could not be read.
    pub(super) fn mark_damaged(&self) {
        self.is_damaged.store(true, Ordering::Relaxed);
    }
}

/// Returns the slot and the range of the mapping that has `address`. Safe in a signal handler.
pub(super) fn find(address: usize) -> Option<(&'static Slot, Range<usize>)> {
    let contains = |slot: &'static Slot| {
        slot.range().filter(|range| range.contains(&address)).map(|range| (slot, range))
    };
    SLOTS.iter().find_map(contains)
}

/// Keeps a mapping in the registry until it is dropped.
pub(super) struct Registration {
    slot: &'static Slot,
}

impl Registration {
    /// Registers `len` bytes mapped at `start`, the beginning of a page. Returns `None` if no slot is
    /// free. Must be dropped before the mapping.
    pub(super) fn new(start: *const u8, len: usize) -> Option<Self> {
        let take = |slot: &&Slot| !slot.is_taken.swap(true, Ordering::AcqRel);
        let slot = SLOTS.iter().find(take)?;
        slot.is_damaged.store(false, Ordering::Relaxed);
        slot.set(start.addr()..start.addr() + len);
        Some(Self { slot })
    }

    /// Returns whether part of the mapping could not be read.
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
    fn a_range_never_mixes_two_mappings() {
        const READS: usize = 5_000_000;
        let slot = Slot::new();
        let is_over = AtomicBool::new(false);
        scope(|scope| {
            scope.spawn(|| {
                // All have one length, so a start and an end of different ranges are recognised.
                let starts = (1..).map(|change| change % READS * 10);
                for start in starts.take_while(|_| !is_over.load(Ordering::Relaxed)) {
                    slot.set(start..start + 7);
                }
            });
            for _ in 0..READS {
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
