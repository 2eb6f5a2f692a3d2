//! What is told of a run, beside its output.

mod stats;

pub use stats::Stats;
