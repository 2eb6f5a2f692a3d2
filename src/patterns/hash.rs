//! The hash that patterns are looked up by.

use std::hash::{BuildHasher, Hasher};

use foldhash::SharedSeed;
use foldhash::fast::SeedableRandomState;

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
    #[inline]
    pub(super) fn hash(&self, pattern: &[u8]) -> u64 {
        let mut hasher = self.state.build_hasher();
        hasher.write(pattern);
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
