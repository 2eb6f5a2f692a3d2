//! Checks that there can be a log with the numbers of a file.
//!
//! Every line has at least one byte, its `\n` or one before the end of the log, and belongs to one
//! row. So offsets rise at least as fast as line numbers, and no two rows share a line. The places of a
//! row have all of its lines, the first and the last where they are.

use super::Header;
use super::error::Defect;
use crate::catalogue::example::{Example, MAX_EXAMPLE_LEN, MAX_EXAMPLES};
use crate::catalogue::histogram::MAX_LINES;
use crate::catalogue::memory::reserve_exact;
use crate::catalogue::row::{LinePosition, Places, Row};
use crate::catalogue::totals::Catalogue;

/// Checks the numbers of a header.
pub(super) fn check_header(header: &Header) -> Result<(), Defect> {
    let Header { lines, bytes, ref boundaries, .. } = *header;
    let is_possible = (1..=MAX_EXAMPLES).contains(&header.examples)
        && bytes >= lines
        && (bytes == 0) == (lines == 0)
        && boundaries.as_ref().is_none_or(|boundaries| boundaries.are_possible(bytes));
    is_possible.then_some(()).ok_or(Defect::Header)
}

/// Checks the numbers of a row and the length of its examples.
pub(super) fn check_row(row: &Row<'_>, header: &Header) -> Result<(), Defect> {
    let Row { count, first, last, .. } = *row;
    let is_possible = is_position(first)
        && is_position(last)
        && (first == last || is_before(first, last))
        && (count == 1) == (first == last)
        && (1..=last.line - first.line + 1).contains(&count)
        && last.line <= header.lines
        // Each line from the last of the row to the last of the log has a byte.
        && header.bytes.saturating_sub(last.offset) > header.lines - last.line;
    if !is_possible {
        return Err(Defect::Numbers);
    }
    if let Some(places) = &row.places
        && !has_all_lines(places, row)
    {
        return Err(Defect::Places);
    }
    check_examples(row, header)
}

/// Checks that the examples of a row are not longer than any, on lines that it can have, and not too
/// many.
fn check_examples(row: &Row<'_>, header: &Header) -> Result<(), Defect> {
    let (mut number, mut before) = (0, 0);
    for Example { line, text } in row.examples() {
        if text.len() > MAX_EXAMPLE_LEN {
            return Err(Defect::LongExample(text.len()));
        }
        if line <= before {
            return Err(Defect::Examples);
        }
        (number, before) = (number + 1, line);
    }
    // If each line is an example, so is the last.
    let has_lines = before <= row.last.line && number <= row.count;
    let has_all = number < row.count || before == row.last.line;
    let is_possible = number <= header.examples as u64 && has_lines && has_all;
    is_possible.then_some(()).ok_or(Defect::Examples)
}

/// Returns whether `places` have the lines of `row`.
fn has_all_lines(places: &Places<'_>, row: &Row<'_>) -> bool {
    let Places { boundaries, histogram } = places;
    let lines = histogram.buckets().map(|it| it.lines()).fold(0, u64::saturating_add);
    // Counts that are too large for a bucket were cut.
    let is_cut = histogram.buckets().any(|it| it.lines() == MAX_LINES);
    let mut buckets = histogram.buckets().map(|it| it.bucket());
    let first = buckets.next();
    let ends = (first, buckets.last().or(first));
    let bucket_at = |position: LinePosition| Some(boundaries.bucket_at(position.offset));
    (lines == row.count || is_cut && lines < row.count)
        && ends == (bucket_at(row.first), bucket_at(row.last))
}

/// Checks that no two rows share a line, and that there is a byte for each line between those of
/// different rows.
pub(super) fn check_positions(catalogue: &Catalogue) -> Result<(), Defect> {
    let mut positions = Vec::new();
    reserve_exact(&mut positions, 2 * (catalogue.patterns() + 1))?;
    for row in catalogue.kept().chain(catalogue.other()) {
        positions.push(row.first);
        if row.count > 1 {
            positions.push(row.last);
        }
    }
    positions.sort_unstable();
    let mut neighbours = positions.iter().zip(positions.iter().skip(1));
    match neighbours.find(|(one, next)| !is_before(**one, **next)) {
        Some((_, next)) => Err(Defect::Positions { line: next.line }),
        None => Ok(()),
    }
}

/// Returns whether a line can be there: the first starts at 0, and no other.
fn is_position(position: LinePosition) -> bool {
    let before = position.line.checked_sub(1);
    before.is_some_and(
        |before| if before == 0 { position.offset == 0 } else { position.offset >= before },
    )
}

/// Returns whether there can be lines at both, `one` before `next`.
fn is_before(one: LinePosition, next: LinePosition) -> bool {
    one.line < next.line && next.offset.saturating_sub(one.offset) >= next.line - one.line
}
