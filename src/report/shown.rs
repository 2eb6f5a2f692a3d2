//! The text that stands for a pattern in a table: an example, or the pattern, with dim values.

use std::ops::Range;

use super::style::{Colour, NOT_DIM, Style};
use super::values::values;
use crate::catalogue::Row;
use crate::rules::{Rules, is_break};
use crate::text::{Marks, push_marked_cell};

/// The text that stands for a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A line that has the pattern.
    Example,
    /// The pattern itself: what a folded catalogue has joined is only seen in it.
    Pattern,
}

impl Shown {
    /// Returns the title of a column of such texts.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Example => "EXAMPLE",
            Self::Pattern => "PATTERN",
        }
    }

    /// Appends the text of `row`, which is by `rules` and not the row of others, in at most `width`
    /// columns. If there are colours, the values in it are dim, but not those in an example of the
    /// shape rules, of which nearly all is values.
    pub(super) fn push(
        self,
        row: &Row<'_>,
        rules: Rules,
        width: usize,
        style: Style,
        line: &mut String,
    ) {
        let pattern = row.pattern.as_deref().unwrap_or_default();
        let text = match self {
            Self::Example => &*row.example,
            Self::Pattern => pattern,
        };
        let values = match (self, rules) {
            _ if !style.colour => Vec::new(),
            (Self::Pattern, _) => values_in_pattern(pattern, rules),
            (Self::Example, Rules::Words) => values(text, pattern, rules),
            (Self::Example, Rules::Shape) => Vec::new(),
        };
        let marks = Marks { ranges: &values, on: Colour::Dim.sequence(), off: NOT_DIM };
        push_marked_cell(text, marks, width, line);
    }
}

/// Returns where the bytes that stand for values are in `pattern`.
fn values_in_pattern(pattern: &[u8], rules: Rules) -> Vec<Range<usize>> {
    let is_value = |&index: &usize| match rules {
        Rules::Shape => matches!(pattern[index], b'X' | b'Y'),
        Rules::Words => {
            let is_edge = |byte: Option<&u8>| byte.is_none_or(|&byte| is_break(byte));
            let before = index.checked_sub(1).and_then(|before| pattern.get(before));
            pattern[index] == b'*' && is_edge(before) && is_edge(pattern.get(index + 1))
        }
    };
    (0..pattern.len()).filter(is_value).map(|index| index..index + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Limits;
    use crate::catalogue::tests::catalogue_by;

    #[test]
    fn values_are_dim_where_they_tell_something() {
        let text = |log: &[u8], rules, shown: Shown, colour| {
            let catalogue = catalogue_by(rules, log, 100, Limits::default());
            let (mut line, style) = (String::new(), Style { width: 80, max_rows: 1, colour });
            shown.push(&catalogue.rows().unwrap()[0], rules, 9, style, &mut line);
            line
        };
        let (words, shape) = (Rules::Words, Rules::Shape);
        let dim = |text| format!("\x1b[2m{text}\x1b[22m");
        let log = b"ran 12 ms or so\n";
        assert_eq!(text(log, words, Shown::Example, true), format!("ran {} m…", dim("12")));
        assert_eq!(text(log, words, Shown::Pattern, true), format!("ran {} ms…", dim("*")));
        assert_eq!(text(log, words, Shown::Example, false), "ran 12 m…");
        assert_eq!(text(log, shape, Shown::Example, true), "ran 12 m…");
        assert_eq!(text(b"(a)", shape, Shown::Pattern, true), format!("({})", dim("X")));
    }

    #[test]
    fn a_value_is_a_whole_token_of_the_word_rules_and_a_letter_of_the_shape_rules() {
        let starts = |pattern: &str, rules| {
            let ranges = values_in_pattern(pattern.as_bytes(), rules);
            ranges.into_iter().map(|range| range.start).collect::<Vec<_>>()
        };
        assert_eq!(starts("* took * ms (*), a* ** *.log x=*", Rules::Words), [0, 7, 13, 31]);
        assert_eq!(starts("Y-Y (X) é *", Rules::Shape), [0, 2, 5]);
    }
}
