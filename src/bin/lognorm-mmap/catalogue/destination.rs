//! The files that catalogues are written to, and their formats.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use console::Term;
use lognorm_mmap::catalogue::Catalogue;
use lognorm_mmap::catalogue::file::{self, FileFormat};
use lognorm_mmap::report::table::{self, Shown, Style};
use lognorm_mmap::{Compression, Overwrite, Result, Sink, SinkOptions, Source};

use crate::standard_streams::Standard;
use crate::values::CatalogueFormat;
use crate::{extensions, printing, startup};

/// The width of a table that is not for a terminal: no example is longer.
const UNLIMITED: usize = 10_000;

/// The output for a catalogue.
#[derive(Clone, Debug)]
pub enum Destination {
    /// Standard output: a table if it is a terminal, TSV otherwise.
    Stdout,
    File {
        path: PathBuf,
        format: FileFormat,
    },
}

impl Destination {
    /// Returns the destination called `path`. `-` and other names of standard output are that.
    ///
    /// # Errors
    ///
    /// The reason if the extension is not that of a format.
    pub fn named(path: PathBuf) -> Result<Self, String> {
        if Standard::Output.is_named_by(&path) {
            return Ok(Self::Stdout);
        }
        match extensions::catalogue_format(&path) {
            Some(format) => Ok(Self::File { path, format }),
            None => Err("it must end in .tsv or .jsonl, or be -".into()),
        }
    }

    /// Returns the path of a file.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Stdout => None,
            Self::File { path, .. } => Some(path),
        }
    }

    /// Returns the path of a file, or the path of standard output.
    pub fn path(&self) -> &Path {
        self.file().unwrap_or(Path::new(startup::STDOUT))
    }

    /// Opens the destination, which must not be the file of `source`.
    pub fn open(&self, source: Option<&Source>, options: SinkOptions) -> Result<Sink> {
        // Only OUTPUT is compressed: the extension of a catalogue promises its format.
        let overwrite = match options.overwrite {
            Overwrite::IfHolding(_) => Overwrite::IfHolding(file::CONTENT),
            overwrite => overwrite,
        };
        let options = SinkOptions { compression: Compression::None, overwrite, ..options };
        match self {
            Self::Stdout if startup::stdout_was_closed() => Err(startup::closed("standard output")),
            Self::Stdout => Sink::stdout(source, options),
            Self::File { path, .. } => Sink::create(path, source, options),
        }
    }

    /// Returns the format of the file, or the one for standard output if none is asked for.
    pub fn format(&self) -> CatalogueFormat {
        match self {
            Self::Stdout if io::stdout().is_terminal() => CatalogueFormat::Table,
            Self::Stdout | Self::File { format: FileFormat::Tsv, .. } => CatalogueFormat::Tsv,
            Self::File { format: FileFormat::Jsonl, .. } => CatalogueFormat::Jsonl,
        }
    }

    /// Writes `catalogue` to `sink`, which [`open`](Self::open) has opened. The caller commits it.
    pub fn write(&self, catalogue: &Catalogue, sink: Sink) -> Result<Sink> {
        write(catalogue, self.format(), sink)
    }
}

/// Writes `catalogue` to `sink` in this format. The caller commits it.
pub fn write(catalogue: &Catalogue, format: CatalogueFormat, sink: Sink) -> Result<Sink> {
    sink.write(|output| match format {
        CatalogueFormat::Table => table::write(catalogue, Shown::Example, style(), output),
        CatalogueFormat::Tsv => file::write(catalogue, FileFormat::Tsv, output),
        CatalogueFormat::Jsonl => file::write(catalogue, FileFormat::Jsonl, output),
    })
}

/// Returns the style of a table on standard output: as wide as the terminal, and in colours unless
/// they are not wanted.
pub fn style() -> Style {
    if !io::stdout().is_terminal() {
        return Style { width: UNLIMITED, colour: false };
    }
    Style { width: Term::stdout().size().1.into(), colour: printing::wants_colour() }
}
