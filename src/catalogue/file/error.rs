//! Defects of the file of a catalogue, and what to do about each.

use std::io;

use super::SCHEMA;
use crate::catalogue::example::MAX_EXAMPLE_LEN;
use crate::catalogue::memory::NoMemory;
use crate::rules::RulesVersion;
use crate::text::plural_suffix;

/// Why a file could not be read as a catalogue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The OS could not read it.
    #[error(transparent)]
    Io(io::Error),
    /// It is not a catalogue, or not a whole one.
    #[error("line {line}: {reason}")]
    Format {
        /// The line that is wrong, counted from 1.
        line: u64,
        /// What is wrong, and where it helps, what to do.
        reason: String,
    },
}

/// A defect of a line.
#[derive(Debug, thiserror::Error)]
pub(super) enum Defect {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("no catalogue: it does not begin with the header of one; make it with --patterns")]
    NoHeader,
    #[error("no catalogue: the file is empty; make it with --patterns")]
    Empty,
    #[error("this is UTF-16, as PowerShell's > writes it; name the file with --patterns instead")]
    Utf16,
    #[error("not UTF-8: it was saved in another encoding; make it again with --patterns")]
    NotUtf8,
    #[error("blanks in place of TABs; was it pasted or edited? make it again")]
    Blanks,
    #[error(
        "a control character that a catalogue has escaped; were its line ends changed to neither \
         LF nor CRLF? make it again"
    )]
    Control,
    #[error(
        "format {0} of catalogues, and this program reads formats up to {SCHEMA}; use a newer one"
    )]
    Schema(u32),
    #[error("made by the rules {0}, which this program does not know; use a newer one")]
    UnknownRules(String),
    #[error("the numbers of the header contradict each other; was it edited?")]
    Header,
    #[error("other columns than a catalogue has; make it again with --patterns")]
    ColumnNames,
    #[error(
        "{count} columns instead of {expected}; was it edited, or were TABs replaced or removed?"
    )]
    Columns { count: usize, expected: usize },
    #[error("{value:?} is no {column}")]
    Value { column: &'static str, value: String },
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    #[error("the numbers contradict each other or the header; was it edited?")]
    Numbers,
    #[error("two rows share line {line} of the log, or have no bytes between; was it edited?")]
    Positions { line: u64 },
    #[error("the places contradict other numbers, or the boundaries in the header; was it edited?")]
    Places,
    #[error("the examples contradict each other, other numbers or the header; was it edited?")]
    Examples,
    #[error("an example of {0} bytes, more than the {MAX_EXAMPLE_LEN} that examples are cut to")]
    LongExample(usize),
    #[error("the pattern was there before; use `patterns merge` to add up catalogues")]
    Twice,
    #[error("the counts add up to {sum}, and the header says {lines} lines; is it whole?")]
    Sum { sum: u64, lines: u64 },
    #[error(
        "the rows are not those that were written: was it edited, or saved by a spreadsheet? make \
         it again"
    )]
    Check,
    #[error("another catalogue begins here; use `patterns merge` to add them up")]
    Several,
    #[error("the file is cut short")]
    CutShort,
    #[error("no pattern: the file is empty; did grep, head or jq leave nothing of a catalogue?")]
    EmptyList,
    #[error("no pattern after the header; did grep, head or jq leave no row of a catalogue?")]
    NoPatterns,
    #[error(
        "neither a catalogue nor rows of one; make it with --patterns, and leave rows out with grep, \
         head or jq"
    )]
    NoList,
    #[error(
        "{0} column{s}, which no row of a catalogue has; leave rows out with grep or head, and no \
         columns with cut", s = plural_suffix(*.0 as u64)
    )]
    ListColumns(usize),
    #[error("{value:?} has a name or a number of grep before it; use grep -h, and not -n")]
    NamedByGrep { value: String },
    #[error(
        "U+FFFD in a pattern stands for bytes that are not UTF-8; keep pattern_escaped beside pattern"
    )]
    NotExact,
    #[error("rows of {} after those of {}; give one list for each", .other.description(), .one.description())]
    SeveralRules { one: RulesVersion, other: RulesVersion },
    #[error("the last row has no line end, and may be cut short; end it if it is whole")]
    UnendedRow,
}

impl Defect {
    /// Returns whether a file that was cut in the middle of a line can have this defect.
    pub(super) fn can_come_of_a_cut(&self) -> bool {
        use Defect::*;
        !matches!(
            self,
            Io(_)
                | NoHeader
                | Empty
                | Utf16
                | Blanks
                | Schema(_)
                | Several
                | EmptyList
                | NoPatterns
                | NotExact
                | NoList
                | ListColumns(_)
                | NamedByGrep { .. }
                | SeveralRules { .. }
                | UnendedRow
        )
    }

    /// Returns the error of this defect on line `line`.
    pub(super) fn at(self, line: u64) -> ReadError {
        match self {
            Self::Io(error) => ReadError::Io(error),
            // The parser is given one line, and so always names the first.
            Self::Json(error) => {
                let reason = error.to_string().replace(" at line 1 column", " at column");
                ReadError::Format { line, reason }
            }
            defect => ReadError::Format { line: line.max(1), reason: defect.to_string() },
        }
    }
}

impl From<NoMemory> for Defect {
    fn from(error: NoMemory) -> Self {
        Self::Io(error.into())
    }
}
