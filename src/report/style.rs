//! The terminal that tables are written for, its colours and columns, and figures for people.

use crate::text::{plural_suffix, push_cell};

/// What a table is written for: a terminal, or a file or a pipe that has no colours and no limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The width in columns.
    pub width: usize,
    /// The most rows that are shown.
    pub max_rows: usize,
    /// Whether there are colours.
    pub colour: bool,
}

/// A colour of a text, readable on dark and light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    Bold,
    Dim,
    Cyan,
    Green,
    Red,
    Magenta,
}

/// Ends what [`Colour::Dim`] begins, and leaves the colour as it is.
pub(super) const NOT_DIM: &str = "\x1b[22m";
/// Ends all colours.
pub(super) const PLAIN: &str = "\x1b[0m";

impl Colour {
    /// Returns the escape sequence that begins it.
    pub(super) fn sequence(self) -> &'static str {
        match self {
            Self::Bold => "\x1b[1m",
            Self::Dim => "\x1b[2m",
            Self::Cyan => "\x1b[36m",
            Self::Green => "\x1b[32m",
            Self::Red => "\x1b[31m",
            Self::Magenta => "\x1b[35m",
        }
    }
}

impl Style {
    /// The least width at which there is room for a text beside all columns.
    pub(super) const WIDE: usize = 120;
    /// The least width at which there are columns that can be done without.
    pub(super) const NARROW: usize = 70;

    /// Appends `text` to `line`, in `colour` if there are colours.
    pub(super) fn push(self, colour: Colour, text: &str, line: &mut String) {
        if self.colour {
            line.extend([colour.sequence(), text, PLAIN]);
        } else {
            line.push_str(text);
        }
    }

    /// Appends a line that is no row.
    pub(super) fn push_note(self, note: &str, line: &mut String) {
        let mut cell = String::new();
        push_cell(note.as_bytes(), self.width, &mut cell);
        self.push(Colour::Dim, &cell, line);
        line.push('\n');
    }

    /// Appends the line that says what was left out: `more`, and `detail` if there is room for it.
    pub(super) fn push_more(self, more: &str, detail: &str, line: &mut String) {
        let long = format!("{more}{detail}: {HOW_TO_SEE_MORE}");
        let short = format!("{more}: {HOW_TO_SEE_MORE}");
        self.push_note(if long.len() <= self.width { &long } else { &short }, line);
    }
}

/// The number of spaces between columns.
pub(super) const GAP: usize = 2;

/// The least width that a text is cut to, however narrow the terminal is.
pub(super) const MIN_TEXT: usize = 10;

/// The title of a column of bars.
pub(super) const PLACES: &str = "WHERE IN THE LOG";

/// Says how to see what was left out. Options of the command line are named here, because there is
/// no other way in which a table is made shorter.
const HOW_TO_SEE_MORE: &str = "--top N shows more, --top 0 all";

/// Returns `number` with commas between groups of three digits: `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Returns the number and the noun, in the plural unless it is one.
pub(super) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), plural_suffix(count))
}

/// The greatest width of what [`percent`] returns.
pub(super) const PERCENT_WIDTH: usize = "100.00 %".len();

/// Returns `share` in per cent. Only zero is shown as zero.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent > 0.0 && percent < 0.001 => "<0.001 %".into(),
        percent if percent < 1.0 => format!("{percent:.3} %"),
        percent => format!("{percent:.2} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_for_people() {
        assert_eq!([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        let shares = [0.0, 1e-9, 0.00001, 0.0099, 0.01, 1.0].map(percent);
        assert_eq!(shares, ["0.000 %", "<0.001 %", "0.001 %", "0.990 %", "1.00 %", "100.00 %"]);
    }
}
