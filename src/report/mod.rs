//! What is told of a run, beside its output.

mod stats;
pub mod table;

pub use stats::Stats;
