//! Messages on standard error.

use std::fmt::Arguments;
use std::io::{self, Write};
use std::mem;
use std::sync::{Mutex, PoisonError};

use crate::values::StatsFormat;

/// Prints a line on standard error. A failure to do so is ignored; the exit code still tells.
pub fn tell(line: Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// The handling of warnings, which are about results that are right and may surprise.
#[derive(Debug)]
pub enum Warnings {
    /// Warnings are printed at once.
    Printed,
    /// Warnings are kept for the figures in JSON, beside which nothing else is printed.
    Kept(Mutex<Vec<String>>),
    /// Warnings are not wanted.
    Dropped,
}

impl Warnings {
    /// Returns the handling that the command line asks for, where the figures are printed as
    /// `stats` says.
    pub fn new(is_quiet: bool, stats: Option<StatsFormat>) -> Self {
        match stats {
            _ if is_quiet => Self::Dropped,
            Some(StatsFormat::Json) => Self::Kept(Mutex::default()),
            Some(StatsFormat::Text) | None => Self::Printed,
        }
    }

    /// Warns of `text`.
    pub fn warn(&self, text: Arguments<'_>) {
        match self {
            Self::Printed => print(text),
            Self::Kept(texts) => {
                texts.lock().unwrap_or_else(PoisonError::into_inner).push(text.to_string());
            }
            Self::Dropped => {}
        }
    }

    /// Returns the warnings that were kept.
    pub fn take(&self) -> Vec<String> {
        match self {
            Self::Kept(texts) => {
                mem::take(&mut texts.lock().unwrap_or_else(PoisonError::into_inner))
            }
            Self::Printed | Self::Dropped => Vec::new(),
        }
    }

    /// Prints the warnings that were kept, for a run that failed before it had figures.
    pub fn print_kept(&self) {
        for text in self.take() {
            print(format_args!("{text}"));
        }
    }
}

fn print(warning: Arguments<'_>) {
    tell(format_args!("lognorm-mmap: warning: {warning}"));
}
