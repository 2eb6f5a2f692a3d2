//! Words for people: names and texts as one line of a terminal, and plurals.

mod cell;
pub(crate) mod escape;
mod printable_char;
mod plural;
mod printable;

pub(crate) use cell::push_cell;
pub(crate) use plural::ending;
pub use printable::{OneLine, Printable};
pub(crate) use printable_char::is_harmless;
