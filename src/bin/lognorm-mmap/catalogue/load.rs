//! Reading catalogues.

use std::path::{Path, PathBuf};

use lognorm_mmap::catalogue::file::{self, PatternList, ReadError};
use lognorm_mmap::catalogue::{Catalogue, MergeError};
use lognorm_mmap::text::Printable;
use lognorm_mmap::{Error, Result, SourceOptions};

use crate::endpoint::Input;
use crate::messages::Warnings;

/// A catalogue that was read.
#[derive(Debug)]
pub struct Loaded {
    /// The name of its file in messages.
    pub name: PathBuf,
    pub catalogue: Catalogue,
}

/// Reads the catalogue in `input`, which may be compressed in any format that a log may be.
pub fn load(input: &Input) -> Result<Loaded> {
    let source = input.open(&SourceOptions::default())?;
    let name = source.path().to_owned();
    match file::read(source.into_reader()?) {
        Ok(catalogue) => Ok(Loaded { name, catalogue }),
        Err(error) => Err(unreadable(name, error)),
    }
}

/// Reads the list of patterns in `input`, which may be compressed too. Returns also the name of its
/// file in messages.
pub fn load_list(input: &Input) -> Result<(PathBuf, PatternList)> {
    let source = input.open(&SourceOptions::default())?;
    let name = source.path().to_owned();
    match file::read_list(source.into_reader()?) {
        Ok(list) => Ok((name, list)),
        Err(error) => Err(unreadable(name, error)),
    }
}

/// Passes the catalogues in `input`, which may be several one after the other, to `take`. Only one is
/// in memory at a time.
pub fn load_each(input: &Input, mut take: impl FnMut(&Loaded) -> Result<()>) -> Result<()> {
    let source = input.open(&SourceOptions::default())?;
    let name = source.path().to_owned();
    for catalogue in file::Catalogues::new(source.into_reader()?) {
        let catalogue = catalogue.map_err(|error| unreadable(name.clone(), error))?;
        take(&Loaded { name: name.clone(), catalogue })?;
    }
    Ok(())
}

/// Returns the error that the file called `name` could not be read as a catalogue.
fn unreadable(name: PathBuf, error: ReadError) -> Error {
    match error {
        ReadError::Io(source) => Error::Io { path: name, source },
        error => Error::Catalogue { path: name, reason: error.to_string() },
    }
}

/// Warns if `catalogue`, in the file called `name`, does not name all patterns of its log.
pub fn warn_of_others(name: &Path, catalogue: &Catalogue, warnings: &Warnings) {
    if let Some(others) = catalogue.other() {
        warn_of_unnamed(name, others.count, warnings);
    }
}

/// Warns that the file called `name` does not name the patterns of `count` lines.
pub fn warn_of_unnamed(name: &Path, count: u64, warnings: &Warnings) {
    let name = Printable(name);
    warnings.warn(format_args!(
        "{name}: lines whose patterns are beyond the limit, and are not named: {count}"
    ));
}

/// Returns the error that the catalogue in the file called `name` does not go with another.
pub fn refused(name: &Path, error: &MergeError) -> Error {
    Error::Catalogue { path: name.into(), reason: error.to_string() }
}
