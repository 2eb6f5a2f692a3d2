//! `patterns merge`: the catalogue of several logs, from those of each.

use clap::error::ErrorKind;
use lognorm_mmap::catalogue::{Catalogue, Limits};
use lognorm_mmap::{Overwrite, Result, Rules, SinkOptions};

use super::destination::Destination;
use super::load::{load, refused, warn_of_others};
use crate::about::usage_error;
use crate::args::MergeArgs;
use crate::endpoint::Input;
use crate::exit::{Failure, Success};
use crate::messages::Warnings;
use crate::signals;

/// Adds up the catalogues and writes the sum.
pub fn perform(args: MergeArgs) -> Result<Success, Failure> {
    let MergeArgs { catalogues, output, max_patterns, force } = args;
    let inputs: Vec<_> = catalogues.into_iter().map(|path| Input::named(Some(path))).collect();
    if inputs.iter().filter(|input| **input == Input::Stdin).count() > 1 {
        let message = "more than one CATALOGUE is standard input; name the others";
        return Err(usage_error(ErrorKind::ArgumentConflict, message).into());
    }
    let _ = signals::set_up(None);
    let limits = max_patterns.map_or(Limits::NONE, |max| Limits::of_patterns(max as usize));
    let output = output.unwrap_or(Destination::Stdout);
    merge(&inputs, &output, limits, force)?;
    Ok(Success::Done)
}

fn merge(inputs: &[Input], output: &Destination, limits: Limits, force: bool) -> Result<()> {
    let overwrite = if force { Overwrite::Always } else { Overwrite::default() };
    // Before the catalogues are read, so that a wrong output is told of before the work.
    let sink = output.open(None, SinkOptions { overwrite, ..SinkOptions::default() })?;
    // The sum of nothing takes the rules of the first catalogue that is added.
    let mut sum = Catalogue::new(Rules::default(), limits);
    for input in inputs {
        let next = load(input)?;
        sum.append(&next.catalogue).map_err(|error| refused(&next.name, &error))?;
    }
    warn_of_others(output.path(), &sum, &Warnings::Printed);
    output.write(&sum, sink)?.commit()
}
