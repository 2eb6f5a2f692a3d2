//! What is told of a run, beside its output.

mod progress;
mod stats;
mod usage;

pub use progress::Progress;
pub use stats::Stats;
