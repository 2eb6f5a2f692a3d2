//! Catalogues and their differences as a page for browsers: one file that needs no other and no
//! network.
//!
//! ```text
//! rows, folded rows ──► views ──► table ──► row ──► details
//!                     one list   sections    marks, svg, escape
//! ```
//!
//! All of the page is HTML that this module writes, so it can be read, searched, printed and saved
//! without its script. The script adds a search box and sorts the rows.
//!
//! A log is hostile input. Its texts are only ever the contents of elements, never attributes,
//! style or script; each byte that has a meaning in HTML or that is not shown as itself is escaped.
//! The policy in the head of the page forbids any script and style but its own, and any request.
//! So a text that came through as markup would still not run, nor tell anyone.

mod catalogue;
mod details;
mod diff;
mod escape;
mod figures;
mod page;
mod row;
mod svg;
mod table;
#[cfg(test)]
mod tests;
mod views;

use std::io::{self, Write};

use super::diff::Comparison;
use crate::catalogue::{Catalogue, Diff, FoldedCatalogue};

/// The most patterns that a table shows unless another number is given.
pub const DEFAULT_MAX_ROWS: usize = 1000;

/// The beginning of every page, by which it is known.
pub const HEAD: &str = "<!DOCTYPE html>\n<!-- A report of lognorm-mmap -->\n";

/// The catalogue that a page shows first, where it has both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Beginning {
    /// The catalogue as it is.
    #[default]
    Unfolded,
    /// The catalogue with its patterns folded.
    Folded,
}

/// What a page is to show.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The heading, such as the name of the log.
    pub title: &'a str,
    /// The most patterns in each table, those with most lines.
    pub max_rows: usize,
    /// What is shown first. The reader of the page can switch.
    pub beginning: Beginning,
}

/// Two catalogues that were folded together, with the difference of the folded ones.
#[derive(Clone, Copy, Debug)]
pub struct FoldedComparison<'a> {
    /// The older catalogue.
    pub old: &'a FoldedCatalogue<'a>,
    /// The newer catalogue.
    pub new: &'a FoldedCatalogue<'a>,
    /// The difference of the folded catalogues.
    pub diff: &'a Diff<'a>,
}

/// Writes `catalogue` as a page, a row at a time: `output` should be buffered.
///
/// Where `folded` is given, which must be of `catalogue`, the page has both, and a switch.
///
/// # Errors
///
/// Returns the errors of `output`.
pub fn write_catalogue(
    catalogue: &Catalogue,
    folded: Option<&FoldedCatalogue<'_>>,
    page: &Page<'_>,
    mut output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    catalogue::write(catalogue, folded, page, &mut output)
}

/// Writes the difference of two catalogues as a page, a row at a time: `output` should be buffered.
///
/// Where `folded` is given, which must be of the same catalogues, the page has both, and a switch.
///
/// # Errors
///
/// Returns the errors of `output`.
pub fn write_diff(
    comparison: &Comparison<'_>,
    folded: Option<&FoldedComparison<'_>>,
    page: &Page<'_>,
    mut output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    diff::write(comparison, folded, page, &mut output)
}
