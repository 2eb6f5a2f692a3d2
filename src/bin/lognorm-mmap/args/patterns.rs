//! The command line of the commands on catalogues.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lognorm_mmap::catalogue::DEFAULT_SIBLINGS;

use super::{CountArgs, FileListArgs, LookArgs, destination};
use crate::catalogue::destination::Destination;
use crate::values::{CatalogueFormat, DiffFormat};

/// The commands on catalogues, and the one that makes a catalogue of many logs.
#[derive(Debug, Subcommand)]
pub enum Patterns {
    Count(CountArgs),
    Merge(MergeArgs),
    Diff(DiffArgs),
    Show(ShowArgs),
}

/// Add up the catalogues of several logs, as if the logs were one after the other
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Catalogues, in the order of their logs; a file may have several, one after the other, and
    /// `-` is standard input
    #[arg(required_unless_present = "FileListArgs", value_name = "CATALOGUE")]
    pub catalogues: Vec<PathBuf>,

    #[command(flatten)]
    pub list: FileListArgs,

    /// Write the sum to FILE, in the format of its extension, .tsv or .jsonl, or a report of it to
    /// FILE.html; `-` or nothing is standard output
    #[arg(short, long, value_name = "FILE", value_parser = destination())]
    pub output: Option<Destination>,

    /// Patterns in the sum; those that come when it is full are counted together [default: as many
    /// as there are]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_patterns: Option<u32>,

    #[command(flatten)]
    pub looks: LookArgs,

    /// Replace FILE even if it is not empty and does not hold a catalogue, or a report
    #[arg(short, long)]
    pub force: bool,
}

/// Say which patterns are new in NEW, which are gone, and which became more or less frequent. The
/// exit code is 3 if any is new, and 0 if none is
#[derive(Debug, Args)]
pub struct DiffArgs {
    #[command(flatten)]
    pub view: ViewArgs,

    /// The format of the difference [default: that of the extension of FILE, otherwise text]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<DiffFormat>,

    /// The catalogue of the log before
    pub old: PathBuf,

    /// The catalogue of the log now
    pub new: PathBuf,
}

/// Show a catalogue: as a table, as a report for browsers, or as rows for programs
#[derive(Debug, Args)]
pub struct ShowArgs {
    #[command(flatten)]
    pub view: ViewArgs,

    /// The format to show it in. Objects of jsonl have the patterns that were folded into one as
    /// members, and there is no header; tsv is the catalogue itself, whole and not folded [default:
    /// that of the extension of FILE, otherwise table]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<CatalogueFormat>,

    /// A file that --patterns, count or merge has written
    pub catalogue: PathBuf,
}

/// The options that show and diff share.
#[derive(Debug, Args)]
pub struct ViewArgs {
    #[command(flatten)]
    pub folding: FoldingArgs,

    #[command(flatten)]
    pub looks: LookArgs,

    /// Write to FILE, in the format of its extension, such as .html; `-` or nothing is standard
    /// output
    #[arg(short, long, value_name = "FILE", value_parser = destination())]
    pub output: Option<Destination>,

    /// Replace FILE even if it is not empty and holds something else
    #[arg(short, long)]
    pub force: bool,
}

/// The options for folding.
#[derive(Debug, Args)]
pub struct FoldingArgs {
    /// Show patterns of the word rules as one pattern, with *, where N or more differ in one word
    /// only, such as a name [default N: 5]. Catalogue files are not changed
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = DEFAULT_SIBLINGS_TEXT)]
    #[arg(value_parser = clap::value_parser!(u32).range(2..))]
    fold: Option<u32>,
}

/// [`DEFAULT_SIBLINGS`] as people write it.
const DEFAULT_SIBLINGS_TEXT: &str = "5";
const _: () = assert!(DEFAULT_SIBLINGS == 5);

impl FoldingArgs {
    /// Returns the number of patterns with which a place folds, if patterns are to be folded.
    pub fn siblings(&self) -> Option<usize> {
        self.fold.map(|siblings| siblings as usize)
    }
}
