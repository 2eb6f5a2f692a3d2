//! The commands on catalogues of patterns, `lognorm-mmap patterns ...`. `count` is a run, because it
//! reads logs.

pub mod destination;
mod diff;
pub mod load;
pub mod looks;
mod merge;
mod show;
pub mod write;

use crate::args::Patterns;
use crate::config::Config;
use crate::exit::{Failure, Success};
use crate::run;

/// Does what `command` asks for.
pub fn perform(command: Patterns) -> Result<Success, Failure> {
    match command {
        Patterns::Count(args) => run::perform(Config::of_count(args)?),
        Patterns::Merge(args) => merge::perform(args),
        Patterns::Diff(args) => diff::perform(args),
        Patterns::Show(args) => show::perform(args),
    }
}
