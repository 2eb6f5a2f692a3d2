//! Room for what a catalogue keeps, which the OS may refuse.
//!
//! A refusal is an error that names no number, of no size, so that a `Result` of it costs the loops
//! that count lines no more than a `bool`.

use std::io;

use hashbrown::HashTable;

use super::limits::Limits;
use super::merge::MergeError;
use crate::error::Error;
use crate::sys::fallible;

/// There is no memory for a pattern, or for what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoMemory;

/// Makes room for `more` items in `vec`.
#[inline]
pub(super) fn reserve<T>(vec: &mut Vec<T>, more: usize) -> Result<(), NoMemory> {
    if vec.capacity() - vec.len() >= more {
        return Ok(());
    }
    fallible(|| vec.try_reserve(more)).map_err(|_| NoMemory)
}

/// Makes room for `more` items in `vec`, and for no others.
pub(super) fn reserve_exact<T>(vec: &mut Vec<T>, more: usize) -> Result<(), NoMemory> {
    fallible(|| vec.try_reserve_exact(more)).map_err(|_| NoMemory)
}

/// Makes room for one more item in `table`, whose items have the hashes that `hash_of` returns.
pub(super) fn reserve_slot<T>(
    table: &mut HashTable<T>,
    hash_of: impl Fn(&T) -> u64,
) -> Result<(), NoMemory> {
    fallible(|| table.try_reserve(1, hash_of)).map_err(|_| NoMemory)
}

/// Returns `items` in a vector, of which there are at most `len`.
pub(super) fn collect<T>(items: impl Iterator<Item = T>, len: usize) -> Result<Vec<T>, NoMemory> {
    let mut collected = Vec::new();
    reserve_exact(&mut collected, len)?;
    for item in items {
        reserve(&mut collected, 1)?;
        collected.push(item);
    }
    Ok(collected)
}

impl NoMemory {
    /// Returns the error of the whole program. There is no `From`: that would be seen outside of
    /// this crate, where it makes the type of `?` ambiguous.
    pub(super) fn into_error(self) -> Error {
        Error::Memory { bytes: Limits::CHARGE }
    }
}

impl From<NoMemory> for MergeError {
    fn from(NoMemory: NoMemory) -> Self {
        Self::Memory
    }
}

impl From<NoMemory> for io::Error {
    fn from(NoMemory: NoMemory) -> Self {
        io::ErrorKind::OutOfMemory.into()
    }
}
