//! Catalogues as files, in two formats that say the same.
//!
//! Both begin with a header: the version of the format, that of the line rules, the lines and the
//! bytes of the log. Then comes a row for each pattern, in the order of [`Catalogue::rows`]. What
//! the counts add up to must be the lines of the header, so a file that lost a row is not taken for
//! whole.
//!
//! **TSV** has a header line and a line of column names, and then nine columns: `kind`, which is
//! `pattern`, or `other` in the row of what went beyond the limits, `count`, `share`,
//! `first_line`, `first_offset`, `last_line`, `last_offset`, `example` and `pattern`. In the last
//! two, TAB, line feed, carriage return and backslash are `\t`, `\n`, `\r` and `\\`, other control
//! characters and bytes that are not UTF-8 are `\x` and two hexadecimal digits.
//!
//! **JSONL** has an object on each line, with the same names for the same things; the first has
//! the kind `header`. A text that is not UTF-8 is given twice: in `pattern` with U+FFFD for what
//! cannot be shown, and exactly in `pattern_escaped`, as in TSV; so for `example`.
//!
//! Line numbers count from 1, offsets are bytes of plain text before the line, and shares are
//! parts of 1. Where in the log a pattern occurs, beside its first and last line, is not in a file.

mod error;
mod jsonl;
mod tsv;
#[cfg(test)]
mod tests;

pub use error::ReadError;

use std::io::{self, BufRead, Write};

use memchr::memchr;

use super::catalogue::Catalogue;
use super::limits::Limits;
use super::row::Row;
use error::Defect;

/// Rises when a reader of the version before could take something for what it is not.
const SCHEMA: u32 = 1;

/// How many columns a row has.
const COLUMNS: usize = 9;

/// How a catalogue is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Columns, for `cut`, `sort`, `awk` and spreadsheets.
    Tsv,
    /// Objects, for `jq` and programs.
    Jsonl,
}

impl Format {
    /// The format that a file name with this ending has, given without its dot.
    pub fn from_extension(extension: &str) -> Option<Self> {
        match extension {
            "tsv" => Some(Self::Tsv),
            "jsonl" => Some(Self::Jsonl),
            _ => None,
        }
    }
}

/// Bytes in the longest line that can be a header. What is read without being a catalogue is no
/// more.
const LONGEST_HEADER: usize = 4096;

/// What a file begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    schema: u32,
    rules: u32,
    lines: u64,
    bytes: u64,
}

/// Writes `catalogue`, a line at a time: `output` should be buffered.
///
/// # Errors
///
/// Those of `output`.
pub fn write(
    catalogue: &Catalogue,
    format: Format,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let Catalogue { rules, lines, bytes, .. } = *catalogue;
    let header = Header { schema: SCHEMA, rules, lines, bytes };
    let (write_header, write_row): (fn(_, &mut _), fn(&Row<'_>, _, &mut _)) = match format {
        Format::Tsv => (tsv::write_header, tsv::write_row),
        Format::Jsonl => (jsonl::write_header, jsonl::write_row),
    };
    let mut line = String::new();
    write_header(header, &mut line);
    output.write_all(line.as_bytes())?;
    let rows = catalogue.rows().map_err(|_| io::ErrorKind::OutOfMemory)?;
    for row in rows {
        line.clear();
        write_row(&row, header.lines, &mut line);
        output.write_all(line.as_bytes())?;
    }
    output.flush()
}

/// Reads a catalogue, in whichever format it is. Takes memory for the catalogue and its longest
/// row.
///
/// # Errors
///
/// [`ReadError::Io`] from `input`, and [`ReadError::Format`] if what it gives is not a whole
/// catalogue as [`write()`] wrote it.
pub fn read(input: impl BufRead) -> Result<Catalogue, ReadError> {
    let mut lines = Lines { input, line: Vec::new(), number: 0 };
    read_lines(&mut lines).map_err(|defect| defect.at(lines.number))
}

fn read_lines(lines: &mut Lines<impl BufRead>) -> Result<Catalogue, Defect> {
    let line = lines.next(LONGEST_HEADER)?.ok_or(Defect::NoHeader)?;
    let is_jsonl = line.starts_with(b"{");
    let schema = if is_jsonl { jsonl::parse_schema(line)? } else { tsv::parse_schema(line)? };
    if schema != SCHEMA {
        return Err(Defect::Schema(schema));
    }
    let (header, parse_row) = if is_jsonl {
        (jsonl::parse_header(line)?, jsonl::parse_row as fn(&[u8]) -> _)
    } else {
        let header = tsv::parse_header(line)?;
        if lines.next(LONGEST_HEADER)? != Some(tsv::COLUMN_NAMES.as_bytes()) {
            return Err(Defect::ColumnNames);
        }
        (header, tsv::parse_row as _)
    };
    let mut catalogue = Catalogue::new(Limits::NONE);
    catalogue.rules = header.rules;
    let mut sum: u64 = 0;
    while let Some(line) = lines.next(usize::MAX)? {
        let row: Row<'_> = parse_row(line)?;
        check_row(&row, header)?;
        let is_known = match &row.pattern {
            Some(pattern) => catalogue.contains(pattern),
            None => catalogue.other().is_some(),
        };
        if is_known {
            return Err(Defect::Twice);
        }
        sum = sum.checked_add(row.count).ok_or(Defect::Numbers)?;
        catalogue.add_row(&row).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
    }
    if sum != header.lines {
        return Err(Defect::Sum { sum, lines: header.lines });
    }
    (catalogue.lines, catalogue.bytes) = (header.lines, header.bytes);
    Ok(catalogue)
}

/// Checks that a log as `header` says can have such lines.
fn check_row(row: &Row<'_>, header: Header) -> Result<(), Defect> {
    let is_possible = row.count >= 1
        && row.count - 1 <= row.last.line.saturating_sub(row.first.line)
        && (1..=row.last.line).contains(&row.first.line)
        && row.last.line <= header.lines
        && row.first.offset <= row.last.offset
        && row.last.offset < header.bytes;
    is_possible.then_some(()).ok_or(Defect::Numbers)
}

/// The lines of a file, in one buffer.
struct Lines<R> {
    input: R,
    line: Vec<u8>,
    /// Of the line read last, counted from 1.
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// The next line without its `\n`, which each must have. One that is longer than `most` is not
    /// read to its end: what has no lines can be endless.
    fn next(&mut self, most: usize) -> Result<Option<&[u8]>, Defect> {
        self.line.clear();
        loop {
            let bytes = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                bytes => bytes?,
            };
            let newline = memchr(b'\n', bytes);
            let len = newline.unwrap_or(bytes.len());
            if self.line.len() + len > most {
                return Err(Defect::NoHeader);
            }
            self.line.try_reserve(len).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
            self.line.extend_from_slice(&bytes[..len]);
            let is_at_end = bytes.is_empty();
            self.input.consume(len + usize::from(newline.is_some()));
            match newline {
                Some(_) => break,
                None if !is_at_end => {}
                None if self.line.is_empty() => return Ok(None),
                None => {
                    self.number += 1;
                    return Err(Defect::CutShort);
                }
            }
        }
        self.number += 1;
        Ok(Some(&self.line))
    }
}
