//! Folding: patterns that differ in a word that varies become one, to be looked at.
//!
//! By the word rules a value without a digit, such as the name of a user, remains a word, and each
//! name makes a pattern of its own. Folding finds such words by their number: where five patterns
//! are the same but for one word, that word is a value.
//!
//! Folding changes no catalogue, and no file holds its result: files stay exact and add up.
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
mod view;
#[cfg(test)]
mod tests;

pub(crate) use tokens::is_separator_at;
pub use view::FoldedCatalogue;

use std::sync::LazyLock;

use foldhash::SharedSeed;
use hashbrown::HashTable;

use super::hash::{PatternHasher, random};
use super::memory::{NoMemory, reserve, reserve_slot};
use crate::error::Result;
use lists::{fill_empty, join_lists};
use siblings::SiblingFinder;

/// Patterns with which a place folds, unless another number is given.
pub const DEFAULT_SIBLINGS: usize = 5;

/// The folded patterns of some patterns.
#[derive(Debug, Default, PartialEq, Eq)]
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
/// there are few rounds, as each but the last joins patterns or shortens them. Memory is at most 64
/// bytes for each word or value, 250 for each pattern, and three times the length of the patterns.
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
/// [`Error::Memory`](crate::Error::Memory).
pub fn fold<'a>(patterns: impl Iterator<Item = &'a [u8]>, siblings: usize) -> Result<Folded> {
    fold_all(patterns, siblings).map_err(NoMemory::into_error)
}

fn fold_all<'a>(
    patterns: impl Iterator<Item = &'a [u8]>,
    siblings: usize,
) -> Result<Folded, NoMemory> {
    static SEEDS: LazyLock<[SharedSeed; 2]> =
        LazyLock::new(|| [random(), random()].map(SharedSeed::from_u64));
    let mut finder = SiblingFinder::new(&SEEDS);
    let first = patterns.map(|pattern| {
        let mut pattern = fill_empty(pattern)?;
        join_lists(&mut pattern);
        Ok(pattern)
    });
    let mut folded = distinct(first)?;
    loop {
        let places = finder.find(folded.patterns.iter().map(Vec::as_slice), siblings)?;
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
        for index in &mut folded.index_of {
            *index = next.index_of[*index];
        }
        folded.patterns = next.patterns;
    }
}

/// Returns each of `patterns` once.
fn distinct(patterns: impl Iterator<Item = Result<Vec<u8>, NoMemory>>) -> Result<Folded, NoMemory> {
    let hasher = PatternHasher::default();
    // Of each distinct pattern, its hash and its index.
    let mut slots: HashTable<(u64, usize)> = HashTable::new();
    let mut folded = Folded::default();
    for pattern in patterns {
        let pattern = pattern?;
        let Folded { patterns, index_of } = &mut folded;
        reserve(index_of, 1)?;
        let hash = hasher.hash(&pattern);
        let is_same = |&(other, index): &(u64, usize)| other == hash && patterns[index] == pattern;
        if let Some(&(_, index)) = slots.find(hash, is_same) {
            index_of.push(index);
            continue;
        }
        reserve(patterns, 1)?;
        reserve_slot(&mut slots, |slot| slot.0)?;
        slots.insert_unique(hash, (hash, patterns.len()), |slot| slot.0);
        index_of.push(patterns.len());
        patterns.push(pattern);
    }
    Ok(folded)
}
