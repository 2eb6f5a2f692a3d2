//! The command line as it is typed. [`Config`](crate::config::Config) says what it means.

mod count;
mod file_lists;
mod looks;
mod patterns;
mod shared;

pub use count::CountArgs;
pub use file_lists::FileListArgs;
pub use looks::LookArgs;
pub use patterns::{DiffArgs, MergeArgs, Patterns, ShowArgs, ViewArgs};
pub use shared::{InputArgs, MessageArgs, WorkArgs};

use std::path::PathBuf;

use clap::builder::{PathBufValueParser, RangedU64ValueParser, TypedValueParser};
use clap::{Parser, Subcommand};
use clap_complete::Shell;
use lognorm_mmap::catalogue::MAX_EXAMPLES;

use crate::catalogue::destination::Destination;
use crate::values::{Compress, RulesChoice};

/// Turn every line of a log into its pattern: a run of letters and digits becomes Y, text in
/// brackets or quotes becomes X, and everything else stays. With --rules words, words stay and
/// values become *.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, override_usage = USAGE, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The log, and then the OUTPUT for its patterns, one a line; `-` or nothing is standard input
    /// and standard output. With -t, any number of logs
    #[arg(value_name = "INPUT")]
    pub files: Vec<PathBuf>,

    #[command(flatten, next_help_heading = INPUT)]
    pub list: FileListArgs,

    #[command(flatten)]
    pub input: InputArgs,

    /// Write the patterns of each INPUT to a file in DIR, under its own name without the extension
    /// of a compressed file: app.log.gz becomes DIR/app.log. Of a tar archive, those of each file
    /// in it, at its path there
    #[arg(short, long, value_name = "DIR", help_heading = OUTPUT)]
    pub target_directory: Option<PathBuf>,

    /// The format to compress OUTPUT in; auto goes by its extension, .gz or .zst
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Compress::Auto)]
    #[arg(help_heading = OUTPUT)]
    pub compress: Compress,

    /// How hard to compress: 0 to 9 for gzip, 1 to 22 for zstd [default: 6 and 3]
    #[arg(long, value_name = "N", help_heading = OUTPUT)]
    pub level: Option<u32>,

    /// Replace even a file that is not empty and does not hold patterns, or a catalogue. Without
    /// this option it is kept, because it may be a log
    #[arg(short, long, help_heading = OUTPUT, conflicts_with = "no_clobber")]
    pub force: bool,

    /// Refuse to replace a file that exists, whatever it holds
    #[arg(long, help_heading = OUTPUT)]
    pub no_clobber: bool,

    /// With -t, leave out each log whose output exists and is not empty, whatever it holds: a run that
    /// was broken off goes on where it was
    #[arg(long, help_heading = OUTPUT, requires = "target_directory")]
    #[arg(conflicts_with_all = ["force", "no_clobber"])]
    pub skip_existing: bool,

    /// Wait until OUTPUT is on the disk, not only handed to the kernel, before the run is done
    #[arg(long, help_heading = OUTPUT)]
    pub sync: bool,

    /// The rules that make patterns of lines [default: shape, or with --known or --only those
    /// of FILE]
    #[arg(long, value_enum, value_name = "RULES", help_heading = PATTERNS)]
    pub rules: Option<RulesChoice>,

    /// Write the catalogue of the distinct patterns to FILE, in the format of its extension, .tsv
    /// or .jsonl: how many lines have each, the first and the last of them, and an example. To a
    /// FILE.html, write a report of it, for browsers. `-` is standard output, as a table if that is
    /// a terminal. OUTPUT is then only written if it is named
    #[arg(long, value_name = "FILE", help_heading = PATTERNS)]
    #[arg(conflicts_with_all = ["target_directory", "known", "only"], value_parser = destination())]
    pub patterns: Option<Destination>,

    /// Patterns in a catalogue; those that come when it is full are counted together [default:
    /// 250000]
    #[arg(long, value_name = "N", help_heading = PATTERNS)]
    #[arg(requires = "patterns", conflicts_with_all = ["target_directory", "filter"])]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub max_patterns: Option<u32>,

    /// Examples of each pattern in the catalogue: the first K lines that differ, 1 to 100. Each takes up
    /// to 1.2 KB of memory
    #[arg(long, value_name = "K", default_value_t = 1, help_heading = PATTERNS)]
    #[arg(requires = "patterns", conflicts_with_all = ["target_directory", "filter"])]
    #[arg(value_parser = examples())]
    pub examples: u8,

    // They need --patterns, which `Plan` checks: here they are options of several commands.
    #[command(flatten, next_help_heading = PATTERNS)]
    pub looks: LookArgs,

    /// Write only new patterns, by the rules of the catalogue FILE: those that are not in it
    #[arg(long, value_name = "FILE", help_heading = PATTERNS)]
    #[arg(conflicts_with = "target_directory", group = "filter")]
    pub known: Option<PathBuf>,

    /// Write only the patterns in the catalogue FILE, by its rules, of which grep, head or jq may have
    /// left only some rows
    #[arg(long, value_name = "FILE", help_heading = PATTERNS)]
    #[arg(conflicts_with = "target_directory", group = "filter")]
    pub only: Option<PathBuf>,

    /// With --known or --only, write lines as they are, instead of their patterns
    #[arg(long, help_heading = PATTERNS)]
    #[arg(requires = "filter", conflicts_with = "target_directory")]
    pub raw: bool,

    #[command(flatten)]
    pub work: WorkArgs,

    #[command(flatten)]
    pub messages: MessageArgs,

    /// Write a profile of the run's CPU time to FILE, for pprof, `go tool pprof` or speedscope
    #[arg(long, value_name = "FILE", help_heading = PROFILES)]
    pub cpu_profile: Option<PathBuf>,

    /// Write a profile of the run's memory to FILE, for the viewer of DHAT
    #[arg(long, value_name = "FILE", help_heading = PROFILES)]
    pub heap_profile: Option<PathBuf>,

    /// Print a script that completes this command line in SHELL
    #[arg(long, value_name = "SHELL", exclusive = true, help_heading = ABOUT)]
    pub completions: Option<Shell>,

    /// Print the manual page, for man -l -
    #[arg(long, exclusive = true, help_heading = ABOUT)]
    pub man: bool,
}

const INPUT: &str = "Input";
const OUTPUT: &str = "Output";
const PATTERNS: &str = "Patterns";
const WORK: &str = "Work";
const MESSAGES: &str = "Messages";
const PROFILES: &str =
    if cfg!(feature = "profile") { "Profiles" } else { "Profiles (left out of this build)" };
const ABOUT: &str = "About this program";

const USAGE: &str = "\
lognorm-mmap [OPTIONS] [INPUT] [OUTPUT]
       lognorm-mmap [OPTIONS] -t DIR INPUT...
       lognorm-mmap patterns count [-o FILE] INPUT...
       lognorm-mmap patterns <merge|diff|show> ...";

const EXAMPLES: &str = "\
Examples:
  lognorm-mmap big.log out.log           one pattern for each line, in order
  lognorm-mmap app.log.3.gz out.log.zst  compressed logs, as they are
  lognorm-mmap -t patterns logs/*.gz     many logs, each to a file in patterns/
  lognorm-mmap big.log --patterns -      the distinct patterns, and how many lines have each
  lognorm-mmap big.log --patterns p.html the same as a report, to be opened in a browser
  lognorm-mmap new.log --known old.tsv   new patterns since the log whose catalogue is old.tsv
  lognorm-mmap big.log --only few.tsv    patterns in few.tsv; with --raw their lines
  journalctl -f | lognorm-mmap           as the lines come in

  lognorm-mmap --rules words big.log --patterns big.tsv   words stay, values become *
  lognorm-mmap patterns count logs/*.gz -o all.tsv        one catalogue of many logs
  lognorm-mmap patterns show --fold big.tsv               and names become * as well
  lognorm-mmap patterns diff --fold old.tsv big.tsv       which patterns are new, which are gone

Exit codes: 0 done, 1 failed while running, 2 wrong usage, 3 patterns diff has found new ones";

/// A command that writes no patterns.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Count the patterns of many logs; add up, compare or show catalogues of patterns, which
    /// --patterns and count write
    #[command(subcommand)]
    Patterns(Patterns),
}

fn examples() -> RangedU64ValueParser<u8> {
    RangedU64ValueParser::new().range(1..=MAX_EXAMPLES as u64)
}

fn destination() -> impl TypedValueParser<Value = Destination> {
    PathBufValueParser::new().try_map(Destination::named)
}
