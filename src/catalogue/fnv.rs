//! The FNV-1a hash of 64 bits, for what other programs and other versions must be able to repeat.

/// The hash of nothing.
pub(super) const START: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x100_0000_01b3;

/// Returns the hash of `bytes`, continued from `hash`.
pub(super) fn hash(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_which_everybody_calls_so() {
        // From the authors' test vectors.
        for (text, expected) in
            [("", START), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)]
        {
            assert_eq!(hash(START, text.as_bytes()), expected, "{text}");
        }
    }
}
