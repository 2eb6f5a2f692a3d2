//! What can be wrong with the file of a catalogue.

use std::io;

use super::{COLUMNS, SCHEMA};

/// Why a file could not be read as a catalogue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The system could not read it.
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

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub(super) enum Defect {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("no catalogue: it does not begin with the header of one; make it with --patterns")]
    NoHeader,
    #[error("format {0} of catalogues, and this program reads format {SCHEMA}; use a newer one")]
    Schema(u32),
    #[error("other columns than a catalogue has; make it again with --patterns")]
    ColumnNames,
    #[error("{0} columns instead of {COLUMNS}")]
    Columns(usize),
    #[error("{value:?} is no {column}")]
    Value { column: &'static str, value: String },
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    #[error("the numbers contradict each other or the header; was it edited?")]
    Numbers,
    #[error("the pattern was there before; use `patterns merge` to add up catalogues")]
    Twice,
    #[error("the counts add up to {sum}, and the header says {lines} lines; is it whole?")]
    Sum { sum: u64, lines: u64 },
    #[error("the file is cut short")]
    CutShort,
}

impl Defect {
    /// The error that this is on line `line`.
    pub(super) fn at(self, line: u64) -> ReadError {
        match self {
            Self::Io(error) => ReadError::Io(error),
            // It names its own line, which is always the first, of what it was given.
            Self::Json(error) => {
                let reason = error.to_string().replace(" at line 1 column", " at column");
                ReadError::Format { line, reason }
            }
            defect => ReadError::Format { line: line.max(1), reason: defect.to_string() },
        }
    }
}
