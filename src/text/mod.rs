//! Words for people: names and texts as one line of a terminal, and plurals.

mod plural;
mod printable;

pub(crate) use plural::ending;
pub use printable::{OneLine, Printable};
