//! What can be chosen from on the command line, and what each choice stands for.

use clap::ValueEnum;
use lognorm_mmap::{Format, Kernel, Rules};

/// What an input is compressed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Decompress {
    /// What its first bytes say
    Auto,
    /// Nothing: take the bytes as they are
    None,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Lz4,
}

impl Decompress {
    /// The format, unless the input tells.
    pub fn format(self) -> Option<Format> {
        match self {
            Self::Auto => None,
            Self::None => Some(Format::Plain),
            Self::Gzip => Some(Format::Gzip),
            Self::Zstd => Some(Format::Zstd),
            Self::Xz => Some(Format::Xz),
            Self::Bzip2 => Some(Format::Bzip2),
            Self::Lz4 => Some(Format::Lz4),
        }
    }
}

/// What to compress an output in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Compress {
    /// What its extension says
    Auto,
    /// Nothing
    None,
    Gzip,
    Zstd,
}

/// Which rules to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RulesChoice {
    /// Runs become Y, enclosures X
    Shape,
    /// Words stay, values become *
    Words,
}

impl RulesChoice {
    /// The rules.
    pub fn rules(self) -> Rules {
        match self {
            Self::Shape => Rules::Shape,
            Self::Words => Rules::Words,
        }
    }
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

impl KernelChoice {
    /// The kernel, if this CPU can run it.
    pub fn kernel(self) -> Option<Kernel> {
        match self {
            Self::Auto => Some(Kernel::best()),
            Self::Avx512 => Kernel::avx512(),
            Self::Avx2 => Kernel::avx2(),
            Self::Portable => Some(Kernel::portable()),
            Self::Scalar => Some(Kernel::scalar()),
        }
    }
}

/// How the figures of a run are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    /// Two lines for people
    Text,
    /// One line of JSON
    Json,
}

/// When to show progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// After a second, on a terminal
    Auto,
    Always,
    Never,
}
