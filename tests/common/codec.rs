//! The compressors that users have. Tests make archives with them.

use lognorm_mmap::Format;

use super::needs;

/// A format, and the commands that compress and decompress to standard output.
#[derive(Debug)]
pub struct Codec {
    /// The name of the format for `--decompress`.
    pub name: &'static str,
    /// The file name extension.
    pub extension: &'static str,
    /// The command that compresses.
    pub program: &'static str,
    /// The command that decompresses.
    pub reverse: &'static str,
}

pub const CODECS: [Codec; 5] = [
    Codec { name: "gzip", extension: "gz", program: "gzip -c", reverse: "gzip -dc" },
    Codec { name: "zstd", extension: "zst", program: "zstd -qc", reverse: "zstd -dqc" },
    Codec { name: "xz", extension: "xz", program: "xz -c", reverse: "xz -dc" },
    Codec { name: "bzip2", extension: "bz2", program: "bzip2 -c", reverse: "bzip2 -dc" },
    Codec { name: "lz4", extension: "lz4", program: "lz4 -qc", reverse: "lz4 -dqc" },
];

/// Returns the formats that are built in and have their programs installed.
pub fn codecs() -> impl Iterator<Item = &'static Codec> {
    let is_built_in = |codec: &&Codec| {
        let mut formats = Format::COMPRESSED.iter().filter(|format| format.is_built_in());
        formats.any(|format| format.name() == codec.name)
    };
    CODECS.iter().filter(is_built_in).filter(|codec| needs::program(codec.name))
}
