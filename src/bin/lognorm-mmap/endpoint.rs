//! The two ends of a run: the log, and the file for its patterns.

use std::path::{Path, PathBuf};

use lognorm_mmap::{Result, Sink, SinkOptions, Source, SourceOptions};

use crate::standard_streams::Standard;
use crate::startup::{self, STDIN, STDOUT};

/// A log or a catalogue to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Stdin,
    File(PathBuf),
}

/// A file for patterns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    Stdout,
    File(PathBuf),
    /// The patterns are not written, only counted.
    Discard,
}

impl Input {
    /// Returns the input called `path`. No path, `-` and other names of standard input are that.
    pub fn named(path: Option<PathBuf>) -> Self {
        match path {
            Some(path) if !Standard::Input.is_named_by(&path) => Self::File(path),
            _ => Self::Stdin,
        }
    }

    /// Returns the path of a file.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Stdin => None,
            Self::File(path) => Some(path),
        }
    }

    /// Returns the path of a file, or the path of standard input.
    pub fn path(&self) -> &Path {
        self.file().unwrap_or(Path::new(STDIN))
    }

    /// Checks that standard input, if that is the input, was not closed from the start.
    pub fn check_open(&self) -> Result<()> {
        match self {
            Self::Stdin if startup::stdin_was_closed() => Err(startup::closed("standard input")),
            _ => Ok(()),
        }
    }

    /// Opens the input.
    pub fn open(&self, options: &SourceOptions) -> Result<Source> {
        self.check_open()?;
        match self {
            Self::Stdin => Source::stdin(options),
            Self::File(path) => Source::open(path, options),
        }
    }
}

impl Output {
    /// Returns the output called `path`. No path, `-` and other names of standard output are that.
    pub fn named(path: Option<PathBuf>) -> Self {
        match path {
            Some(path) if !Standard::Output.is_named_by(&path) => Self::File(path),
            _ => Self::Stdout,
        }
    }

    /// Returns the path of a file.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Stdout | Self::Discard => None,
        }
    }

    /// Returns the path of a file, or the path of standard output.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Stdout => Some(Path::new(STDOUT)),
            Self::Discard => None,
        }
    }

    /// Opens the output for the patterns of `source`, which must not be the same file.
    pub fn open(&self, source: &Source, options: SinkOptions) -> Result<Sink> {
        match self {
            Self::Stdout if startup::stdout_was_closed() => Err(startup::closed("standard output")),
            Self::Stdout => Sink::stdout(Some(source), options),
            Self::File(path) => Sink::create(path, Some(source), options),
            Self::Discard => Ok(Sink::discard()),
        }
    }
}
