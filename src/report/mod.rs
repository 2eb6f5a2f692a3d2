//! Reports for people and programs: a run in figures, and catalogues and their differences to be
//! looked at.
//!
//! Nothing here is read again by this program. Files of catalogues are
//! [`catalogue::file`](crate::catalogue::file)'s.

mod bar;
mod content;
pub mod diff;
pub mod html;
pub mod jsonl;
mod shown;
mod stats;
mod style;
pub mod table;
mod values;

pub use content::CONTENT;
pub use shown::Shown;
pub use stats::Stats;
pub use style::Style;
