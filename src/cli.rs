//! What was typed: the command line as clap sees it, and nothing else.

use std::path::PathBuf;

use bytesize::ByteSize;
use clap::{Parser, ValueEnum};
use lognorm_mmap::{DEFAULT_CHUNK_SIZE, LARGEST_CHUNK_SIZE};

/// Turn every line of a log into its pattern: a run of letters and digits becomes Y, what stands
/// in brackets or quotes becomes X, all else stays.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// The log; `-` or nothing is standard input
    pub input: Option<PathBuf>,

    /// The patterns, one a line; `-` or nothing is standard output. A file appears complete or not
    /// at all
    pub output: Option<PathBuf>,

    /// Threads to work with; 0 is one for each CPU that the process may use
    #[arg(short = 'j', long, value_name = "N", default_value_t = 0)]
    #[arg(value_parser = threads)]
    pub threads: usize,

    /// Input bytes in one unit of work, 1 B to 1 GiB: 64KiB, 1MiB, 500000
    #[arg(long, value_name = "SIZE", value_parser = chunk_size)]
    #[arg(default_value_t = ByteSize(DEFAULT_CHUNK_SIZE as u64))]
    pub chunk_size: ByteSize,

    /// What does the work: all give the same bytes, at different speeds
    #[arg(long, value_enum, value_name = "KERNEL", default_value_t = KernelChoice::Auto)]
    pub kernel: KernelChoice,

    /// Read the input instead of mapping it into memory
    #[arg(long)]
    pub no_mmap: bool,

    /// Have OUTPUT written to the disk, not only handed to the system, before the run is done
    #[arg(long)]
    pub sync: bool,

    /// Print the figures of the run on standard error, for people or for programs [default: text,
    /// where standard error is a terminal]
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "text")]
    pub stats: Option<StatsFormat>,

    /// Print nothing but errors
    #[arg(short, long, conflicts_with = "stats")]
    pub quiet: bool,
}

/// Which kernel to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KernelChoice {
    /// The fastest that this CPU can run
    Auto,
    /// For AVX-512 with VBMI and VBMI2
    Avx512,
    /// For AVX2
    Avx2,
    /// For every CPU
    Portable,
    /// The plain reference that the others are tested against
    Scalar,
}

/// How the figures of a run are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    /// Two lines for people
    Text,
    /// One line of JSON
    Json,
}

const EXAMPLES: &str = "\
Examples:
  lognorm-mmap big.log out.log           one pattern for each line, in order
  lognorm-mmap big.log | sort | uniq -c  how many lines of each pattern
  journalctl -f | lognorm-mmap           as the lines come in

Exit codes: 0 done, 1 failed while running, 2 wrong usage";

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if threads <= 4096 => Ok(threads),
        _ => Err("not a number in 0 to 4096".into()),
    }
}

fn chunk_size(text: &str) -> Result<ByteSize, String> {
    match text.parse() {
        Ok(ByteSize(size)) if (1..=LARGEST_CHUNK_SIZE as u64).contains(&size) => Ok(ByteSize(size)),
        _ => Err("not a size in 1 B to 1 GiB, such as 64KiB".into()),
    }
}
