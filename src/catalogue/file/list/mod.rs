//! Reads a catalogue as a list of patterns, also where `grep`, `head`, `jq` and the like have left only
//! some of its rows.
//!
//! The rows of a list are whole: a line of TSV, or an object that has at least `pattern`, or
//! `pattern_escaped` where that is not UTF-8. Objects may be laid out in any way, and in an array. The
//! header, the column names and rows may be missing, come in another order, or come more than once. So
//! counts need not add up, and nothing is compared with a check sum but to tell whether the catalogue
//! is whole.
//!
//! The rules are those of the header. Without one, they are those by which each example has the
//! pattern of its row, if there is one rule set for which that is so.

mod examples;
mod objects;
mod row;
#[cfg(test)]
mod tests;

use std::io::BufRead;
use std::str;

use super::check::Check;
use super::error::{Defect, ReadError};
use super::line_reader::{LineReader, without_mark};
use super::read::parse_header;
use super::{FileFormat, Header, is_header, tsv};
use crate::catalogue::limits::Limits;
use crate::catalogue::totals::Catalogue;
use crate::rules::{Rules, RulesVersion};
use examples::Examples;
use objects::Objects;
use row::{ListedRow, begins_list};

/// The patterns of a catalogue, or of some of its rows.
#[derive(Debug)]
pub struct PatternList {
    /// Has the patterns, and no figures.
    pub(in crate::catalogue) patterns: Catalogue,
    rules: Option<RulesVersion>,
    is_whole: bool,
    others: u64,
}

impl PatternList {
    /// Returns the rules that made the patterns, if the header or the examples tell.
    pub fn rules(&self) -> Option<RulesVersion> {
        self.rules
    }

    /// Returns whether they are all the patterns of a catalogue, as it was written.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Returns the number of distinct patterns.
    pub fn patterns(&self) -> usize {
        self.patterns.patterns()
    }

    /// Returns the number of lines in rows of [others](Catalogue::other), which name no pattern.
    pub fn others(&self) -> u64 {
        self.others
    }
}

/// Reads a list of patterns in either format. Takes memory for its patterns, and at most four times
/// the length of its longest row.
///
/// # Errors
///
/// [`ReadError::Io`] from `input`, and [`ReadError::Format`] if it does not hold rows of a catalogue, or
/// none, or the last one is cut short.
pub fn read_list(input: impl BufRead) -> Result<PatternList, ReadError> {
    let mut lines = LineReader::new(input);
    read_lines(&mut lines).map_err(|defect| lines.error(defect))
}

fn read_lines(lines: &mut LineReader<impl BufRead>) -> Result<PatternList, Defect> {
    let mut reading = Reading::new(format_of(lines)?);
    reading.read(lines)?;
    reading.finish(lines.is_unended)
}

/// Returns the format of a list, of which the first line is to be read again.
fn format_of(lines: &mut LineReader<impl BufRead>) -> Result<FileFormat, Defect> {
    let line = lines.first(begins_list).map_err(|defect| match defect {
        Defect::NoHeader => Defect::NoList,
        Defect::Empty => Defect::EmptyList,
        defect => defect,
    })?;
    let is_array = line.starts_with(b"[");
    let format = if is_array { FileFormat::Jsonl } else { FileFormat::of_header(line) };
    lines.keep();
    Ok(format)
}

/// A list that is being read.
struct Reading {
    format: FileFormat,
    patterns: Catalogue,
    others: u64,
    /// The last header, and the number of them.
    header: Option<Header>,
    headers: u64,
    examples: Examples,
    /// The sum of the counts of whole rows.
    sum: u64,
    check: Check,
    /// Whether there are rows that a catalogue does not have, or has once.
    is_altered: bool,
}

impl Reading {
    fn new(format: FileFormat) -> Self {
        Self {
            format,
            patterns: Catalogue::new(Rules::default(), Limits::NONE),
            others: 0,
            header: None,
            headers: 0,
            examples: Examples::new(),
            sum: 0,
            check: Check::default(),
            is_altered: false,
        }
    }

    fn read(&mut self, lines: &mut LineReader<impl BufRead>) -> Result<(), Defect> {
        let mut objects = Objects::new();
        while let Some(line) = lines.next(usize::MAX)? {
            if str::from_utf8(line).is_err() {
                return Err(Defect::NotUtf8);
            }
            let mark = line.len() - without_mark(line).len();
            let line = &mut line[mark..];
            match self.format {
                FileFormat::Tsv => self.take_line(line)?,
                FileFormat::Jsonl => {
                    let mut rest = &*line;
                    while let Some(object) = objects.next(&mut rest)? {
                        self.take_object(object)?;
                    }
                }
            }
        }
        if objects.is_within() { Err(Defect::CutShort) } else { Ok(()) }
    }

    fn take_line(&mut self, line: &mut [u8]) -> Result<(), Defect> {
        if line.is_empty() || tsv::are_column_names(line) {
            return Ok(());
        }
        if is_header(line) {
            return self.take_header(parse_header(line, FileFormat::Tsv)?);
        }
        let header = self.header;
        self.take_row(row::of_line(line, header)?)
    }

    fn take_object(&mut self, object: &[u8]) -> Result<(), Defect> {
        if is_header(object) {
            return self.take_header(parse_header(object, FileFormat::Jsonl)?);
        }
        self.take_row(row::of_object(object)?)
    }

    fn take_header(&mut self, header: Header) -> Result<(), Defect> {
        if let Some(before) = self.header
            && before.rules != header.rules
        {
            return Err(Defect::SeveralRules { one: before.rules, other: header.rules });
        }
        self.header = Some(header);
        self.headers += 1;
        Ok(())
    }

    fn take_row(&mut self, row: ListedRow<'_>) -> Result<(), Defect> {
        let (pattern, example) = match &row {
            ListedRow::Whole(row) => {
                self.check.add(row);
                self.sum = self.sum.saturating_add(row.count);
                if row.pattern.is_none() {
                    self.others = self.others.saturating_add(row.count);
                }
                (row.pattern.as_deref(), Some(&*row.example))
            }
            ListedRow::Part { pattern, example } => {
                self.is_altered = true;
                (pattern.as_deref(), example.as_deref())
            }
        };
        let Some(pattern) = pattern else { return Ok(()) };
        if let (Some(example), None) = (example, self.header) {
            self.examples.add(example, pattern);
        }
        self.is_altered |= !self.patterns.add_listed(pattern)?;
        Ok(())
    }

    /// Returns the list, whose last line has no `\n` if it `is_unended`.
    fn finish(self, is_unended: bool) -> Result<PatternList, Defect> {
        let is_whole = self.is_whole(is_unended);
        if !is_whole && is_unended && self.format == FileFormat::Tsv {
            // The pattern is the last cell, and what is left of it could be another pattern.
            return Err(Defect::UnendedRow);
        }
        if !is_whole && self.patterns.patterns() == 0 {
            return Err(Defect::NoPatterns);
        }
        let of_examples = || self.examples.rules().map(RulesVersion::from);
        let rules = self.header.map(|header| header.rules).or_else(of_examples);
        Ok(PatternList { patterns: self.patterns, rules, is_whole, others: self.others })
    }

    fn is_whole(&self, is_unended: bool) -> bool {
        let Some(header) = self.header.filter(|_| self.headers == 1 && !self.is_altered) else {
            return false;
        };
        let is_as_written = header.check.map_or(!is_unended, |check| check == self.check);
        is_as_written && self.sum == header.lines
    }
}
