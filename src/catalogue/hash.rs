//! The hash that patterns are looked up by.
//!
//! `foldhash` multiplies pairs of words, `(word ^ state) * (word ^ seed)`. Its documentation claims
//! resistance to prepared input only if the state is a secret or comes from one: an attacker who
//! knows the state can make the first factor zero, and the product is then zero for any second
//! word. The first words meet the *per-hasher seed*, which foldhash does not fill in by itself. So
//! that seed and the shared seeds are made here, once for a process, of random numbers that the
//! standard library gets from the operating system.
//!
//! An attacker who sees hashes could still find the seeds. But no output of this program depends on
//! a hash, and a log is written before the process starts.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::LazyLock;

use foldhash::SharedSeed;
use foldhash::fast::{FoldHasher, SeedableRandomState};

use super::key::Key;

/// Hashes patterns.
///
/// All hashers of a process hash alike, so that a catalogue uses the hashes of a chunk. Each process
/// hashes differently, so that no log can be made to collide. No result depends on the hash.
#[derive(Clone, Debug)]
pub(super) struct PatternHasher {
    state: SeedableRandomState,
    /// The bits of a hash that are used: few in tests in which patterns collide.
    #[cfg(test)]
    pub(super) mask: u64,
}

/// The secrets of the process.
static SECRETS: LazyLock<Secrets> =
    LazyLock::new(|| Secrets { state: random(), seeds: SharedSeed::from_u64(random()) });

struct Secrets {
    state: u64,
    seeds: SharedSeed,
}

/// Returns a random number that is a secret of the process. Each `RandomState` has a key of its own,
/// and SipHash of nothing under a secret key is as secret as the key.
pub(super) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

impl PatternHasher {
    pub(super) fn hash(&self, pattern: &[u8]) -> u64 {
        match Key::of(pattern) {
            Some(key) => self.hash_key(&key),
            None => self.hash_with(|hasher| hasher.write(pattern)),
        }
    }

    /// Returns the hash of the pattern that has this key.
    #[inline]
    pub(super) fn hash_key(&self, key: &Key) -> u64 {
        self.hash_with(|hasher| key.words().for_each(|word| hasher.write_u64(word)))
    }

    #[inline]
    fn hash_with(&self, write: impl FnOnce(&mut FoldHasher<'_>)) -> u64 {
        let mut hasher = self.state.build_hasher();
        write(&mut hasher);
        let hash = hasher.finish();
        #[cfg(test)]
        let hash = hash & self.mask;
        hash
    }
}

impl Default for PatternHasher {
    fn default() -> Self {
        let Secrets { state, seeds } = &*SECRETS;
        Self {
            state: SeedableRandomState::with_seed(*state, seeds),
            #[cfg(test)]
            mask: u64::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// The state that foldhash starts with where it is given none.
    const PUBLIC_STATE: u64 = 0x082e_fa98_ec4e_6c89;

    fn distinct_hashes(patterns: impl Iterator<Item = Vec<u8>>) -> usize {
        let hasher = PatternHasher::default();
        patterns.map(|pattern| hasher.hash(&pattern)).collect::<HashSet<_>>().len()
    }

    /// Patterns of `len` bytes that cancel the public state at once, hold NULs where the next words
    /// would bring it back, and differ in what is then multiplied by zero.
    fn made_to_collide(len: usize, free: usize) -> impl Iterator<Item = Vec<u8>> {
        // Only long patterns have their length mixed in.
        let state = if len < 64 { PUBLIC_STATE } else { PUBLIC_STATE.rotate_right(len as u32) };
        (0..1000_u64).map(move |number| {
            let mut pattern = vec![0; len];
            pattern[..8].copy_from_slice(&state.to_ne_bytes());
            pattern[free..][..8].copy_from_slice(&(number * 0x0101_0101).to_ne_bytes());
            pattern
        })
    }

    #[test]
    fn patterns_made_to_collide_do_not() {
        for (len, free) in [(100, 84), (100, 68), (100, 52), (96, 80), (64, 48), (63, 8), (40, 8)] {
            let distinct = distinct_hashes(made_to_collide(len, free));
            assert!(distinct >= 999, "{distinct} of 1000 hashes of {len} bytes are distinct");
        }
        // In 129 bytes and more, the word that the first one is multiplied by is nearer.
        for (len, free) in [(129, 32), (200, 32), (300, 48)] {
            let distinct = distinct_hashes(made_to_collide(len, free));
            assert!(distinct >= 999, "{distinct} of 1000 hashes of {len} bytes are distinct");
        }
    }

    #[test]
    fn all_hashers_of_a_process_hash_alike() {
        for pattern in [vec![b'-'; 10], vec![b'-'; 100]] {
            let hash = || PatternHasher::default().hash(&pattern);
            assert_eq!(hash(), hash());
        }
    }
}
