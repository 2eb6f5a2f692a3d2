//! `patterns show`: a catalogue for people, or for programs that look at it.

use lognorm_mmap::report::table;

use super::destination::style;
use super::load::load;
use crate::args::ShowArgs;
use crate::endpoint::Input;
use crate::exit::{Failure, Success};
use crate::{printing, signals};

/// Prints a catalogue.
pub fn perform(args: ShowArgs) -> Result<Success, Failure> {
    let _ = signals::set_up(None);
    let catalogue = load(&Input::named(Some(args.catalogue)))?.catalogue;
    printing::print(|output| table::write(&catalogue, style(), output))?;
    Ok(Success::Done)
}
