//! The check sum of a catalogue's rows.

use std::fmt;
use std::str::FromStr;

use crate::catalogue::example::Example;
use crate::catalogue::fnv::{START, hash};
use crate::catalogue::places::{Boundaries, Boundary};
use crate::catalogue::row::Row;

/// A sum of the hashes of rows, which is the same in any order. It detects accidents: an editor, a
/// conversion, a copy that was cut. See the [module](super).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Check(u64);

impl Check {
    /// Adds the hash of `row`.
    pub(super) fn add(&mut self, row: &Row<'_>) {
        let Row { pattern, count, first, last, example, .. } = row;
        let numbers =
            [*count, first.line, first.offset, last.line, last.offset, example.len() as u64];
        let sum = numbers.into_iter().fold(hash(START, &[pattern.is_some().into()]), add_number);
        let buckets = row.places.iter().flat_map(|places| places.histogram.buckets());
        let sum = buckets.fold(sum, |sum, it| add_number(sum, it.packed()));
        let sum = hash(hash(sum, example), pattern.as_deref().unwrap_or_default());
        let sum = row.further.iter().fold(sum, |sum, Example { line, text }| {
            hash(add_number(add_number(sum, line), text.len() as u64), text)
        });
        self.0 = self.0.wrapping_add(sum);
    }

    /// Adds the hash of `boundaries`.
    pub(super) fn add_boundaries(&mut self, boundaries: &Boundaries) {
        let sum = hash(START, &[2, boundaries.least_level()]);
        let sum = boundaries
            .list()
            .iter()
            .fold(sum, |sum, &Boundary { offset, level }| hash(add_number(sum, offset), &[level]));
        self.0 = self.0.wrapping_add(sum);
    }
}

fn add_number(sum: u64, number: u64) -> u64 {
    hash(sum, &number.to_le_bytes())
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Check {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let is_hex = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u64::from_str_radix(text, 16).ok().filter(|_| is_hex);
        value.map(Self).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_sum_is_sixteen_digits() {
        assert_eq!(Check(0xab).to_string(), "00000000000000ab");
        assert_eq!("00000000000000Ab".parse(), Ok(Check(0xab)));
        for text in ["", "ab", "+0000000000000ab", "000000000000000g", "00000000000000abc"] {
            assert_eq!(text.parse::<Check>(), Err(()), "{text}");
        }
    }
}
