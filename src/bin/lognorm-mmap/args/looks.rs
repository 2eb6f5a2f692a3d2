//! The options for what people look at: tables and reports. Several commands share them.

use clap::Args;

use crate::values::ShownChoice;

/// How much is shown of a catalogue or a difference, and which text stands for a pattern.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct LookArgs {
    /// Show N patterns in a table or a report, those with most lines; 0 is all of them [default: as
    /// many as the terminal is high, 1000 in a report, all elsewhere]
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,

    /// The text that stands for a pattern in a table [default: example, with --fold pattern]
    #[arg(long, value_enum, value_name = "TEXT")]
    pub show: Option<ShownChoice>,
}
