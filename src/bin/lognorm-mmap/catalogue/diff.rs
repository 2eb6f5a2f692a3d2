//! `patterns diff`: the patterns that are new, gone, or more or less frequent than before.

use clap::error::ErrorKind;
use lognorm_mmap::catalogue::{Threshold, diff};

use super::load::{load, refused};
use crate::about::usage_error;
use crate::args::DiffArgs;
use crate::endpoint::Input;
use crate::exit::{Failure, Success};
use crate::{printing, signals};

/// Compares two catalogues and prints the difference.
pub fn perform(args: DiffArgs) -> Result<Success, Failure> {
    let [old, new] = [args.old, args.new].map(|path| Input::named(Some(path)));
    if old == Input::Stdin && new == Input::Stdin {
        let message = "OLD and NEW are both standard input; name one of them";
        return Err(usage_error(ErrorKind::ArgumentConflict, message).into());
    }
    let _ = signals::set_up(None);
    let (old, new) = (load(&old)?, load(&new)?);
    let difference = diff(&old.catalogue, &new.catalogue, Threshold::default());
    let difference = difference.map_err(|error| refused(&new.name, &error))?;
    printing::print(|output| writeln!(output, "{difference}"))?;
    Ok(if difference.has_new() { Success::FoundNew } else { Success::Done })
}
