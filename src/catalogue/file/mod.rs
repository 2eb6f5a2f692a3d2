//! Catalogues as files, in two formats that say the same.
//!
//! Both begin with a header: the version of the format, that of the line rules, the lines and the
//! bytes of the log, and a check sum of the rows. Then comes a row for each pattern, in the order
//! of [`Catalogue::rows`]. What the counts add up to must be the lines of the header, so a file
//! that lost a row is not taken for whole.
//!
//! **TSV** has a header line and a line of column names, and then nine columns: `kind`, which is
//! `pattern`, or `other` in the row of what went beyond the limits, `count`, `share`,
//! `first_line`, `first_offset`, `last_line`, `last_offset`, `example` and `pattern`. In the last
//! two, TAB, line feed, carriage return and backslash are `\t`, `\n`, `\r` and `\\`. Bytes that are
//! not UTF-8, and characters that an editor, a spreadsheet or a terminal would not leave as they
//! are, are `\x` and two hexadecimal digits for each byte. So every cell reads back as it was
//! written, also by readers of CSV that take `"` for a quotation mark.
//!
//! **JSONL** has an object on each line, with the same names for the same things; the first has
//! the kind `header`. A text that is not UTF-8 is given twice: in `pattern` with U+FFFD for what
//! cannot be shown, and exactly in `pattern_escaped`, as in TSV; so for `example`.
//!
//! Line numbers count from 1, offsets are bytes of plain text before the line, and shares are
//! parts of 1. Where in the log a pattern occurs, beside its first and last line, is not in a file.
//!
//! **The check sum** is of what rows say and not of how they are written: the line ends, a
//! byte-order mark, the order of rows and the layout of JSON do not change it. It is the sum, modulo
//! 2^64, of the FNV-1a hash (64 bits) of each row, in 16 hexadecimal digits. Hashed are, one after
//! the other: a byte that is 1 for a pattern and 0 for the others; `count`, `first_line`,
//! `first_offset`, `last_line`, `last_offset` and the length of the example, in 8 bytes each, the
//! lowest first; the example; and the pattern. A file may lack it; then it may not lack the `\n` at
//! its end.

mod check;
mod error;
mod json_text;
mod jsonl;
mod line_reader;
mod plausible;
mod read;
#[cfg(test)]
mod tests;
mod tsv;

pub use error::ReadError;
pub(crate) use jsonl::{write_row_fields, write_text_array};
pub use read::read;

use std::io::{self, Write};

use super::totals::Catalogue;
use crate::output::ContentType;
use crate::rules::RulesVersion;
use check::Check;

/// Rises when a reader of the version before could take something for what it is not.
const SCHEMA: u32 = 1;

/// How many columns a row has.
const COLUMNS: usize = 9;

/// How a catalogue is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Columns, for `cut`, `sort`, `awk` and spreadsheets.
    Tsv,
    /// Objects, for `jq` and programs.
    Jsonl,
}

/// What a file begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    schema: u32,
    rules: RulesVersion,
    lines: u64,
    bytes: u64,
    /// Of the rows.
    check: Option<Check>,
}

/// Writes `catalogue`, in small pieces: `output` should be buffered.
///
/// Takes memory in proportion to the number of patterns, and none for their length.
///
/// # Errors
///
/// Those of `output`.
pub fn write(
    catalogue: &Catalogue,
    format: FileFormat,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let Catalogue { rules, lines, bytes, .. } = *catalogue;
    let rows = catalogue.rows().map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut check = Check::default();
    rows.iter().for_each(|row| check.add(row));
    let header = Header { schema: SCHEMA, rules, lines, bytes, check: Some(check) };
    match format {
        FileFormat::Tsv => tsv::write_header(header, output)?,
        FileFormat::Jsonl => jsonl::write_header(header, output)?,
    }
    for row in &rows {
        match format {
            FileFormat::Tsv => tsv::write_row(row, lines, output)?,
            FileFormat::Jsonl => jsonl::write_row(row, lines, output)?,
        }
    }
    output.flush()
}

/// A catalogue in whichever format and version, as what an output may replace.
pub const CONTENT: ContentType = ContentType::new("a catalogue", |prefix| {
    Ok(prefix.bytes.is_empty() || begins_catalogue(&prefix.bytes))
});

/// Whether `head`, the beginning of a file, is that of a catalogue.
fn begins_catalogue(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let schema =
        if line.starts_with(b"{") { jsonl::parse_schema(line) } else { tsv::parse_schema(line) };
    schema.is_ok()
}
