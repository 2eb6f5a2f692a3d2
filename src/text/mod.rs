//! Text for people: names and texts on one line of a terminal, cells of tables, plurals; and the
//! escape sequences of terminals in texts of programs.

pub(crate) mod ansi;
mod cell;
pub(crate) mod escape;
mod plural;
mod printable;

pub(crate) use cell::{Marks, push_cell, push_marked_cell};
pub use plural::plural_suffix;
pub(crate) use printable::is_printable;
pub use printable::{OneLine, Printable};
