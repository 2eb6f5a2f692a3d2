//! Puts back in order what finished in any order.

use std::collections::VecDeque;

/// Items that arrive under their sequence numbers and leave in sequence, without gaps.
#[derive(Debug)]
pub(crate) struct Reorder<T> {
    /// The sequence number of the first slot.
    next: u64,
    slots: VecDeque<Option<T>>,
}

impl<T> Reorder<T> {
    /// Starts with sequence number 0.
    pub(crate) fn new() -> Self {
        Self { next: 0, slots: VecDeque::new() }
    }

    /// Takes the item with number `sequence`, each of which comes once.
    pub(crate) fn insert(&mut self, sequence: u64, item: T) {
        debug_assert!(sequence >= self.next, "number {sequence} left already");
        let slot = (sequence - self.next) as usize;
        if slot >= self.slots.len() {
            self.slots.resize_with(slot + 1, || None);
        }
        debug_assert!(self.slots[slot].is_none(), "number {sequence} came twice");
        self.slots[slot] = Some(item);
    }

    /// The next item in sequence, if it has arrived.
    pub(crate) fn pop(&mut self) -> Option<T> {
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
        fn whatever_order_items_arrive_in_they_leave_in_sequence(
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
