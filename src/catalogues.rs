//! Catalogues of patterns in files: reading, writing, and the commands that need no log.

use std::env;
use std::fs::File;
use std::io::{self, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};

use console::Term;
use lognorm_mmap::patterns::file::{self, Format, ReadError};
use lognorm_mmap::patterns::table::{self, Style};
use lognorm_mmap::patterns::{Catalogue, Known, Limits, MergeError, Threshold, diff};
use lognorm_mmap::{Error, Result, Sink, SinkOptions, Source};

use crate::cli::Patterns;
use crate::{streams, task};

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
    /// What `path` names, where `-` is standard output.
    ///
    /// # Errors
    ///
    /// Why that cannot be: its ending says no format.
    pub fn named(path: PathBuf) -> Result<Self, String> {
        if path.as_os_str() == "-" {
            return Ok(Self::Stdout);
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending.and_then(Format::from_extension) {
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

    /// Opens it, so that what is wrong with it is seen before the work. It must not be `source`.
    pub fn open(&self, source: Option<&Source>) -> Result<Sink> {
        match self {
            Self::Stdout if streams::stdout_was_closed() => Err(task::closed("standard output")),
            Self::Stdout => Sink::stdout(source, SinkOptions::default()),
            Self::File { path, .. } => Sink::create(path, source, SinkOptions::default()),
        }
    }

    /// Writes `catalogue` to the `sink` that was opened for it.
    pub fn write(&self, catalogue: &Catalogue, sink: Sink) -> Result<()> {
        sink.write_and_commit(|output| match self {
            Self::Stdout if io::stdout().is_terminal() => table::write(catalogue, style(), output),
            Self::Stdout => file::write(catalogue, Format::Tsv, output),
            Self::File { format, .. } => file::write(catalogue, *format, output),
        })
    }
}

/// Reads the catalogue in the file at `path`.
pub fn load(path: &Path) -> Result<Catalogue> {
    let failed = |source| Error::Io { path: path.into(), source };
    let file = File::open(path).map_err(failed)?;
    file::read(BufReader::new(file)).map_err(|error| match error {
        ReadError::Io(source) => failed(source),
        error => Error::Catalogue { path: path.into(), reason: error.to_string() },
    })
}

/// The patterns of the catalogue in the file at `path`, to look others up in.
pub fn known(path: &Path) -> Result<Known> {
    Known::new(load(path)?).map_err(|error| refused(path, &error))
}

/// Does what `command` says. Returns whether nothing is new, which only a comparison can deny.
pub fn perform(command: Patterns) -> Result<bool> {
    match command {
        Patterns::Merge { catalogues, output, max_patterns } => {
            let limits =
                max_patterns.map_or(Limits::NONE, |most| Limits::of_patterns(most as usize));
            merge(&catalogues, &output.unwrap_or(Destination::Stdout), limits)?;
            Ok(true)
        }
        Patterns::Diff { old: old_path, new: new_path } => {
            let (old, new) = (load(&old_path)?, load(&new_path)?);
            let difference = diff(&old, &new, Threshold::default());
            let difference = difference.map_err(|error| refused(&new_path, &error))?;
            print(|output| writeln!(output, "{difference}"))?;
            Ok(!difference.has_new())
        }
        Patterns::Show { catalogue } => {
            let catalogue = load(&catalogue)?;
            print(|output| table::write(&catalogue, style(), output))?;
            Ok(true)
        }
    }
}

fn merge(paths: &[PathBuf], output: &Destination, limits: Limits) -> Result<()> {
    let mut sum = Catalogue::new(limits);
    for path in paths {
        sum.append(&load(path)?).map_err(|error| refused(path, &error))?;
    }
    let sink = output.open(None)?;
    output.write(&sum, sink)
}

/// That the catalogue at `path` does not go with those before it.
fn refused(path: &Path, error: &MergeError) -> Error {
    Error::Catalogue { path: path.into(), reason: error.to_string() }
}

/// Writes to standard output what is no catalogue.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    Destination::Stdout.open(None)?.write_and_commit(write)
}

/// As wide as the terminal, and coloured, unless that is not wanted.
fn style() -> Style {
    if !io::stdout().is_terminal() {
        return Style { width: UNCUT, colour: false };
    }
    let is_dumb = env::var_os("TERM").is_some_and(|name| name == "dumb");
    let is_unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = !is_dumb && !is_unwanted;
    Style { width: Term::stdout().size().1.into(), colour }
}
