//! `patterns merge`: the catalogue of several logs, from those of each.
//!
//! One catalogue is open and in memory at a time, beside the sum, so that there may be very many.

use std::io;
use std::mem;
use std::path::PathBuf;

use clap::error::ErrorKind;
use lognorm_mmap::catalogue::{Catalogue, Limits, MAX_EXAMPLES};
use lognorm_mmap::{Error, Result, Rules};

use super::destination::{Destination, sink_options};
use super::load::{load_each, refused, warn_of_others};
use super::looks::Looks;
use super::write::{WrittenCatalogue, title};
use crate::about::usage_error;
use crate::args::MergeArgs;
use crate::endpoint::Input;
use crate::exit::{Failure, Success};
use crate::file_list::{FileList, Names};
use crate::messages::Warnings;
use crate::signals;

/// Adds up the catalogues and writes the sum.
pub fn perform(args: MergeArgs) -> Result<Success, Failure> {
    let MergeArgs { catalogues, list, output, max_patterns, looks, force } = args;
    let list = list.list();
    let is_stdin = |path: &PathBuf| Input::named(Some(path.clone())) == Input::Stdin;
    let list_is_stdin = list.as_ref().is_some_and(|list| list.input == Input::Stdin);
    if catalogues.iter().filter(|path| is_stdin(path)).count() + usize::from(list_is_stdin) > 1 {
        let message = "more than one CATALOGUE or list is standard input; name the others";
        return Err(usage_error(ErrorKind::ArgumentConflict, message).into());
    }
    let output = output.unwrap_or(Destination::Stdout);
    let looks = Looks::new(looks, output.format().subject())?;
    let _ = signals::set_up(None);
    let limits = max_patterns.map_or(Limits::NONE, |max| Limits {
        examples: MAX_EXAMPLES,
        ..Limits::of_patterns(max as usize)
    });
    // Before the catalogues are read, so that a wrong output is told of before the work.
    let sink = output.open(output.format().content(), None, sink_options(force))?;
    let listed = list.map(FileList::names).transpose()?;
    let (sum, count) = sum(&catalogues, listed, limits)?;
    warn_of_others(output.path(), &sum, &Warnings::Printed);
    let title = title(&catalogues, count, "catalogues");
    let format = output.format();
    let written =
        WrittenCatalogue { catalogue: &sum, format, looks, title: &title, lines_after: 0 };
    written.write(sink)?.commit()?;
    Ok(Success::Done)
}

/// Adds up the catalogues that are named, and then those in the list. Returns the number of files.
fn sum(
    catalogues: &[PathBuf],
    listed: Option<Names>,
    limits: Limits,
) -> Result<(Catalogue, usize)> {
    // The sum of nothing takes the rules of the first catalogue that is added.
    let mut sum = Catalogue::new(Rules::default(), limits);
    let list = listed.as_ref().map(|names| names.path().to_owned());
    let (mut count, mut is_stdin_read) = (0, false);
    for path in catalogues.iter().cloned().map(Ok).chain(listed.into_iter().flatten()) {
        let input = Input::named(Some(path?));
        // Nothing is left to read the second time.
        if input == Input::Stdin && mem::replace(&mut is_stdin_read, true) {
            return Err(failed("standard input".into(), "is in the list, and was read before"));
        }
        load_each(&input, |next| {
            sum.append(&next.catalogue).map_err(|error| refused(&next.name, &error))
        })?;
        count += 1;
    }
    match list {
        Some(list) if count == 0 => Err(failed(list, "names no catalogue")),
        _ => Ok((sum, count)),
    }
}

fn failed(path: PathBuf, reason: &str) -> Error {
    Error::Io { path, source: io::Error::new(io::ErrorKind::InvalidInput, reason) }
}
