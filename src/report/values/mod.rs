//! The values in an example: the parts of it that its pattern has `*`, `Y` or `X` for.
//!
//! They are found by going through the example and the pattern side by side, as the rules do. If the
//! two do not go together to the end, there are no values: a wrong mark misleads, and none does not.
//! An example that was cut needs to go with the beginning of its pattern only.

mod shape;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;

use crate::catalogue::MAX_EXAMPLE_LEN;
use crate::rules::Rules;

/// The number of last bytes that an example may lack because they are the beginning of a character.
const MAX_BEGINNING: usize = 3;

/// Returns where the values of `example` are, in order, if it has `pattern` by `rules`. The pattern
/// may be folded.
///
/// Takes time linear in the example, however long the pattern is.
pub(crate) fn values(example: &[u8], pattern: &[u8], rules: Rules) -> Vec<Range<usize>> {
    let end = if example.len() + MAX_BEGINNING < MAX_EXAMPLE_LEN { End::Line } else { End::Cut };
    let values = match rules {
        Rules::Shape => shape::values(example, pattern, end),
        Rules::Words => words::values(example, pattern, end),
    };
    values.unwrap_or_default()
}

/// What the end of an example is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The end of the line.
    Line,
    /// The line may go on.
    Cut,
}
