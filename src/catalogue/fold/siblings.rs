//! Patterns that are the same but for one word or value in one place.
//!
//! Each place of each pattern has a key: the sum of the hashes of all that is around it, with
//! their positions. Patterns with the same key are siblings at that place, and since no two
//! patterns are the same, each of them has another token there. So the tokens need not be compared:
//! it is enough to count the keys.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

use foldhash::SharedSeed;
use foldhash::quality::SeedableRandomState;
use hashbrown::HashTable;

use super::tokens::{VALUE, places};
use crate::catalogue::hash::random;
use crate::catalogue::memory::{NoMemory, reserve, reserve_slot};

/// Siblings with which a place folds where one of them has a value there.
const MIN_WITH_VALUE: usize = 3;

/// The lowest bit of a key, which tells whether the token is a value.
const IS_VALUE: u128 = 1;

/// Finds the places where patterns fold.
///
/// Keys have 127 bits of two hashes, whose secrets are the finder's own: among a billion of places,
/// two different keys are the same with a probability of 10^-20.
pub(super) struct SiblingFinder {
    hashers: [SeedableRandomState; 2],
    /// The places of the pattern at hand.
    places: Vec<Place>,
}

/// A word or a value of a pattern.
struct Place {
    range: Range<usize>,
    /// What it has in common with its siblings.
    key: u128,
    is_value: bool,
}

/// The places, by their keys, at which a word becomes a value.
pub(super) struct FoldingPlaces(HashTable<u128>);

impl FoldingPlaces {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn contains(&self, key: u128) -> bool {
        self.0.find(hash_of(&key), |&other| other == key).is_some()
    }
}

impl SiblingFinder {
    pub(super) fn new(seeds: &'static [SharedSeed; 2]) -> Self {
        let hashers = seeds.each_ref().map(|seed| SeedableRandomState::with_seed(random(), seed));
        Self { hashers, places: Vec::new() }
    }

    /// Returns the places at which `min` of `patterns` are siblings, or three of which one has a
    /// value there. No two of `patterns` are the same.
    ///
    /// Takes 16 bytes of memory for each word and value, and time to sort as many numbers.
    ///
    /// # Errors
    ///
    /// [`NoMemory`].
    pub(super) fn find<'a>(
        &mut self,
        patterns: impl Iterator<Item = &'a [u8]>,
        min: usize,
    ) -> Result<FoldingPlaces, NoMemory> {
        let mut keys: Vec<u128> = Vec::new();
        for pattern in patterns {
            self.look_at(pattern)?;
            reserve(&mut keys, self.places.len())?;
            keys.extend(self.places.iter().map(|place| place.key | u128::from(place.is_value)));
        }
        keys.sort_unstable();
        let siblings = keys.chunk_by(|one, other| one & !IS_VALUE == other & !IS_VALUE);
        let folds = |keys: &&[u128]| {
            let has_value = keys.iter().any(|key| key & IS_VALUE != 0);
            keys.len() >= min || has_value && keys.len() >= MIN_WITH_VALUE
        };
        let mut folding = HashTable::new();
        for keys in siblings.filter(folds) {
            reserve_slot(&mut folding, hash_of)?;
            let key = keys[0] & !IS_VALUE;
            folding.insert_unique(hash_of(&key), key, hash_of);
        }
        Ok(FoldingPlaces(folding))
    }

    /// Returns `pattern` with a value in each of its places that fold.
    pub(super) fn fold(
        &mut self,
        pattern: &[u8],
        folding: &FoldingPlaces,
    ) -> Result<Vec<u8>, NoMemory> {
        self.look_at(pattern)?;
        let mut folded = Vec::new();
        reserve(&mut folded, pattern.len())?;
        let mut end = 0;
        for Place { range, key, .. } in &self.places {
            if folding.contains(*key) {
                folded.extend_from_slice(&pattern[end..range.start]);
                folded.extend_from_slice(VALUE);
                end = range.end;
            }
        }
        folded.extend_from_slice(&pattern[end..]);
        Ok(folded)
    }

    /// Puts the places of `pattern` into `places`.
    ///
    /// A pattern is a text, a place, a text, and so on to the last text. Two patterns have the same
    /// texts and tokens of places if and only if they are the same.
    fn look_at(&mut self, pattern: &[u8]) -> Result<(), NoMemory> {
        let Self { hashers, places: found, .. } = self;
        found.clear();
        let (mut sum, mut end) = (0_u128, 0);
        for (position, range) in places(pattern).enumerate() {
            let token = &pattern[range.clone()];
            let text = hash(hashers, Part::Text(position), &pattern[end..range.start]);
            let hashed = hash(hashers, Part::Token(position), token);
            sum = sum.wrapping_add(text).wrapping_add(hashed);
            // The position is part of the key: tokens of two places may be the same.
            let key = hash(hashers, Part::Gap(position), b"").wrapping_sub(hashed);
            reserve(found, 1)?;
            end = range.end;
            found.push(Place { range, key, is_value: token == VALUE });
        }
        sum = sum.wrapping_add(hash(hashers, Part::Text(found.len()), &pattern[end..]));
        for place in found {
            place.key = place.key.wrapping_add(sum) & !IS_VALUE;
        }
        Ok(())
    }
}

/// A part of a pattern, or of a key, by its position.
enum Part {
    Text(usize),
    Token(usize),
    /// Between two texts, where siblings differ.
    Gap(usize),
}

fn hash(hashers: &[SeedableRandomState; 2], part: Part, bytes: &[u8]) -> u128 {
    let position = match part {
        Part::Text(position) => 3 * position,
        Part::Token(position) => 3 * position + 1,
        Part::Gap(position) => 3 * position + 2,
    };
    let [high, low] = hashers.each_ref().map(|hasher| {
        let mut hasher = hasher.build_hasher();
        hasher.write_usize(position);
        hasher.write(bytes);
        hasher.finish()
    });
    u128::from(high) << 64 | u128::from(low)
}

/// Returns a part of `key`, which is as good as a hash: it was made of some.
fn hash_of(key: &u128) -> u64 {
    (key >> 64) as u64
}
