//! Rows of equal quotes that follow one another on the list of [stops](super::stops).
//!
//! After a quote that closes a level, an equal quote opens one: no level directly around a quoted one
//! waits for the same quote. So of a row every other quote opens a level.

use crate::arch::Mask;

/// Every other bit.
const ALTERNATE: Mask = 0x5555_5555_5555_5555;

/// Rows of equal quotes, of which the first opens a level.
pub(super) struct Rows {
    /// All quotes of the rows.
    pub(super) quotes: Mask,
    /// The quotes that open an enclosure, which the next one closes.
    pub(super) pairs: Mask,
    /// The last quotes of rows, where they open a level.
    pub(super) open: Mask,
}

impl Rows {
    /// Returns the rows of `quotes` that begin with one of `first`. Each of these must be one of the
    /// quotes, and no quote before it in its row may be another.
    #[inline(always)]
    pub(super) fn beginning_with(first: Mask, quotes: Mask) -> Self {
        // A sum has a carry from the first quote of a row to the stop after the last.
        let rows = quotes & !quotes.wrapping_add(first);
        let even_rows = quotes & !quotes.wrapping_add(first & ALTERNATE);
        let opening = even_rows & ALTERNATE | (rows ^ even_rows) & !ALTERNATE;
        let pairs = opening & rows >> 1;
        Self { quotes: rows, pairs, open: opening ^ pairs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_quote_of_a_row_opens() {
        for start in 0..64 {
            for len in 1..=64 - start {
                let quotes = Mask::MAX >> (64 - len) << start;
                let rows = Rows::beginning_with(1 << start, quotes);
                let opening: Mask = (start..start + len).step_by(2).map(|at| 1 << at).sum();
                let last = 1 << (start + len - 1);
                let open = if len % 2 == 1 { last } else { 0 };
                let expected = (quotes, opening & !open, open);
                assert_eq!((rows.quotes, rows.pairs, rows.open), expected, "{start}, {len}");
            }
        }
    }

    #[test]
    fn rows_that_begin_otherwise_are_left_out() {
        // Of three rows, the second does not begin with a quote that is known to open a level.
        let rows = Rows::beginning_with(0x401, 0x1c77);
        assert_eq!(rows.quotes, 0x1c07);
        assert_eq!((rows.pairs, rows.open), (0x401, 0x1004));
    }
}
