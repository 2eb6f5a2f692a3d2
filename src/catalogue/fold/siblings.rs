//! Patterns that are the same but for one word or value in one place.
//!
//! Each place of each pattern has a key: the sum of the hashes of all other pieces, with their
//! positions. Patterns with the same key are siblings at that place, and since no two patterns are
//! the same, each of them has another token there. So the tokens need not be compared: it is
//! enough to count the keys.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::tokens::{Piece, VALUE, is_word, pieces};
use crate::error::{Error, Result};

/// Siblings with which a place folds where one of them has a value there.
const MIN_WITH_VALUE: usize = 3;

/// Finds the places where patterns fold.
///
/// Keys have 127 bits of two SipHashes, whose secrets are the process's own: among a billion of
/// places, two different keys are the same with a probability of 10^-20.
#[derive(Default)]
pub(super) struct SiblingFinder {
    hashers: [RandomState; 2],
}

/// The places, by their keys, at which a word becomes a value.
pub(super) struct FoldingPlaces(HashSet<u128>);

impl FoldingPlaces {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The lowest bit of a key, which tells whether the token is a value.
const IS_VALUE: u128 = 1;

impl SiblingFinder {
    /// Returns the places at which `min` of `patterns` are siblings, or three of which one has a
    /// value there. No two of `patterns` are the same.
    ///
    /// Takes 16 bytes of memory for each word and value, and time to sort as many numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`].
    pub(super) fn find<'a>(
        &self,
        patterns: impl Iterator<Item = &'a [u8]>,
        min: usize,
    ) -> Result<FoldingPlaces> {
        let mut keys: Vec<u128> = Vec::new();
        let mut places = Vec::new();
        for pattern in patterns {
            self.places(pattern, &mut places)?;
            try_reserve(&mut keys, places.len())?;
            keys.extend(places.iter().map(|place| place.key | u128::from(place.is_value)));
        }
        keys.sort_unstable();
        let siblings = keys.chunk_by(|one, other| one & !IS_VALUE == other & !IS_VALUE);
        let folds = |keys: &&[u128]| {
            let has_value = keys.iter().any(|key| key & IS_VALUE != 0);
            keys.len() >= min || has_value && keys.len() >= MIN_WITH_VALUE
        };
        Ok(FoldingPlaces(siblings.filter(folds).map(|keys| keys[0] & !IS_VALUE).collect()))
    }

    /// Returns `pattern` with a value in each of its places that fold.
    pub(super) fn fold(&self, pattern: &[u8], folding: &FoldingPlaces) -> Result<Vec<u8>> {
        let mut places = Vec::new();
        self.places(pattern, &mut places)?;
        let mut folded = Vec::new();
        try_reserve(&mut folded, pattern.len())?;
        let mut places = places.iter().peekable();
        for (position, piece) in pieces(pattern).enumerate() {
            let place = places.next_if(|place| place.position == position);
            match piece {
                Piece::Token(_) if place.is_some_and(|place| folding.0.contains(&place.key)) => {
                    folded.extend_from_slice(VALUE);
                }
                Piece::Token(token) => folded.extend_from_slice(token),
                Piece::Separator(byte) => folded.push(byte),
            }
        }
        Ok(folded)
    }

    /// Puts the places of `pattern` into `places`: its words and values but the first.
    fn places(&self, pattern: &[u8], places: &mut Vec<LinePosition>) -> Result<()> {
        places.clear();
        let mut sum: u128 = 0;
        let mut is_first = true;
        for (position, piece) in pieces(pattern).enumerate() {
            let hash = self.hash(position, piece);
            sum = sum.wrapping_add(hash);
            let Piece::Token(token) = piece else { continue };
            let is_value = token == VALUE;
            if !is_value && !is_word(token) {
                continue;
            }
            if !std::mem::take(&mut is_first) {
                try_reserve(places, 1)?;
                // The position is part of the key: tokens of two places may be the same.
                let key = self.hash(position, Piece::Separator(0)).wrapping_sub(hash);
                places.push(LinePosition { position, key, is_value });
            }
        }
        for place in places {
            place.key = place.key.wrapping_add(sum) & !IS_VALUE;
        }
        Ok(())
    }

    fn hash(&self, position: usize, piece: Piece<'_>) -> u128 {
        let [high, low] = &self.hashers;
        let hash = |hasher: &RandomState| match piece {
            Piece::Token(token) => hasher.hash_one((position, token)),
            Piece::Separator(byte) => hasher.hash_one((position, byte)),
        };
        u128::from(hash(high)) << 64 | u128::from(hash(low))
    }
}

/// A word or a value of a pattern.
struct LinePosition {
    /// Its number among the pieces.
    position: usize,
    /// What it has in common with its siblings.
    key: u128,
    is_value: bool,
}

fn try_reserve<T>(vec: &mut Vec<T>, more: usize) -> Result<()> {
    vec.try_reserve(more).map_err(|_| Error::Memory { bytes: more * size_of::<T>() })
}
