//! The options that runs and `patterns count` share.

use bytesize::ByteSize;
use clap::Args;
use lognorm_mmap::{DEFAULT_CHUNK_SIZE, MAX_CHUNK_SIZE, Shard};

use super::{INPUT, MESSAGES, WORK};
use crate::values::{Decompress, EncodingChoice, KernelChoice, StatsFormat, When};

/// How logs are read.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// The format that INPUT is compressed in; auto looks at its first bytes, never at its name
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Decompress::Auto)]
    #[arg(help_heading = INPUT)]
    pub decompress: Decompress,

    /// The encoding of INPUT; UTF-16 is read as UTF-8, and UTF-32 is refused
    #[arg(long, value_enum, value_name = "ENCODING", default_value_t = EncodingChoice::Auto)]
    #[arg(help_heading = INPUT)]
    pub encoding: EncodingChoice,

    /// Take escape sequences of terminals, such as colours, links and titles, out of lines before
    /// the rules see them. Lines that --raw writes keep them
    #[arg(long, help_heading = INPUT)]
    pub strip_ansi: bool,

    /// Read INPUT instead of mapping it into memory
    #[arg(long, help_heading = INPUT)]
    pub no_mmap: bool,

    /// Read only the I-th of N parts, counted from 1: of one file the lines whose first byte is in that
    /// part of its bytes, of several INPUTs or a list that stretch of them. The outputs of all parts,
    /// one after the other, are that of the whole, and so are their catalogues, merged
    #[arg(long, value_name = "I/N", help_heading = INPUT)]
    pub shard: Option<Shard>,
}

/// How a run works, which does not change what comes out.
#[derive(Debug, Args)]
pub struct WorkArgs {
    /// Threads to work with; 0 is one for each CPU that the process may use
    #[arg(short = 'j', long, value_name = "N", default_value_t = 0)]
    #[arg(value_parser = threads, help_heading = WORK)]
    pub threads: usize,

    /// Input bytes in one unit of work, 1 B to 1 GiB: 64KiB, 1MiB, 500000
    #[arg(long, value_name = "SIZE", value_parser = chunk_size, help_heading = WORK)]
    #[arg(default_value = DEFAULT_CHUNK_SIZE_TEXT)]
    pub chunk_size: ByteSize,

    /// The implementation of the rules: all give the same bytes, at different speeds
    #[arg(long, value_enum, default_value_t = KernelChoice::Auto, help_heading = WORK)]
    pub kernel: KernelChoice,
}

/// What a run says beside what it writes.
#[derive(Debug, Args)]
pub struct MessageArgs {
    /// Print the figures of the run on standard error, for people or for programs [default: text,
    /// where standard error is a terminal]
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "text", help_heading = MESSAGES)]
    pub stats: Option<StatsFormat>,

    /// Show on standard error how far the run has come; auto does after a second, on a terminal
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    #[arg(help_heading = MESSAGES)]
    pub progress: When,

    /// Print nothing but errors, and what --stats asks for
    #[arg(short, long, help_heading = MESSAGES)]
    pub quiet: bool,
}

/// [`DEFAULT_CHUNK_SIZE`] as people write it.
const DEFAULT_CHUNK_SIZE_TEXT: &str = "1MiB";
const _: () = assert!(DEFAULT_CHUNK_SIZE == 1 << 20);

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if threads <= 4096 => Ok(threads),
        _ => Err("not a number in 0 to 4096".into()),
    }
}

fn chunk_size(text: &str) -> Result<ByteSize, String> {
    match text.parse() {
        Ok(ByteSize(size)) if (1..=MAX_CHUNK_SIZE as u64).contains(&size) => Ok(ByteSize(size)),
        _ => Err("not a size in 1 B to 1 GiB, such as 64KiB".into()),
    }
}
