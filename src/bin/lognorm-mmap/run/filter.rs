//! The filter of a run, from the catalogue that it goes by.

use std::path::Path;

use clap::error::ErrorKind;
use lognorm_mmap::Rules;
use lognorm_mmap::catalogue::file::PatternList;
use lognorm_mmap::catalogue::{Filter, Select};
use lognorm_mmap::text::{Printable, plural_suffix};

use crate::about::usage_error;
use crate::catalogue::load::{Loaded, load, load_list, refused, warn_of_others, warn_of_unnamed};
use crate::exit::Failure;
use crate::messages::Warnings;
use crate::plan::Filtered;

/// Reads the catalogue of a filter. Warns if it does not name all patterns of its log, or if it is not
/// the whole catalogue.
///
/// # Errors
///
/// A usage error if other rules were asked for than those of the catalogue, or if they are not known.
pub fn filter(filtered: &Filtered, warnings: &Warnings) -> Result<Filter, Failure> {
    match filtered.select {
        Select::New => {
            let Loaded { name, catalogue } = load(&filtered.catalogue)?;
            warn_of_others(&name, &catalogue, warnings);
            let filter =
                Filter::new(catalogue, Select::New).map_err(|error| refused(&name, &error))?;
            check_rules(filtered, &name, filter.rules())?;
            Ok(filter)
        }
        Select::Listed => {
            let (name, list) = load_list(&filtered.catalogue)?;
            let rules = rules_of_list(filtered, &name, &list)?;
            check_rules(filtered, &name, rules)?;
            warn_of_list(&name, &list, warnings);
            Filter::of_list(list, rules).map_err(|error| refused(&name, &error).into())
        }
    }
}

fn warn_of_list(name: &Path, list: &PatternList, warnings: &Warnings) {
    if !list.is_whole() {
        let (name, count) = (Printable(name), list.patterns());
        let s = plural_suffix(count as u64);
        warnings.warn(format_args!(
            "{name}: not a whole catalogue; taken as a list of {count} pattern{s}"
        ));
    }
    if list.others() > 0 {
        warn_of_unnamed(name, list.others(), warnings);
    }
}

/// Returns the rules of `list`, or if it does not tell them, those that were asked for.
fn rules_of_list(filtered: &Filtered, name: &Path, list: &PatternList) -> Result<Rules, Failure> {
    let rules = list.rules().map(|made_by| made_by.rules).or(filtered.rules);
    rules.ok_or_else(|| {
        let (option, name) = (filtered.option(), Printable(name));
        let message = format!(
            "{option} needs --rules beside it: neither a header nor the examples of {name} tell by \
             which rules its patterns were made"
        );
        usage_error(ErrorKind::MissingRequiredArgument, message).into()
    })
}

/// Checks that no other rules were asked for than `rules`, which made the catalogue called `name`.
fn check_rules(filtered: &Filtered, name: &Path, rules: Rules) -> Result<(), Failure> {
    let Some(asked) = filtered.rules.filter(|&asked| asked != rules) else { return Ok(()) };
    let (option, asked) = (filtered.option(), asked.name());
    let (name, rules) = (Printable(name), rules.title());
    let message = format!(
        "--rules {asked} does not go with {option}: {name} was made by the {rules}; \
         leave --rules out"
    );
    Err(usage_error(ErrorKind::ArgumentConflict, message).into())
}
