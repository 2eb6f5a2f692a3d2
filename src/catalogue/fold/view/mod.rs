//! Catalogues with their patterns folded.

#[cfg(test)]
mod tests;

use super::fold_all;
use crate::catalogue::limits::Limits;
use crate::catalogue::memory::{NoMemory, collect, reserve_exact};
use crate::catalogue::merge::{MergeError, check_rules};
use crate::catalogue::row::Row;
use crate::catalogue::totals::Catalogue;
use crate::rules::Rules;

/// A catalogue with its patterns folded, to be looked at, and the patterns that became one.
///
/// Counts add up, the first and the last line are the earliest and the latest, and the examples are
/// the first that differ. Lines whose patterns the catalogue does not name stay apart.
///
/// ```
/// use lognorm_mmap::catalogue::{DEFAULT_SIBLINGS, FoldedCatalogue, file};
///
/// let row = |line: usize, user| format!("pattern\t1\t0\t{line}\t{}\t{line}\t{}\tno {user}\tno {user}\n", line * 10 - 10, line * 10 - 10);
/// let header = "# lognorm-mmap patterns\tschema=1\trules=words/1\tlines=5\tbytes=50\n\
///     kind\tcount\tshare\tfirst_line\tfirst_offset\tlast_line\tlast_offset\texample\tpattern\n";
/// let rows = [row(1, "ann"), row(2, "bob"), row(3, "cyd"), row(4, "dan"), row(5, "eve")];
/// let catalogue = file::read([header, &rows.concat()].concat().as_bytes())?;
///
/// let [folded] = FoldedCatalogue::of([&catalogue], DEFAULT_SIBLINGS)?;
/// assert_eq!(folded.catalogue().get(b"no *").unwrap().count, 5);
/// assert_eq!(folded.members(b"no *")[1], b"no bob");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FoldedCatalogue<'a> {
    catalogue: Catalogue,
    /// By the index of the folded pattern in the catalogue.
    members: Vec<&'a [u8]>,
    /// Where the members of each folded pattern end.
    ends: Vec<usize>,
}

impl<'a> FoldedCatalogue<'a> {
    /// Folds the patterns of `catalogues` together, so that they can be compared. `siblings` is what
    /// [`fold`](super::fold()) takes.
    ///
    /// Beside the memory of that, takes at most 250 bytes for each pattern of the catalogues, and
    /// as much as a catalogue of the folded patterns.
    ///
    /// # Errors
    ///
    /// - [`MergeError::Rules`] if they were made by different rules;
    /// - [`MergeError::NoWords`] if they were made by the shape rules;
    /// - [`MergeError::Memory`].
    pub fn of<const N: usize>(
        catalogues: [&'a Catalogue; N],
        siblings: usize,
    ) -> Result<[Self; N], MergeError> {
        for pair in catalogues.windows(2) {
            check_rules(pair[0], pair[1])?;
        }
        let mut rules = catalogues.iter().map(|catalogue| catalogue.rules());
        if let Some(rules) = rules.find(|rules| rules.rules != Rules::Words) {
            return Err(MergeError::NoWords { rules });
        }
        let patterns = catalogues.iter().flat_map(|catalogue| catalogue.kept_patterns());
        let folded = fold_all(patterns, siblings)?;
        let mut index_of = &folded.index_of[..];
        let views = catalogues.map(|catalogue| {
            let (own, rest) = index_of.split_at(catalogue.patterns());
            index_of = rest;
            Self::new(catalogue, &folded.patterns, own)
        });
        // There is no stable `try_map` of arrays.
        let views = views.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(views.try_into().unwrap_or_else(|_| unreachable!("one for each catalogue")))
    }

    /// Returns the catalogue of the folded patterns. It is not to be added up with others: those
    /// may fold in other places.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Returns the patterns that became `folded`, by first appearance.
    pub fn members(&self, folded: &[u8]) -> &[&'a [u8]] {
        let Some(index) = self.catalogue.index_of(folded) else { return &[] };
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.members[start..self.ends[index]]
    }

    /// Returns `catalogue` with its patterns folded: each to that of `patterns` whose index is in
    /// `index_of`.
    fn new(
        catalogue: &'a Catalogue,
        patterns: &[Vec<u8>],
        index_of: &[usize],
    ) -> Result<Self, NoMemory> {
        let rows = catalogue.kept().zip(catalogue.kept_patterns()).zip(index_of);
        let mut rows = collect(rows, index_of.len())?;
        // The earliest row of a folded pattern is added first, and so gives the example.
        rows.sort_unstable_by(|((one, _), _), ((other, _), _)| one.by_first(other));
        let mut folded = Catalogue::new(Rules::Words, Limits::NONE);
        folded.rules = catalogue.rules;
        folded.keep_examples(catalogue.examples());
        for ((row, _), index) in &rows {
            let pattern = Some(patterns[**index].as_slice().into());
            folded.add_row(&Row { pattern, ..row.clone() }, |bucket| bucket)?;
        }
        if let Some(other) = catalogue.other() {
            folded.add_row(&other, |bucket| bucket)?;
        }
        (folded.lines, folded.bytes) = (catalogue.lines, catalogue.bytes);
        folded.boundaries = catalogue.places().cloned();

        let joined = rows.iter().enumerate().filter_map(|(order, ((_, pattern), index))| {
            Some((folded.index_of(&patterns[**index])?, order, *pattern))
        });
        let mut joined = collect(joined, rows.len())?;
        joined.sort_unstable();
        let mut ends = Vec::new();
        reserve_exact(&mut ends, folded.patterns())?;
        let mut end = 0;
        for group in joined.chunk_by(|one, other| one.0 == other.0) {
            end += group.len();
            ends.push(end);
        }
        let members = collect(joined.iter().map(|&(_, _, pattern)| pattern), joined.len())?;
        Ok(Self { catalogue: folded, members, ends })
    }
}
