//! Where catalogues are written, and how they look there.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use console::Term;
use lognorm_mmap::catalogue::Catalogue;
use lognorm_mmap::catalogue::file::{self, Format};
use lognorm_mmap::report::table::{self, Style};
use lognorm_mmap::{Compression, Overwrite, Result, Sink, SinkOptions, Source};

use crate::standard_streams::Standard;
use crate::{extensions, printing, startup};

/// How wide a table is that nobody sees at once: no example is longer.
const UNCUT: usize = 10_000;

/// Where a catalogue is to be written.
#[derive(Clone, Debug)]
pub enum Destination {
    /// As a table if that is a terminal, else as TSV.
    Stdout,
    File {
        path: PathBuf,
        format: Format,
    },
}

impl Destination {
    /// What `path` names, where `-` and its like are standard output.
    ///
    /// # Errors
    ///
    /// Why that cannot be: its ending says no format.
    pub fn named(path: PathBuf) -> Result<Self, String> {
        if Standard::Output.is_named_by(&path) {
            return Ok(Self::Stdout);
        }
        match extensions::lower_case(&path).as_deref().and_then(Format::from_extension) {
            Some(format) => Ok(Self::File { path, format }),
            None => Err("it ends neither in .tsv nor in .jsonl, and is not -".into()),
        }
    }

    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Stdout => None,
            Self::File { path, .. } => Some(path),
        }
    }

    /// What is written to, as a path.
    pub fn path(&self) -> &Path {
        self.file().unwrap_or(Path::new(startup::STDOUT))
    }

    /// Opens it, so that what is wrong with it is seen before the work. It must not be `source`.
    pub fn open(&self, source: Option<&Source>, options: SinkOptions) -> Result<Sink> {
        // A catalogue is what its ending says, and that is no compressed file.
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

    /// Writes `catalogue` to the `sink` that was opened for it, which remains to be committed.
    pub fn write(&self, catalogue: &Catalogue, sink: Sink) -> Result<Sink> {
        sink.write(|output| match self {
            Self::Stdout if io::stdout().is_terminal() => table::write(catalogue, style(), output),
            Self::Stdout => file::write(catalogue, Format::Tsv, output),
            Self::File { format, .. } => file::write(catalogue, *format, output),
        })
    }
}

/// As wide as the terminal, and coloured, unless that is not wanted.
pub fn style() -> Style {
    if !io::stdout().is_terminal() {
        return Style { width: UNCUT, colour: false };
    }
    Style { width: Term::stdout().size().1.into(), colour: printing::wants_colour() }
}
