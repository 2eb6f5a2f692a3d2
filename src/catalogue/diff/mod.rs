//! Compares two catalogues: the patterns that are new, gone, and that became more or less.

use super::memory::{NoMemory, reserve};
use super::merge::{MergeError, check_rules};
use super::row::{Row, share};
use super::totals::Catalogue;

/// The least difference of a pattern that has changed. All three must hold, the last two in the same
/// catalogue: a pattern that is rare in one of them, and has few lines in the other, is neither common
/// nor frequent in any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The greater share is at least so many times the smaller.
    pub factor: f64,
    /// The share is at least this part of all lines, before or after.
    pub share: f64,
    /// It has at least so many lines there. Fewer may be chance.
    pub lines: u64,
}

impl Default for Threshold {
    /// Returns a factor of two, a thousandth of the lines, and ten lines.
    fn default() -> Self {
        Self { factor: 2.0, share: 0.001, lines: 10 }
    }
}

/// A pattern with its figures in both catalogues.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<'a> {
    /// Its row in the newer catalogue, or in the older one if it is gone.
    pub row: Row<'a>,
    /// Lines in the older catalogue.
    pub old_count: u64,
    /// Lines in the newer catalogue.
    pub new_count: u64,
    /// Share of the older catalogue's lines, from 0 to 1.
    pub old_share: f64,
    /// Share of the newer catalogue's lines, from 0 to 1.
    pub new_share: f64,
}

/// The difference of two catalogues. Each list has the pattern with the most lines first: in the
/// newer catalogue, or in the older one for patterns that are gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff<'a> {
    /// Patterns that only the newer catalogue names.
    pub new: Vec<Change<'a>>,
    /// Patterns that only the older catalogue names.
    pub gone: Vec<Change<'a>>,
    /// Patterns whose share differs by the threshold.
    pub changed: Vec<Change<'a>>,
    /// Patterns that are in both and did not change.
    pub unchanged: Vec<Change<'a>>,
    /// The number of lines whose patterns the older catalogue does not name. If there are any, a
    /// pattern that is called new may be among theirs.
    pub old_unnamed: u64,
    /// The number of lines whose patterns the newer catalogue does not name. If there are any, more
    /// may be new, and a pattern that is called gone may be among theirs.
    pub new_unnamed: u64,
}

/// Compares two catalogues, in time linear in their patterns and what it takes to sort them.
///
/// # Errors
///
/// [`MergeError::Rules`] if their patterns were made by different rules.
pub fn diff<'a>(
    old: &'a Catalogue,
    new: &'a Catalogue,
    threshold: Threshold,
) -> Result<Diff<'a>, MergeError> {
    check_rules(old, new)?;
    let unnamed = |catalogue: &Catalogue| catalogue.other().map_or(0, |other| other.count);
    let change_of = |row: Row<'a>, old_count, new_count| Change {
        row,
        old_count,
        new_count,
        old_share: share(old_count, old.lines),
        new_share: share(new_count, new.lines),
    };
    let mut diff = Diff {
        new: Vec::new(),
        gone: Vec::new(),
        changed: Vec::new(),
        unchanged: Vec::new(),
        old_unnamed: unnamed(old),
        new_unnamed: unnamed(new),
    };
    let rows = |catalogue: &'a Catalogue| catalogue.rows().map_err(|_| MergeError::Memory);
    for row in rows(new)? {
        let Some(pattern) = row.pattern.as_deref() else { continue };
        let (old_row, count) = (old.get(pattern), row.count);
        let change = change_of(row, old_row.as_ref().map_or(0, |row| row.count), count);
        match old_row {
            None => push(&mut diff.new, change)?,
            Some(_) if change.is_beyond(threshold) => push(&mut diff.changed, change)?,
            Some(_) => push(&mut diff.unchanged, change)?,
        }
    }
    for row in rows(old)? {
        let count = row.count;
        if row.pattern.as_deref().is_some_and(|pattern| !new.contains(pattern)) {
            push(&mut diff.gone, change_of(row, count, 0))?;
        }
    }
    Ok(diff)
}

fn push<'a>(changes: &mut Vec<Change<'a>>, change: Change<'a>) -> Result<(), NoMemory> {
    reserve(changes, 1)?;
    changes.push(change);
    Ok(())
}

impl Change<'_> {
    /// Returns whether the pattern has changed.
    fn is_beyond(&self, threshold: Threshold) -> bool {
        let greater = self.old_share.max(self.new_share);
        let smaller = self.old_share.min(self.new_share);
        let is_much = |count, share| share >= threshold.share && count >= threshold.lines;
        greater >= smaller * threshold.factor
            && (is_much(self.old_count, self.old_share) || is_much(self.new_count, self.new_share))
    }
}

impl Diff<'_> {
    /// Returns whether the newer catalogue names a pattern that the older one does not, or has lines
    /// whose patterns it does not name, which may be new.
    pub fn has_new(&self) -> bool {
        !self.new.is_empty() || self.new_unnamed > 0
    }
}

#[cfg(test)]
mod tests;
