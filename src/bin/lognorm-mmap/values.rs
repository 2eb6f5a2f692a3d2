//! The values of options that have a list of them, and their meaning.

use clap::ValueEnum;
use lognorm_mmap::report::Shown;
use lognorm_mmap::{Encoding, Format, Kernel, Rules};

/// The format that an input is compressed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Decompress {
    /// The format that its first bytes tell
    Auto,
    /// It is not compressed
    None,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Lz4,
}

impl Decompress {
    /// Returns the format, or `None` if the input is to tell.
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

/// The encoding of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EncodingChoice {
    /// The one that a byte-order mark tells, and without one as none
    Auto,
    /// UTF-8; a byte-order mark is not part of the first line
    #[value(name = "utf-8")]
    Utf8,
    #[value(name = "utf-16le")]
    Utf16Le,
    #[value(name = "utf-16be")]
    Utf16Be,
    /// Take every byte as it is
    None,
}

impl EncodingChoice {
    /// Returns the encoding.
    pub fn encoding(self) -> Encoding {
        match self {
            Self::Auto => Encoding::Auto,
            Self::Utf8 => Encoding::Utf8,
            Self::Utf16Le => Encoding::Utf16Le,
            Self::Utf16Be => Encoding::Utf16Be,
            Self::None => Encoding::None,
        }
    }
}

/// The format to compress an output in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Compress {
    /// The format of its extension
    Auto,
    /// Do not compress
    None,
    Gzip,
    Zstd,
}

/// The rules that make patterns of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RulesChoice {
    /// Runs of letters and digits become Y, text in brackets or quotes X
    Shape,
    /// Words stay, values such as numbers and addresses become *
    Words,
}

impl RulesChoice {
    /// Returns the rules.
    pub fn rules(self) -> Rules {
        match self {
            Self::Shape => Rules::Shape,
            Self::Words => Rules::Words,
        }
    }
}

/// The implementation of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KernelChoice {
    /// The fastest that this CPU can run
    Auto,
    /// For AVX-512 with VBMI and VBMI2
    Avx512,
    /// For AVX2
    Avx2,
    /// For NEON
    Neon,
    /// For every CPU
    Portable,
    /// The plain reference that the others are tested against
    Scalar,
}

impl KernelChoice {
    /// Returns the kernel, if this CPU can run it.
    pub fn kernel(self) -> Option<Kernel> {
        match self {
            Self::Auto => Some(Kernel::best()),
            Self::Avx512 => Kernel::avx512(),
            Self::Avx2 => Kernel::avx2(),
            Self::Neon => Kernel::neon(),
            Self::Portable => Some(Kernel::portable()),
            Self::Scalar => Some(Kernel::scalar()),
        }
    }
}

/// The format of a catalogue, and of what is shown of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CatalogueFormat {
    /// A table for people
    Table,
    /// Columns, as in files that end in .tsv
    Tsv,
    /// A JSON object for each pattern, as in files that end in .jsonl
    Jsonl,
    /// A page for browsers, in one file
    Html,
}

/// The format of the difference of two catalogues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// Lines for people
    Text,
    /// A JSON object for each change, and one that sums up
    Jsonl,
    /// A page for browsers, in one file
    Html,
}

/// The text that stands for a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShownChoice {
    /// The first line that has it
    Example,
    /// The pattern itself
    Pattern,
}

impl ShownChoice {
    /// Returns the text that is shown.
    pub fn shown(self) -> Shown {
        match self {
            Self::Example => Shown::Example,
            Self::Pattern => Shown::Pattern,
        }
    }
}

/// The format of the figures of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    /// Two lines for people
    Text,
    /// One line of JSON
    Json,
}

/// The condition for showing progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// After a second, on a terminal
    Auto,
    Always,
    Never,
}
