//! The check sum of a catalogue's rows.

use std::fmt;
use std::str::FromStr;

use crate::catalogue::row::Row;

/// A sum of the hashes of rows, which is the same in any order. It detects accidents: an editor, a
/// conversion, a copy that was cut. See the [module](super).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Check(u64);

impl Check {
    pub(super) fn add(&mut self, row: &Row<'_>) {
        let Row { pattern, count, first, last, example, .. } = row;
        let numbers =
            [*count, first.line, first.offset, last.line, last.offset, example.len() as u64];
        let hash = fnv(START, &[pattern.is_some().into()]);
        let hash = numbers.iter().fold(hash, |hash, number| fnv(hash, &number.to_le_bytes()));
        let hash = fnv(fnv(hash, example), pattern.as_deref().unwrap_or_default());
        self.0 = self.0.wrapping_add(hash);
    }
}

const START: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x100_0000_01b3;

/// Returns the FNV-1a hash of 64 bits of `bytes`, continued from `hash`.
fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
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
    fn the_hash_is_that_which_everybody_calls_so() {
        // From the authors' test vectors.
        for (text, hash) in
            [("", START), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)]
        {
            assert_eq!(fnv(START, text.as_bytes()), hash, "{text}");
        }
    }

    #[test]
    fn a_check_sum_is_sixteen_digits() {
        assert_eq!(Check(0xab).to_string(), "00000000000000ab");
        assert_eq!("00000000000000Ab".parse(), Ok(Check(0xab)));
        for text in ["", "ab", "+0000000000000ab", "000000000000000g", "00000000000000abc"] {
            assert_eq!(text.parse::<Check>(), Err(()), "{text}");
        }
    }
}
