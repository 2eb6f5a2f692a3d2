//! Words for people: names and texts as one line of a terminal, and plurals.

mod harmless;
mod plural;
mod printable;

pub(crate) use harmless::is_harmless;
pub(crate) use plural::ending;
pub use printable::{OneLine, Printable};
