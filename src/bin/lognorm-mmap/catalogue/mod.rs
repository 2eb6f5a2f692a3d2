//! The commands on catalogues of patterns, `lognorm-mmap patterns ...`, which need no log.

pub mod destination;
mod diff;
pub mod load;
mod merge;
mod show;

use crate::args::Patterns;
use crate::exit::{Failure, Success};

/// Does what `command` asks for.
pub fn perform(command: Patterns) -> Result<Success, Failure> {
    match command {
        Patterns::Merge(args) => merge::perform(args),
        Patterns::Diff(args) => diff::perform(args),
        Patterns::Show(args) => show::perform(args),
    }
}
