//! Reads a catalogue as a list of patterns, also where `grep`, `head`, `jq` and the like have left only
//! some of its rows.
//!
//! A row of a list is a line of TSV with all columns, or an object that has at least `pattern`, or
//! `pattern_escaped` where that is not UTF-8. If an object has `members`, which were folded into its
//! pattern, they are the list. Objects may be laid out in any way, and in an array. The header, the
//! column names and rows may be missing, come in another order, or come more than once. So counts need
//! not add up, and nothing is compared with a check sum but to tell whether the catalogue is whole.
//!
//! The rules are those of the header. Without one, they are those by which each example has the
//! pattern of its row, if there is one rule set for which that is so.

mod objects;
mod row;
mod rules;
#[cfg(test)]
mod tests;

use std::io::BufRead;
use std::str;

use super::check::Check;
use super::error::{Defect, ReadError};
use super::line_reader::{LineReader, MAX_HEADER_LEN, without_mark};
use super::read::parse_header;
use super::{FileFormat, Header, is_header, tsv};
use crate::catalogue::limits::Limits;
use crate::catalogue::totals::Catalogue;
use crate::rules::{Rules, RulesVersion};
use objects::Objects;
use row::{ListedRow, PartialRow, begins_list};
use rules::RulesGuess;

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

/// Returns the format of a list, which is to be read from its beginning again.
fn format_of(lines: &mut LineReader<impl BufRead>) -> Result<FileFormat, Defect> {
    let line = lines.beginning().map_err(|defect| match defect {
        Defect::Empty => Defect::EmptyList,
        defect => defect,
    })?;
    if line.len() > MAX_HEADER_LEN && !begins_list(line) {
        return Err(Defect::NoList);
    }
    let is_array = line.starts_with(b"[");
    let format = if is_array { FileFormat::Jsonl } else { FileFormat::of_header(line) };
    lines.keep();
    Ok(format)
}

/// A list that is being read.
struct Reading {
    format: FileFormat,
    /// The last header, and the number of them.
    header: Option<Header>,
    headers: u64,
    rows: Rows,
    /// The row that is being read.
    buffer: Vec<u8>,
}

/// The rows of a list that were read.
struct Rows {
    patterns: Catalogue,
    others: u64,
    guess: RulesGuess,
    /// The sum of the counts of whole rows, and the check sum.
    sum: u64,
    check: Check,
    /// Whether there are rows that a catalogue does not have, or has once.
    are_altered: bool,
}

impl Reading {
    fn new(format: FileFormat) -> Self {
        let rows = Rows {
            patterns: Catalogue::new(Rules::default(), Limits::NONE),
            others: 0,
            guess: RulesGuess::new(),
            sum: 0,
            check: Check::default(),
            are_altered: false,
        };
        Self { format, header: None, headers: 0, rows, buffer: Vec::new() }
    }

    fn read(&mut self, lines: &mut LineReader<impl BufRead>) -> Result<(), Defect> {
        match self.format {
            FileFormat::Tsv => self.read_lines(lines),
            FileFormat::Jsonl => self.read_objects(lines),
        }
    }

    fn read_lines(&mut self, lines: &mut LineReader<impl BufRead>) -> Result<(), Defect> {
        while let Some(line) = lines.next(usize::MAX)? {
            let mark = line.len() - without_mark(line).len();
            self.take_line(&mut line[mark..])?;
        }
        Ok(())
    }

    /// Reads objects, of which an array has all on one line: so no more than an object is held.
    fn read_objects(&mut self, lines: &mut LineReader<impl BufRead>) -> Result<(), Defect> {
        let mut objects = Objects::new();
        while let Some((mut part, is_line_end)) = lines.next_part()? {
            while let Some(object) = objects.next(&mut part)? {
                self.take_object(object)?;
            }
            if is_line_end {
                objects.end_line()?;
            }
        }
        if objects.is_within() { Err(Defect::CutShort) } else { Ok(()) }
    }

    fn take_line(&mut self, line: &mut [u8]) -> Result<(), Defect> {
        if str::from_utf8(line).is_err() {
            return Err(Defect::NotUtf8);
        }
        if line.is_empty() || tsv::are_column_names(line) {
            return Ok(());
        }
        if is_header(line) {
            return self.take_header(parse_header(line, FileFormat::Tsv)?);
        }
        self.rows.take(row::of_line(line, self.header.as_ref(), &mut self.buffer)?)
    }

    fn take_object(&mut self, object: &[u8]) -> Result<(), Defect> {
        if str::from_utf8(object).is_err() {
            return Err(Defect::NotUtf8);
        }
        if is_header(object) {
            return self.take_header(parse_header(object, FileFormat::Jsonl)?);
        }
        self.rows.take(row::of_object(object, self.header.as_ref())?)
    }

    fn take_header(&mut self, header: Header) -> Result<(), Defect> {
        if let Some(before) = &self.header
            && before.rules != header.rules
        {
            return Err(Defect::SeveralRules { one: before.rules, other: header.rules });
        }
        header.boundaries.iter().for_each(|it| self.rows.check.add_boundaries(it));
        self.header = Some(header);
        self.headers += 1;
        Ok(())
    }

    /// Returns the list, whose last line has no `\n` if it `is_unended`.
    fn finish(self, is_unended: bool) -> Result<PatternList, Defect> {
        let is_whole = self.is_whole(is_unended);
        let Self { format, header, rows, .. } = self;
        if !is_whole && is_unended && format == FileFormat::Tsv {
            // What is left of a pattern could be another pattern.
            return Err(Defect::UnendedRow);
        }
        if !is_whole && rows.patterns.patterns() == 0 {
            return Err(Defect::NoPatterns);
        }
        let of_examples = || rows.guess.rules().map(RulesVersion::from);
        let rules = header.map(|header| header.rules).or_else(of_examples);
        Ok(PatternList { patterns: rows.patterns, rules, is_whole, others: rows.others })
    }

    fn is_whole(&self, is_unended: bool) -> bool {
        let Self { header: Some(header), headers: 1, rows, .. } = self else { return false };
        let is_as_written = header.check.map_or(!is_unended, |check| check == rows.check);
        is_as_written && rows.sum == header.lines && !rows.are_altered
    }
}

impl Rows {
    fn take(&mut self, row: ListedRow<'_>) -> Result<(), Defect> {
        match row {
            ListedRow::Whole(row) => {
                self.check.add(&row);
                self.sum = self.sum.saturating_add(row.count);
                match &row.pattern {
                    Some(pattern) => self.are_altered |= !self.patterns.add_listed(pattern)?,
                    None => self.others = self.others.saturating_add(row.count),
                }
            }
            ListedRow::Partial(PartialRow { patterns, example, others }) => {
                self.are_altered = true;
                self.others = self.others.saturating_add(others);
                if let (Some(example), Some(pattern)) = (example, patterns.first()) {
                    self.guess.add(&example, pattern);
                }
                for pattern in &patterns {
                    self.patterns.add_listed(pattern)?;
                }
            }
        }
        Ok(())
    }
}
