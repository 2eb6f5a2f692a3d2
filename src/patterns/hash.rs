//! The hash that patterns are looked up by.

use std::hash::{BuildHasher, Hasher};

use foldhash::SharedSeed;
use foldhash::fast::{FoldHasher, SeedableRandomState};

use super::key::Key;

/// Hashes patterns.
///
/// All of one process hash alike, so that a hash goes from a tally into a catalogue. Each process
/// hashes otherwise, so that no log can be made to collide. No result depends on the hash.
#[derive(Clone, Debug)]
pub(super) struct PatternHasher {
    state: SeedableRandomState,
    /// The bits of a hash that are used: few, where a test wants patterns to collide.
    #[cfg(test)]
    pub(super) mask: u64,
}

impl PatternHasher {
    pub(super) fn hash(&self, pattern: &[u8]) -> u64 {
        match Key::of(pattern) {
            Some(key) => self.hash_key(&key),
            None => self.hash_with(|hasher| hasher.write(pattern)),
        }
    }

    /// The hash of the pattern that has this key.
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
        Self {
            state: SeedableRandomState::with_seed(0, SharedSeed::global_random()),
            #[cfg(test)]
            mask: u64::MAX,
        }
    }
}
