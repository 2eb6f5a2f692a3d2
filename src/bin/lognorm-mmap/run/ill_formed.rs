//! The warning about a log that is not well-formed in its encoding.

use std::path::Path;

use lognorm_mmap::Outcome;
use lognorm_mmap::text::Printable;

use crate::messages::Warnings;

/// Warns if the log called `name` has units of UTF-16 that are not well-formed.
pub fn warn_of_ill_formed(name: &Path, outcome: &Outcome, warnings: &Warnings) {
    if outcome.is_ill_formed {
        let name = Printable(name);
        warnings.warn(format_args!(
            "{name}: has units that are not well-formed UTF-16, and are read as U+FFFD"
        ));
    }
}
