//! Restores the order of items that arrive in any order.

use std::collections::VecDeque;

/// Items that arrive under their sequence numbers and leave in sequence, without gaps.
#[derive(Debug)]
pub(super) struct Reorder<T> {
    /// The sequence number of the first slot.
    next: u64,
    slots: VecDeque<Option<T>>,
}

impl<T> Reorder<T> {
    /// Returns an empty buffer, in which the first item has sequence number 0.
    pub(super) fn new() -> Self {
        Self { next: 0, slots: VecDeque::new() }
    }

    /// Inserts the item with number `sequence`. Each number comes once.
    pub(super) fn insert(&mut self, sequence: u64, item: T) {
        debug_assert!(sequence >= self.next, "number {sequence} left already");
        let slot = (sequence - self.next) as usize;
        if slot >= self.slots.len() {
            self.slots.resize_with(slot + 1, || None);
        }
        debug_assert!(self.slots[slot].is_none(), "number {sequence} came twice");
        self.slots[slot] = Some(item);
    }

    /// Removes and returns the next item in sequence, if it has arrived.
    pub(super) fn pop(&mut self) -> Option<T> {
        let item = self.slots.front_mut()?.take()?;
        self.slots.pop_front();
        self.next += 1;
        Some(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn items_that_arrive_in_any_order_leave_in_sequence(
            order in Just((0..20u64).collect::<Vec<_>>()).prop_shuffle()
        ) {
            let mut ordered = Reorder::new();
            let mut left = Vec::new();
            for sequence in order {
                ordered.insert(sequence, sequence);
                left.extend(std::iter::from_fn(|| ordered.pop()));
            }
            prop_assert_eq!(left, (0..20).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_item_waits_for_those_before_it() {
        let mut ordered = Reorder::new();
        ordered.insert(1, 'b');
        assert_eq!(ordered.pop(), None);
        ordered.insert(0, 'a');
        assert_eq!((ordered.pop(), ordered.pop(), ordered.pop()), (Some('a'), Some('b'), None));
    }
}
