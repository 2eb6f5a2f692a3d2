//! How tables and reports look: how many rows they have, and which text stands for a pattern.

use std::io::{self, IsTerminal};

use clap::error::ErrorKind;
use console::Term;
use lognorm_mmap::report::{Shown, Style};

use crate::about::usage_error;
use crate::args::LookArgs;
use crate::printing;
use crate::values::ShownChoice;

/// The width of a table that is not for a terminal: no example is longer.
const UNLIMITED: usize = 10_000;

/// A thing that is written, as far as the options about looks go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A table, or a difference as text.
    Table,
    /// A page for browsers, which shows both an example and the pattern.
    Report,
    /// Rows for programs that look at some of them.
    Rows,
    /// All of a catalogue, or of a difference, for programs.
    Whole,
}

/// How a table or a report looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Looks {
    top: Option<usize>,
    shown: Option<ShownChoice>,
}

impl Looks {
    /// Works out what the command line asks for.
    ///
    /// # Errors
    ///
    /// A usage error if it asks for what `subject` does not have.
    pub fn new(args: LookArgs, subject: Subject) -> Result<Self, clap::Error> {
        let conflict = |message: &str| Err(usage_error(ErrorKind::ArgumentConflict, message));
        let LookArgs { top, show: shown } = args;
        match subject {
            Subject::Whole if top.is_some() => conflict(
                "--top goes with a table or a report, and not with tsv or jsonl that are whole; \
                 leave --top out, or take the first lines with head",
            ),
            Subject::Report | Subject::Rows | Subject::Whole if shown.is_some() => conflict(
                "--show goes with a table, and not with html, tsv or jsonl, which have examples and \
                 patterns; leave --show out",
            ),
            _ => Ok(Self { top, shown }),
        }
    }

    /// Returns the text that stands for a pattern of a table.
    pub fn shown(self, is_folded: bool) -> Shown {
        match self.shown {
            Some(choice) => choice.shown(),
            None if is_folded => Shown::Pattern,
            None => Shown::Example,
        }
    }

    /// Returns the most rows, which are `default` unless a number was asked for.
    pub fn max_rows(self, default: usize) -> usize {
        match self.top {
            None => default,
            Some(0) => usize::MAX,
            Some(top) => top,
        }
    }

    /// Returns the style of a table on standard output. On a terminal it is as wide, has colours
    /// unless they are not wanted, and as many rows as there is room for beside `other_lines`.
    pub fn style(self, other_lines: usize) -> Style {
        if !io::stdout().is_terminal() {
            return Style { width: UNLIMITED, max_rows: self.max_rows(usize::MAX), colour: false };
        }
        let (height, width) = Term::stdout().size();
        let max_rows = self.max_rows(usize::from(height).saturating_sub(other_lines).max(1));
        Style { width: width.into(), max_rows, colour: printing::wants_colour() }
    }
}
