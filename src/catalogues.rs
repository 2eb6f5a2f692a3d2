//! What can be done with catalogues of patterns without a log.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use lognorm_mmap::patterns::file::{self, ReadError};
use lognorm_mmap::patterns::table;
use lognorm_mmap::patterns::{Catalogue, Known, Limits, MergeError, Threshold, diff};
use lognorm_mmap::text::Printable;
use lognorm_mmap::{Error, Result, SinkOptions};

use crate::cli::Patterns;
use crate::destination::{Destination, style};
use crate::messages::Warnings;
use crate::{print, streams};

/// Reads the catalogue in the file at `path`, where `-` is standard input.
pub fn load(path: &Path) -> Result<Catalogue> {
    let is_stdin = path.as_os_str() == "-";
    let path = if is_stdin { Path::new("standard input") } else { path };
    let failed = |source| Error::Io { path: path.into(), source };
    let read = if is_stdin {
        if streams::stdin_was_closed() {
            return Err(streams::closed(path));
        }
        file::read(io::stdin().lock())
    } else {
        file::read(BufReader::new(File::open(path).map_err(failed)?))
    };
    read.map_err(|error| match error {
        ReadError::Io(source) => failed(source),
        error => Error::Catalogue { path: path.into(), reason: error.to_string() },
    })
}

/// Says how many lines of the log of `catalogue`, which is called `name`, have patterns that it
/// does not name, if there are any.
pub fn warn_of_others(name: &Path, catalogue: &Catalogue, warnings: &Warnings) {
    if let Some(others) = catalogue.other() {
        let (name, count) = (Printable(name), others.count);
        warnings.warn(format_args!(
            "{name}: lines whose patterns are beyond the limit, and are not named: {count}"
        ));
    }
}

/// The patterns of the catalogue in the file at `path`, to look others up in. Warns if it does not
/// name all that its log had.
pub fn known(path: &Path, warnings: &Warnings) -> Result<Known> {
    let catalogue = load(path)?;
    warn_of_others(path, &catalogue, warnings);
    Known::new(catalogue).map_err(|error| refused(path, &error))
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
            print::print(|output| writeln!(output, "{difference}"))?;
            Ok(!difference.has_new())
        }
        Patterns::Show { catalogue } => {
            let catalogue = load(&catalogue)?;
            print::print(|output| table::write(&catalogue, style(), output))?;
            Ok(true)
        }
    }
}

fn merge(paths: &[PathBuf], output: &Destination, limits: Limits) -> Result<()> {
    let mut sum = Catalogue::new(limits);
    for path in paths {
        sum.append(&load(path)?).map_err(|error| refused(path, &error))?;
    }
    warn_of_others(output.path(), &sum, &Warnings::Printed);
    let sink = output.open(None, SinkOptions::default())?;
    output.write(&sum, sink)?.commit()
}

/// That the catalogue at `path` does not go with those before it.
fn refused(path: &Path, error: &MergeError) -> Error {
    Error::Catalogue { path: path.into(), reason: error.to_string() }
}
