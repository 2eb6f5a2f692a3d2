//! Formats that are recognised and refused, with advice on how to get at the log.

use std::io;

use super::Format;

/// A format that is recognised and not supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnsupportedFormat {
    /// The predecessor of `.xz`.
    Lzma,
    /// The format of `compress`.
    Compress,
    Lzip,
    /// The format of `lz4 -l`, in which Linux kernels are compressed.
    Lz4Legacy,
    Lzop,
    /// The framing format of Snappy.
    Snappy,
    Zip,
    SevenZip,
    Rar,
    Tar,
}

impl UnsupportedFormat {
    /// Returns the name, with an article.
    fn name(self) -> &'static str {
        match self {
            Self::Lzma => "an lzma file (.lzma)",
            Self::Compress => "a file that compress wrote (.Z)",
            Self::Lzip => "an lzip file (.lz)",
            Self::Lz4Legacy => "an lz4 file in the legacy format",
            Self::Lzop => "an lzop file (.lzo)",
            Self::Snappy => "a Snappy file (.sz)",
            Self::Zip => "a zip archive",
            Self::SevenZip => "a 7-Zip archive",
            Self::Rar => "a RAR archive",
            Self::Tar => "a tar archive",
        }
    }

    /// Returns the command that decompresses the format. Archives have none: they may hold several
    /// files.
    fn program(self) -> Option<&'static str> {
        match self {
            Self::Lzma => Some("unlzma -c"),
            Self::Compress => Some("gzip -dc"),
            Self::Lzip => Some("lzip -dc"),
            Self::Lz4Legacy => Some("lz4 -dc"),
            Self::Lzop => Some("lzop -dc"),
            Self::Snappy => Some("snzip -dc"),
            Self::Zip | Self::SevenZip | Self::Rar | Self::Tar => None,
        }
    }

    /// Returns the error for an input in this format, which is compressed with `outer` if there is
    /// one.
    pub(crate) fn refuse(self, outer: Option<Format>) -> io::Error {
        let what = match outer {
            Some(outer) => format!("{} compressed with {}", self.name(), outer.name()),
            None => self.name().to_owned(),
        };
        let advice = match (self.program(), outer.map(Format::program)) {
            (None, _) if self == Self::Tar => OF_ALL_LOGS.to_owned(),
            (None, _) => "extract the log from it".to_owned(),
            (Some(program), None) => format!("pipe it through `{program}`"),
            (Some(program), Some(outer)) => format!("pipe it through `{outer} | {program}`"),
        };
        refuse(&what, &advice)
    }
}

/// What to do with an archive that was named as one log.
const OF_ALL_LOGS: &str = "give -t DIR to write the patterns of each log in it, \
                           or count them all with patterns count";

/// Returns the error for a tar archive in a tar archive, which is compressed with `outer` if there
/// is one.
pub(crate) fn refuse_nested_tar(outer: Option<Format>) -> io::Error {
    let compressed = match outer {
        Some(outer) => format!(" compressed with {}", outer.name()),
        None => String::new(),
    };
    let message = format!(
        "a tar archive{compressed} in a tar archive, which is not opened; extract it first"
    );
    io::Error::new(io::ErrorKind::Unsupported, message)
}

/// Returns the error for an input with `inner` data compressed with `outer`.
pub(crate) fn refuse_layers(inner: Format, outer: Format) -> io::Error {
    let what = format!("{} data compressed with {}", inner.name(), outer.name());
    refuse(&what, &format!("pipe it through `{}`", outer.program()))
}

fn refuse(what: &str, advice: &str) -> io::Error {
    let message = format!(
        "{what}, which is not read; {advice}, or give --decompress none to read it as it is"
    );
    io::Error::new(io::ErrorKind::Unsupported, message)
}
