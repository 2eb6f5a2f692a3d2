//! What can be done with catalogues of patterns without a log.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

use lognorm_mmap::patterns::file::{self, ReadError};
use lognorm_mmap::patterns::table;
use lognorm_mmap::patterns::{Catalogue, Known, Limits, MergeError, Threshold, diff};
use lognorm_mmap::{Error, Result};

use crate::cli::Patterns;
use crate::destination::{Destination, style};

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
