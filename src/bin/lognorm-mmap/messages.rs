//! What the program says on standard error.

use std::cell::RefCell;
use std::fmt::Arguments;
use std::io::{self, Write};

/// Prints a line on standard error. If it cannot be written there is nobody left to tell; the exit
/// code still does.
pub fn tell(line: Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// What becomes of warnings: texts about what is no failure, and yet not all that somebody may have
/// hoped for.
#[derive(Debug)]
pub enum Warnings {
    /// Each is printed at once.
    Printed,
    /// They are kept for the figures in JSON, beside which nothing else is printed.
    Kept(RefCell<Vec<String>>),
    /// Nobody wants them.
    Dropped,
}

impl Warnings {
    /// Warnings that are kept, of which there are none yet.
    pub fn kept() -> Self {
        Self::Kept(RefCell::default())
    }

    /// Warns of `text`.
    pub fn warn(&self, text: Arguments<'_>) {
        match self {
            Self::Printed => print(text),
            Self::Kept(texts) => texts.borrow_mut().push(text.to_string()),
            Self::Dropped => {}
        }
    }

    /// Returns the warnings that were kept.
    pub fn take(&self) -> Vec<String> {
        match self {
            Self::Kept(texts) => texts.take(),
            Self::Printed | Self::Dropped => Vec::new(),
        }
    }

    /// Prints the warnings that were kept, for a run that has no figures.
    pub fn print_kept(&self) {
        for text in self.take() {
            print(format_args!("{text}"));
        }
    }
}

fn print(warning: Arguments<'_>) {
    tell(format_args!("lognorm-mmap: warning: {warning}"));
}
