//! `patterns diff`: the patterns that are new, gone, or more or less frequent than before.

use clap::error::ErrorKind;
use lognorm_mmap::catalogue::{Catalogue, FoldedCatalogue, MergeError, Threshold, diff};
use lognorm_mmap::report::table::Shown;
use lognorm_mmap::{Result, report};

use super::load::{Loaded, load, refused};
use crate::about::usage_error;
use crate::args::DiffArgs;
use crate::endpoint::Input;
use crate::exit::{Failure, Success};
use crate::{printing, signals};

/// Compares two catalogues, folded together if that is asked for, and prints the difference.
pub fn perform(args: DiffArgs) -> Result<Success, Failure> {
    let [old, new] = [args.old, args.new].map(|path| Input::named(Some(path)));
    if old == Input::Stdin && new == Input::Stdin {
        let message = "OLD and NEW are both standard input; name one of them";
        return Err(usage_error(ErrorKind::ArgumentConflict, message).into());
    }
    let _ = signals::set_up(None);
    let (old, new) = (load(&old)?, load(&new)?);
    match args.folding.siblings() {
        None => Ok(compare(&old.catalogue, &new.catalogue, &new, Shown::Example)?),
        Some(siblings) => {
            let folded = FoldedCatalogue::of([&old.catalogue, &new.catalogue], siblings);
            let folded = folded.map_err(|error| match error {
                MergeError::NoWords { .. } => refused(&old.name, &error),
                _ => refused(&new.name, &error),
            })?;
            let [old, folded_new] = folded.each_ref().map(FoldedCatalogue::catalogue);
            Ok(compare(old, folded_new, &new, Shown::Pattern)?)
        }
    }
}

/// Prints the difference between `old` and `new`, which was made of `loaded`.
fn compare(old: &Catalogue, new: &Catalogue, loaded: &Loaded, shown: Shown) -> Result<Success> {
    let difference = diff(old, new, Threshold::default());
    let difference = difference.map_err(|error| refused(&loaded.name, &error))?;
    printing::print(|output| report::diff::write(&difference, shown, output))?;
    Ok(if difference.has_new() { Success::FoundNew } else { Success::Done })
}
