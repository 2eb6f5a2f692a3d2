//! The files that catalogues and what is made of them are written to, and their formats.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use lognorm_mmap::catalogue::file;
use lognorm_mmap::{
    Compression, ContentType, Error, Overwrite, Result, Sink, SinkOptions, Source, report,
};

use super::looks::Subject;
use crate::about::usage_error;
use crate::endpoint::Input;
use crate::standard_streams::{Standard, is_same};
use crate::values::CatalogueFormat;
use crate::{extensions, startup};

/// The output for a catalogue, or for what is made of one.
#[derive(Clone, Debug)]
pub enum Destination {
    Stdout,
    File {
        path: PathBuf,
        /// The format that the extension promises.
        format: CatalogueFormat,
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
            None => Err("it must end in .tsv, .jsonl or .html, or be -".into()),
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

    /// Returns the format of a catalogue: that of the file, a table on a terminal, and otherwise TSV.
    pub fn format(&self) -> CatalogueFormat {
        match self {
            Self::File { format, .. } => *format,
            Self::Stdout if io::stdout().is_terminal() => CatalogueFormat::Table,
            Self::Stdout => CatalogueFormat::Tsv,
        }
    }

    /// Returns the format that was `asked` for: that of the file, and on standard output any, which is
    /// `otherwise` if none is named.
    ///
    /// # Errors
    ///
    /// A usage error if it is not that of the file.
    pub fn chosen_format(
        &self,
        asked: Option<CatalogueFormat>,
        otherwise: CatalogueFormat,
    ) -> Result<CatalogueFormat, clap::Error> {
        match (self, asked) {
            (Self::File { format, .. }, Some(asked)) if *format != asked => {
                let message = "--format is not that of the extension of FILE; leave --format out";
                Err(usage_error(ErrorKind::ArgumentConflict, message))
            }
            (Self::File { format, .. }, _) => Ok(*format),
            (Self::Stdout, asked) => Ok(asked.unwrap_or(otherwise)),
        }
    }

    /// Checks that none of `inputs` is the file, which would be lost.
    pub fn check_is_none_of<'a>(&self, inputs: impl IntoIterator<Item = &'a Input>) -> Result<()> {
        let Some(file) = self.file() else { return Ok(()) };
        match inputs.into_iter().find(|input| is_same(input.path(), file)) {
            Some(input) => Err(Error::SameFile { path: input.path().to_owned() }),
            None => Ok(()),
        }
    }

    /// Opens the destination, which replaces only such `content` unless `options` say otherwise. It must
    /// not be the file of `source`.
    pub fn open(
        &self,
        content: ContentType,
        source: Option<&Source>,
        options: SinkOptions,
    ) -> Result<Sink> {
        let overwrite = match options.overwrite {
            Overwrite::IfHolding(_) => Overwrite::IfHolding(content),
            overwrite => overwrite,
        };
        // Only OUTPUT is compressed: the extension of a catalogue promises its format.
        let options = SinkOptions { compression: Compression::None, overwrite, ..options };
        match self {
            Self::Stdout if startup::stdout_was_closed() => Err(startup::closed("standard output")),
            Self::Stdout => Sink::stdout(source, options),
            Self::File { path, .. } => Sink::create(path, source, options),
        }
    }
}

/// Returns how a catalogue, or what is made of one, is written: whether it may replace any file.
pub fn sink_options(force: bool) -> SinkOptions {
    let overwrite = if force { Overwrite::Always } else { Overwrite::default() };
    SinkOptions { overwrite, ..SinkOptions::default() }
}

impl CatalogueFormat {
    /// Returns what a catalogue in this format is.
    pub fn subject(self) -> Subject {
        match self {
            Self::Table => Subject::Table,
            Self::Html => Subject::Report,
            Self::Tsv | Self::Jsonl => Subject::Whole,
        }
    }

    /// Returns the content of a file that a catalogue in this format may replace.
    pub fn content(self) -> ContentType {
        match self {
            Self::Html => report::CONTENT,
            Self::Table | Self::Tsv | Self::Jsonl => file::CONTENT,
        }
    }
}
