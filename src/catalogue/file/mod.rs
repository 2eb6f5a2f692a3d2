//! Catalogues as files, in two formats with the same contents.
//!
//! Both begin with a header: the version of the format, the rules and their version, the lines and
//! the bytes of the log, its boundaries if they are known, and a check sum. Then comes a row for each
//! pattern, in the order of [`Catalogue::rows`]. The counts must add up to the lines of the header, so
//! that a file that lost a row is not taken for whole.
//!
//! The rules are `shape/1` or `words/1`. A number alone is a version of the shape rules, which were
//! the only ones when files with it were written.
//!
//! **TSV** has a header line and a line of column names, and then ten columns: `kind`, which is
//! `pattern`, or `other` in the row of the lines beyond the limits, `count`, `share`,
//! `first_line`, `first_offset`, `last_line`, `last_offset`, `places`, `example` and `pattern`. In the
//! last two, TAB, line feed, carriage return and backslash are `\t`, `\n`, `\r` and `\\`. Bytes that are
//! not UTF-8, and characters that an editor, a spreadsheet or a terminal would not leave as they
//! are, are `\x` and two hexadecimal digits for each byte. So every cell reads back as it was
//! written, also by readers of CSV that take `"` for a quotation mark.
//!
//! **JSONL** has an object on each line, with the same names for the same things; the first has
//! the kind `header`. A text that is not UTF-8 is given twice: in `pattern` with U+FFFD for what
//! cannot be shown, and exactly in `pattern_escaped`, as in TSV. The examples of a row are the array
//! `examples`, their lines the array `example_lines`; if one is not UTF-8, `examples_escaped` has all of
//! them again.
//!
//! Line numbers count from 1, offsets are bytes of plain text before the line, and shares are
//! parts of 1.
//!
//! **Places** tell where in the log the lines of a row are. `boundaries` in the header are the offsets
//! at which buckets begin, each with a level that tells which of them a sum with other catalogues keeps:
//! `OFFSET/LEVEL` in TSV, divided by commas, and `[OFFSET,LEVEL]` in JSONL. None is below `least_level`.
//! Bucket 0 is the text before the first boundary that is not at 0, and with each such boundary the next
//! bucket begins. `places` of a row are its buckets with the number of its lines in each: `3=12 57=1` in
//! TSV, and `[[3,12],[57,1]]` in JSONL. If it is not known where lines are, the header has neither
//! `least_level` nor `boundaries`, and rows have no places.
//!
//! **Examples** are the first lines of a row whose texts differ, as many as there are and the header
//! says: `examples=3`, or one if it says nothing. If there may be more than one, TSV has further columns
//! after `pattern`: `example_lines`, the numbers of the lines of all examples, divided by blanks, and then
//! `example_2`, `example_3` and so on. Cells after those of the last example are empty.
//!
//! Files of version 1 have no places, and no column for them. They have one example of each row, in JSONL
//! as `example` and `example_escaped`.
//!
//! Files of either format may follow one another, as `cat` writes them: no row begins as a header
//! does.
//!
//! **The check sum** is of the contents of rows and not of their form: the line ends, a byte-order
//! mark, the order of rows and the layout of JSON do not change it. It is the sum, modulo 2^64, of
//! the FNV-1a hashes (64 bits) of all rows and of the boundaries, in 16 hexadecimal digits. Numbers in
//! them have 8 bytes, the lowest first, if nothing else is said. The hash of a row is of, one after the
//! other:
//!
//! - a byte that is 1 for a pattern and 0 for the others;
//! - `count`, `first_line`, `first_offset`, `last_line`, `last_offset` and the length of the example;
//! - for each of the places, the bucket times 2^56 plus the number of lines;
//! - the example, and the pattern;
//! - for each further example its line, its length and itself.
//!
//! The hash of the boundaries, if they are known, is of a byte that is 2; a byte that is the least level;
//! and for each its offset, and its level in a byte.
//!
//! A file may lack the check sum, or the `\n` at its end, but not both.
//!
//! **A list of patterns** is a catalogue of which only some rows are left: see [`read_list`].

mod check;
mod error;
mod examples;
mod json_text;
mod jsonl;
mod line_reader;
mod list;
mod places;
mod plausible;
mod read;
#[cfg(test)]
mod tests;
mod tsv;

pub use error::ReadError;
pub(crate) use jsonl::{
    write_numbers, write_positions, write_share, write_text_array, write_texts,
};
pub use list::{PatternList, read_list};
pub use read::{Catalogues, read};

use std::io::{self, Write};

use super::places::Boundaries;
use super::totals::Catalogue;
use crate::output::ContentType;
use crate::rules::RulesVersion;
use check::Check;
use error::Defect;
use line_reader::without_mark;

/// The version of the format. It rises with every change that a reader of the version before could
/// misread.
const SCHEMA: u32 = 2;

/// The oldest version of the format that is read, which has no places.
const OLDEST_SCHEMA: u32 = 1;

/// The format of a catalogue's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Columns, for `cut`, `sort`, `awk` and spreadsheets.
    Tsv,
    /// Objects, for `jq` and programs.
    Jsonl,
}

impl FileFormat {
    /// Returns the format of the file whose first line is `line`, if it is a catalogue's.
    fn of_header(line: &[u8]) -> Self {
        if line.starts_with(b"{") { Self::Jsonl } else { Self::Tsv }
    }
}

/// The header of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Header {
    schema: u32,
    rules: RulesVersion,
    lines: u64,
    bytes: u64,
    /// The most examples of each pattern.
    examples: usize,
    /// Those of the log, if it is known where the lines of a row are.
    boundaries: Option<Boundaries>,
    /// The check sum of the rows and the boundaries.
    check: Option<Check>,
}

/// Writes `catalogue`, in small pieces: `output` should be buffered.
///
/// Takes memory in proportion to the number of patterns, and none for their length.
///
/// # Errors
///
/// Returns the errors of `output`.
pub fn write(
    catalogue: &Catalogue,
    format: FileFormat,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let Catalogue { rules, lines, bytes, .. } = *catalogue;
    let rows = catalogue.rows().map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut check = Check::default();
    rows.iter().for_each(|row| check.add(row));
    let boundaries = catalogue.places().cloned();
    boundaries.iter().for_each(|boundaries| check.add_boundaries(boundaries));
    let (schema, examples) = (SCHEMA, catalogue.examples());
    let check = Some(check);
    let header = Header { schema, rules, lines, bytes, examples, boundaries, check };
    match format {
        FileFormat::Tsv => tsv::write_header(&header, output)?,
        FileFormat::Jsonl => jsonl::write_header(&header, output)?,
    }
    for row in &rows {
        match format {
            FileFormat::Tsv => tsv::write_row(row, &header, output)?,
            FileFormat::Jsonl => jsonl::write_row(row, lines, output)?,
        }
    }
    output.flush()
}

/// Parses the rules of a header.
fn parse_rules(text: &str) -> Result<RulesVersion, Defect> {
    let value = || tsv::shown(text.as_bytes());
    text.parse().map_err(|_| match text.split_once('/') {
        Some((name, version))
            if is_rule_set(name) && version.parse().is_ok_and(|it: u32| it > 0) =>
        {
            Defect::UnknownRules(value())
        }
        _ => Defect::Value { column: "rules", value: value() },
    })
}

/// Returns whether `name` can be that of a rule set, of this program or a newer one.
fn is_rule_set(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// The content of outputs that a catalogue may replace: catalogues in any format and version.
pub const CONTENT: ContentType = ContentType::new("a catalogue", |prefix| {
    Ok(prefix.bytes.is_empty() || begins_catalogue(&prefix.bytes))
});

/// Returns whether `head` is the beginning of the file of a catalogue.
fn begins_catalogue(head: &[u8]) -> bool {
    let line = without_mark(head).split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    parse_schema(line).is_ok()
}

/// Returns whether `line` is the header of a catalogue that follows another one.
fn is_header(line: &[u8]) -> bool {
    let line = without_mark(line);
    match FileFormat::of_header(line) {
        FileFormat::Tsv => tsv::is_header(line),
        FileFormat::Jsonl => jsonl::is_header(line),
    }
}

/// Parses the version of the format in the header `line`.
fn parse_schema(line: &[u8]) -> Result<u32, Defect> {
    match FileFormat::of_header(line) {
        FileFormat::Tsv => tsv::parse_schema(line),
        FileFormat::Jsonl => jsonl::parse_schema(line),
    }
}
