//! Words for people: names and texts as one line of a terminal, and plurals.

mod cell;
pub(crate) mod escape;
mod harmless;
mod plural;
mod printable;

pub(crate) use cell::push_cell;
pub(crate) use harmless::is_harmless;
pub(crate) use plural::ending;
pub use printable::{OneLine, Printable};
