//! Folding: patterns that differ in a word that varies become one, to be looked at.
//!
//! By the word rules a value without a digit, such as the name of a user, remains a word, and each
//! name makes a pattern of its own. Folding finds such words by their number: where five patterns
//! are the same but for one word, that word is a value.
//!
//! A catalogue is never changed by it, and no file holds its result: files stay exact and add up.
//!
//! ```text
//! patterns ──► fill_empty ──► join_lists ──► find places ──► fold all at once ──► join_lists ──┐
//!                                                ▲                                             │
//!                                                └───────── until nothing changes ◄────────────┘
//! ```
//!
//! All places are found on the same patterns before one is folded, so that the result does not
//! depend on an order.

mod lists;
mod siblings;
mod tokens;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::error::{Error, Result};
use lists::{fill_empty, join_lists};
use siblings::SiblingFinder;

/// Patterns with which a place folds, unless another number is given.
pub const DEFAULT_SIBLINGS: usize = 5;

/// What patterns fold to.
#[derive(Debug, PartialEq, Eq)]
pub struct Folded {
    /// The distinct folded patterns, by first appearance.
    pub patterns: Vec<Vec<u8>>,
    /// For each pattern that was given, the index of what it folds to.
    pub index_of: Vec<usize>,
}

/// Folds `patterns`, which the word rules made.
///
/// A word becomes a value where `siblings` patterns are the same but for one word or value in that
/// place, or three of which one has a value there. The first word or value of a pattern stays.
///
/// Each round takes time linear in the words of the patterns, and time to sort as many numbers;
/// there are few rounds, as each but the last joins patterns or shortens them. Memory is some 40
/// bytes for each word, and three times the length of the patterns.
///
/// ```
/// use lognorm_mmap::catalogue::fold;
///
/// let users = ["root", "uucp", "mail", "news", "ftp"];
/// let patterns = users.map(|user| format!("Failed password for {user} from *"));
/// let folded = fold(patterns.iter().map(String::as_bytes), 5)?;
/// assert_eq!(folded.patterns, [b"Failed password for * from *"]);
/// # Ok::<(), lognorm_mmap::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Memory`].
pub fn fold<'a>(patterns: impl Iterator<Item = &'a [u8]>, siblings: usize) -> Result<Folded> {
    let finder = SiblingFinder::default();
    let first = patterns.map(|pattern| {
        let mut pattern = fill_empty(pattern);
        join_lists(&mut pattern);
        Ok(pattern)
    });
    let mut folded = distinct(first)?;
    loop {
        let patterns = folded.patterns.iter().map(Vec::as_slice);
        let places = finder.find(patterns, siblings)?;
        if places.is_empty() {
            return Ok(folded);
        }
        let next = folded.patterns.iter().map(|pattern| {
            let mut pattern = finder.fold(pattern, &places)?;
            join_lists(&mut pattern);
            Ok(pattern)
        });
        let next = distinct(next)?;
        if next.patterns == folded.patterns {
            return Ok(folded);
        }
        let index_of = folded.index_of.iter().map(|&index| next.index_of[index]).collect();
        folded = Folded { patterns: next.patterns, index_of };
    }
}

/// Returns each of `patterns` once.
fn distinct(patterns: impl Iterator<Item = Result<Vec<u8>>>) -> Result<Folded> {
    let mut indices: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut index_of = Vec::new();
    for pattern in patterns {
        let pattern = pattern?;
        let no_memory = |_| Error::Memory { bytes: pattern.len() };
        indices.try_reserve(1).map_err(no_memory)?;
        index_of.try_reserve(1).map_err(no_memory)?;
        let next = indices.len();
        index_of.push(*indices.entry(pattern).or_insert(next));
    }
    let mut patterns = Vec::new();
    patterns
        .try_reserve_exact(indices.len())
        .map_err(|_| Error::Memory { bytes: indices.len() })?;
    patterns.resize_with(indices.len(), Vec::new);
    for (pattern, index) in indices {
        patterns[index] = pattern;
    }
    Ok(Folded { patterns, index_of })
}
