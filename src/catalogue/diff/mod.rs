//! What is new in one catalogue since another, what is gone, and what became more or less.

use std::fmt;

use super::merge::{MergeError, check_rules};
use super::row::{Row, share};
use super::store::Catalogue;
use crate::text::push_cell;

/// By how much the share of a pattern must differ to count as changed. All three must hold, the
/// last two in the same catalogue: what is rare in one of them, and has few lines in the other, is
/// neither common nor frequent in any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The greater share is at least so many times the smaller.
    pub factor: f64,
    /// The share is at least this part of all lines, before or after: what is rarer is no one's
    /// concern.
    pub share: f64,
    /// It has at least so many lines there: fewer are as well chance.
    pub lines: u64,
}

impl Default for Threshold {
    /// Twice as much or half, of a thousandth of the lines, and of ten lines.
    fn default() -> Self {
        Self { factor: 2.0, share: 0.001, lines: 10 }
    }
}

/// What became of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<'a> {
    /// Its row in the catalogue that is newer, or in the older if it is gone.
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

/// How two catalogues differ. Each list has the pattern with the most lines first, in the newer
/// catalogue or, of what is gone, in the older.
///
/// Displays as a line for each change and one that sums up.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff<'a> {
    /// Patterns that only the newer catalogue names.
    pub new: Vec<Change<'a>>,
    /// Patterns that only the older catalogue names.
    pub gone: Vec<Change<'a>>,
    /// Patterns whose share differs by the threshold.
    pub changed: Vec<Change<'a>>,
    /// How many patterns are in both and did not change.
    pub unchanged: usize,
    /// Lines of the older catalogue that it does not name the pattern of. If there are any, some
    /// of what is called new may be among them.
    pub old_unnamed: u64,
    /// Lines of the newer catalogue that it does not name the pattern of. If there are any, more
    /// may be new, and some of what is called gone may be among them.
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
    let change = |row: Row<'a>, old_count, new_count| Change {
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
        unchanged: 0,
        old_unnamed: unnamed(old),
        new_unnamed: unnamed(new),
    };
    let rows = |catalogue: &'a Catalogue| catalogue.rows().map_err(|_| MergeError::Memory);
    for row in rows(new)? {
        let Some(pattern) = row.pattern.as_deref() else { continue };
        let (old_row, count) = (old.get(pattern), row.count);
        let change = change(row, old_row.as_ref().map_or(0, |row| row.count), count);
        match old_row {
            None => push(&mut diff.new, change)?,
            Some(_) if change.is_beyond(threshold) => push(&mut diff.changed, change)?,
            Some(_) => diff.unchanged += 1,
        }
    }
    let gone = |row: &Row<'_>| row.pattern.as_deref().is_some_and(|it| !new.contains(it));
    for row in rows(old)?.into_iter().filter(gone) {
        let count = row.count;
        push(&mut diff.gone, change(row, count, 0))?;
    }
    Ok(diff)
}

fn push<'a>(changes: &mut Vec<Change<'a>>, change: Change<'a>) -> Result<(), MergeError> {
    changes.try_reserve(1).map_err(|_| MergeError::Memory)?;
    changes.push(change);
    Ok(())
}

impl Change<'_> {
    fn is_beyond(&self, threshold: Threshold) -> bool {
        let greater = self.old_share.max(self.new_share);
        let smaller = self.old_share.min(self.new_share);
        let is_much = |count, share| share >= threshold.share && count >= threshold.lines;
        greater >= smaller * threshold.factor
            && (is_much(self.old_count, self.old_share) || is_much(self.new_count, self.new_share))
    }
}

impl Diff<'_> {
    /// Whether the newer catalogue names a pattern that the older one does not, or has lines whose
    /// patterns it does not name, which may be new.
    pub fn has_new(&self) -> bool {
        !self.new.is_empty() || self.new_unnamed > 0
    }
}

impl fmt::Display for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| format!("{:.3} %", share * 100.0);
        let lists = [("new", &self.new), ("gone", &self.gone), ("changed", &self.changed)];
        for (kind, changes) in lists {
            for change in changes {
                let mut example = String::new();
                push_cell(&change.row.example, usize::MAX, &mut example);
                let (old, new) = (percent(change.old_share), percent(change.new_share));
                let Change { old_count, new_count, .. } = change;
                writeln!(
                    f,
                    "{kind:<7} {old_count:>10} {old:>9} -> {new_count:>10} {new:>9}  {example}"
                )?;
            }
        }
        let Self { new, gone, changed, unchanged, old_unnamed, new_unnamed } = self;
        let [new, gone, changed] = [new, gone, changed].map(Vec::len);
        write!(f, "{new} new, {gone} gone, {changed} changed, {unchanged} much as before")?;
        if *old_unnamed > 0 {
            write!(
                f,
                "\nThe older catalogue does not name the patterns of {old_unnamed} lines that \
                 went beyond its limits: what is called new may be among them."
            )?;
        }
        if *new_unnamed > 0 {
            write!(
                f,
                "\nThe newer catalogue does not name the patterns of {new_unnamed} lines that \
                 went beyond its limits: more may be new, and what is called gone may be there."
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
