//! What can be done with catalogues of patterns without a log.

pub mod destination;

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use lognorm_mmap::catalogue::file::{self, ReadError};
use lognorm_mmap::catalogue::{Catalogue, Known, Limits, MergeError, Threshold, diff};
use lognorm_mmap::report::table;
use lognorm_mmap::text::Printable;
use lognorm_mmap::{Error, Overwrite, Result, Rules, SinkOptions, Source, SourceOptions};

use crate::about;
use crate::args::Patterns;
use crate::messages::Warnings;
use crate::standard_streams::Standard;
use crate::{printing, startup};
use destination::{Destination, style};

/// Checks that no two catalogues that `command` reads are to come out of one stream.
///
/// # Errors
///
/// A usage error.
pub fn check(command: &Patterns) -> Result<(), clap::Error> {
    let conflict = |message| Err(about::command().error(ErrorKind::ArgumentConflict, message));
    match command {
        Patterns::Diff { old, new }
            if Standard::Input.is_named_by(old) && Standard::Input.is_named_by(new) =>
        {
            conflict("OLD and NEW are both standard input; name one of them")
        }
        Patterns::Merge { catalogues, .. }
            if catalogues.iter().filter(|path| Standard::Input.is_named_by(path)).count() > 1 =>
        {
            conflict("more than one CATALOGUE is standard input; name the others")
        }
        _ => Ok(()),
    }
}

/// Reads the catalogue in the file at `path`, where `-` is standard input. It may be compressed in
/// any format that a log may.
pub fn load(path: &Path) -> Result<Catalogue> {
    let source = match Standard::Input.is_named_by(path) {
        true if startup::stdin_was_closed() => return Err(startup::closed("standard input")),
        true => Source::stdin(&SourceOptions::default())?,
        false => Source::open(path, &SourceOptions::default())?,
    };
    let path = source.path().to_owned();
    let read = file::read(source.into_reader()?);
    read.map_err(|error| match error {
        ReadError::Io(source) => Error::Io { path, source },
        error => Error::Catalogue { path, reason: error.to_string() },
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
        Patterns::Merge { catalogues, output, max_patterns, force } => {
            let limits =
                max_patterns.map_or(Limits::NONE, |most| Limits::of_patterns(most as usize));
            let overwrite = if force { Overwrite::Always } else { Overwrite::default() };
            let options = SinkOptions { overwrite, ..SinkOptions::default() };
            merge(&catalogues, &output.unwrap_or(Destination::Stdout), limits, options)?;
            Ok(true)
        }
        Patterns::Diff { old: old_path, new: new_path } => {
            let (old, new) = (load(&old_path)?, load(&new_path)?);
            let difference = diff(&old, &new, Threshold::default());
            let difference = difference.map_err(|error| refused(&new_path, &error))?;
            printing::print(|output| writeln!(output, "{difference}"))?;
            Ok(!difference.has_new())
        }
        Patterns::Show { catalogue } => {
            let catalogue = load(&catalogue)?;
            printing::print(|output| table::write(&catalogue, style(), output))?;
            Ok(true)
        }
    }
}

fn merge(
    paths: &[PathBuf],
    output: &Destination,
    limits: Limits,
    options: SinkOptions,
) -> Result<()> {
    // First, so that what is wrong with it is seen before the work.
    let sink = output.open(None, options)?;
    let mut sum = Catalogue::new(Rules::default(), limits);
    for path in paths {
        sum.append(&load(path)?).map_err(|error| refused(path, &error))?;
    }
    warn_of_others(output.path(), &sum, &Warnings::Printed);
    output.write(&sum, sink)?.commit()
}

/// That the catalogue at `path` does not go with those before it.
fn refused(path: &Path, error: &MergeError) -> Error {
    Error::Catalogue { path: path.into(), reason: error.to_string() }
}
