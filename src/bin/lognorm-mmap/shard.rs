//! Parts of what the command line names: of one log, or of a list of logs.

use std::ops::Range;
use std::path::PathBuf;

use clap::error::ErrorKind;
use lognorm_mmap::{Result, Shard};

use crate::about::usage_error;
use crate::endpoint::Input;
use crate::file_list::FileList;
use crate::spooled_names::SpooledNames;

/// The names of logs that come from a list, in order.
pub type ListedNames = Box<dyn Iterator<Item = Result<PathBuf>> + Send>;

/// Checks that `input`, of which there is to be a part, is not standard input.
///
/// # Errors
///
/// A usage error if it is.
pub fn check_input(input: &Input, shard: Option<Shard>) -> Result<(), clap::Error> {
    if *input == Input::Stdin && shard.is_some_and(|shard| !shard.is_whole()) {
        let message =
            "standard input cannot be cut into parts; name the file, or leave --shard out";
        return Err(usage_error(ErrorKind::ArgumentConflict, message));
    }
    Ok(())
}

/// Removes all but the part `shard` of `items`.
pub fn retain<T>(shard: Shard, items: &mut Vec<T>) {
    let part = shard.range(items.len() as u64);
    items.truncate(part.end as usize);
    items.drain(..part.start as usize);
}

/// Returns the logs in the part `shard` of `inputs` and of `list`, which comes after them. A list that
/// is divided has to be read to its end before.
///
/// # Errors
///
/// The list cannot be read.
pub fn part_of(
    shard: Option<Shard>,
    mut inputs: Vec<Input>,
    list: Option<FileList>,
) -> Result<(Vec<Input>, Option<ListedNames>)> {
    let names = list.map(FileList::names).transpose()?;
    let Some(shard) = shard.filter(|shard| !shard.is_whole()) else {
        return Ok((inputs, names.map(|names| Box::new(names) as ListedNames)));
    };
    let Some(names) = names else {
        retain(shard, &mut inputs);
        return Ok((inputs, None));
    };
    let (given, names) = (inputs.len() as u64, SpooledNames::new(names)?);
    let Range { start, end } = shard.range(given + names.count());
    inputs.truncate(end.min(given) as usize);
    inputs.drain(..start.min(given) as usize);
    let listed = start.saturating_sub(given)..end.saturating_sub(given);
    Ok((inputs, Some(Box::new(names.into_part(listed)?))))
}
