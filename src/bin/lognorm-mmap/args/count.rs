//! The command line of `patterns count`.

use std::path::PathBuf;

use clap::Args;

use super::{
    FileListArgs, INPUT, InputArgs, LookArgs, MessageArgs, OUTPUT, PATTERNS, WorkArgs, destination,
    examples,
};
use crate::catalogue::destination::Destination;
use crate::values::{CatalogueFormat, RulesChoice};

/// Count the patterns of many logs in one catalogue, as if the logs were one after the other: the same
/// as merging the catalogues of each, in this order
#[derive(Debug, Args)]
pub struct CountArgs {
    /// Logs, in order, which may be compressed; `-` is standard input. Directories are not searched:
    /// find logs -type f -print0 | lognorm-mmap patterns count --files0-from -
    #[arg(required_unless_present = "FileListArgs", value_name = "INPUT")]
    pub files: Vec<PathBuf>,

    #[command(flatten, next_help_heading = INPUT)]
    pub list: FileListArgs,

    #[command(flatten)]
    pub input: InputArgs,

    /// Leave out logs that cannot be read, and write the catalogue of the others. The exit code is 1
    /// all the same
    #[arg(long, help_heading = INPUT)]
    pub keep_going: bool,

    /// Write the catalogue to FILE, in the format of its extension, .tsv or .jsonl, or a report of it
    /// to FILE.html; `-` or nothing is standard output
    #[arg(short, long, value_name = "FILE", value_parser = destination(), help_heading = OUTPUT)]
    pub output: Option<Destination>,

    /// The format of the catalogue on standard output [default: table on a terminal, otherwise tsv]
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = OUTPUT)]
    pub format: Option<CatalogueFormat>,

    /// Replace FILE even if it is not empty and does not hold a catalogue, or a report
    #[arg(short, long, help_heading = OUTPUT)]
    pub force: bool,

    /// The rules that make patterns of lines [default: shape]
    #[arg(long, value_enum, value_name = "RULES", help_heading = PATTERNS)]
    pub rules: Option<RulesChoice>,

    /// Patterns in the catalogue; those that come when it is full are counted together [default:
    /// 250000]
    #[arg(long, value_name = "N", help_heading = PATTERNS)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub max_patterns: Option<u32>,

    /// Examples of each pattern in the catalogue: the first K lines that differ, 1 to 100. Each takes up
    /// to 1.2 KB of memory
    #[arg(long, value_name = "K", default_value_t = 1, help_heading = PATTERNS)]
    #[arg(value_parser = examples())]
    pub examples: u8,

    #[command(flatten, next_help_heading = PATTERNS)]
    pub looks: LookArgs,

    #[command(flatten)]
    pub work: WorkArgs,

    #[command(flatten)]
    pub messages: MessageArgs,
}
