//! Reads catalogues from a file, and refuses a file whose contents are not as they were written.

use std::io::BufRead;
use std::str;

use super::check::Check;
use super::error::{Defect, ReadError};
use super::line_reader::{LineReader, MAX_HEADER_LEN};
use super::{
    FileFormat, Header, OLDEST_SCHEMA, SCHEMA, is_header, jsonl, parse_schema, plausible, tsv,
};
use crate::catalogue::limits::Limits;
use crate::catalogue::places::Boundaries;
use crate::catalogue::row::Row;
use crate::catalogue::totals::Catalogue;

/// Reads a catalogue in either format. Takes memory for the catalogue, and at most three times the
/// length of its longest row in the file.
///
/// Line ends may be `\n` or `\r\n`, and a byte-order mark may come first: editors write both, and
/// neither can be a part of a text. The `\n` at the end may be missing if there is a check sum, and
/// empty lines are skipped, because no row is empty.
///
/// # Errors
///
/// [`ReadError::Io`] from `input`, and [`ReadError::Format`] if it does not hold one whole catalogue
/// as [`write()`](super::write()) wrote it.
pub fn read(input: impl BufRead) -> Result<Catalogue, ReadError> {
    let mut catalogues = Catalogues::new(input);
    let catalogue = catalogues.read()?;
    if catalogues.lines.is_kept() {
        return Err(Defect::Several.at(catalogues.lines.number));
    }
    Ok(catalogue)
}

/// The catalogues in an input, which has one or several, each after the other. An iterator over them
/// that reads each as [`read()`] does, and ends after the first error.
pub struct Catalogues<R> {
    lines: LineReader<R>,
    is_over: bool,
}

impl<R: BufRead> Catalogues<R> {
    /// Returns the catalogues in `input`.
    pub fn new(input: R) -> Self {
        Self { lines: LineReader::new(input), is_over: false }
    }

    /// Reads the next catalogue.
    fn read(&mut self) -> Result<Catalogue, ReadError> {
        read_lines(&mut self.lines).map_err(|defect| self.lines.error(defect))
    }
}

impl<R: BufRead> Iterator for Catalogues<R> {
    type Item = Result<Catalogue, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let catalogue = self.read();
        self.is_over = catalogue.is_err() || !self.lines.is_kept();
        Some(catalogue)
    }
}

/// Reads the lines of a catalogue, up to its end or to the header of the next one, which is kept.
fn read_lines(lines: &mut LineReader<impl BufRead>) -> Result<Catalogue, Defect> {
    let line = lines.first()?;
    let format = FileFormat::of_header(line);
    let header = parse_header(line, format)?;
    if format == FileFormat::Tsv {
        let names = lines.next(MAX_HEADER_LEN)?.unwrap_or_default();
        tsv::check_column_names(names, &header)?;
    }
    let mut catalogue = Catalogue::new(header.rules.rules, Limits::NONE);
    catalogue.rules = header.rules;
    catalogue.keep_examples(header.examples);
    catalogue.boundaries = match header.bytes {
        0 => Some(Boundaries::default()),
        _ => header.boundaries.clone(),
    };
    let (mut sum, mut check): (u64, _) = (0, Check::default());
    header.boundaries.iter().for_each(|boundaries| check.add_boundaries(boundaries));
    while let Some(line) = lines.next(usize::MAX)? {
        // Editors add empty lines at the end.
        if line.is_empty() {
            continue;
        }
        if is_header(line) {
            lines.keep();
            break;
        }
        if str::from_utf8(line).is_err() {
            return Err(Defect::NotUtf8);
        }
        let row = match format {
            FileFormat::Tsv => tsv::parse_row(line, &header)?,
            FileFormat::Jsonl => jsonl::parse_row(line, &header)?,
        };
        plausible::check_row(&row, &header)?;
        check.add(&row);
        sum = sum.checked_add(row.count).ok_or(Defect::Numbers)?;
        add_row(&mut catalogue, &row)?;
    }
    if sum != header.lines {
        return Err(Defect::Sum { sum, lines: header.lines });
    }
    match header.check {
        Some(expected) if check != expected => return Err(Defect::Check),
        None if lines.is_unended => return Err(Defect::CutShort),
        _ => {}
    }
    plausible::check_positions(&catalogue)?;
    (catalogue.lines, catalogue.bytes) = (header.lines, header.bytes);
    Ok(catalogue)
}

/// Parses a header, and checks that its numbers are possible.
pub(super) fn parse_header(line: &[u8], format: FileFormat) -> Result<Header, Defect> {
    let schema = parse_schema(line)?;
    if !(OLDEST_SCHEMA..=SCHEMA).contains(&schema) {
        return Err(Defect::Schema(schema));
    }
    let header = match format {
        FileFormat::Tsv => tsv::parse_header(line)?,
        FileFormat::Jsonl => jsonl::parse_header(line, schema)?,
    };
    plausible::check_header(&header)?;
    Ok(header)
}

fn add_row(catalogue: &mut Catalogue, row: &Row<'_>) -> Result<(), Defect> {
    let is_known = match &row.pattern {
        Some(pattern) => catalogue.contains(pattern),
        None => catalogue.other().is_some(),
    };
    if is_known {
        return Err(Defect::Twice);
    }
    catalogue.add_row(row, |bucket| bucket)?;
    let examples = row.examples().count();
    let kept = match &row.pattern {
        _ if examples == 1 => 1,
        Some(pattern) => catalogue.get(pattern).map_or(0, |row| row.examples().count()),
        None => catalogue.other().map_or(0, |row| row.examples().count()),
    };
    // Of those with the same text one is kept.
    if kept == examples { Ok(()) } else { Err(Defect::Examples) }
}
