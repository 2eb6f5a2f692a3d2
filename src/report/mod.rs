//! What is told of a run, beside its output.

mod progress;
mod stats;

pub use progress::Progress;
pub use stats::Stats;
