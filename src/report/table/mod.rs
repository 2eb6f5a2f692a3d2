//! A catalogue as a table for people, as wide as their terminal.
//!
//! ```text
//!  COUNT   SHARE  WHERE IN THE LOG      EXAMPLE
//! 461776  6.98 %  ▆▇▇█▇▇▇▆▇▇▇▇█▇▇▇▇▆▇▇  03-17 16:13:38.936  1702 14638 D PowerManagerService: r…
//! ```

mod bar;

use std::io::{self, Write};

use crate::catalogue::{Catalogue, LOG_PARTS, Row};
use crate::text::{plural_suffix, push_cell};
use bar::push_bar;

/// The escape sequences of colours.
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const CYAN: &str = "\x1b[36m";
const PLAIN: &str = "\x1b[0m";

/// The least width at which there is room for an example beside a full bar.
const WIDE: usize = 120;
/// The least width at which there is a bar, of half the width.
const NARROW: usize = 70;
/// The least width that a text is cut to, however narrow the terminal is.
const MIN_TEXT: usize = 10;

/// The terminal that a table is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Its width in columns.
    pub width: usize,
    /// Whether it shows colours.
    pub colour: bool,
}

/// The text that stands for a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A line that has the pattern.
    Example,
    /// The pattern itself: what a folded catalogue has joined is only seen in it.
    Pattern,
}

impl Shown {
    /// Returns the text of `row`, which is not the row of others.
    pub(super) fn text<'a>(self, row: &'a Row<'_>) -> &'a [u8] {
        match self {
            Self::Example => &row.example,
            Self::Pattern => row.pattern.as_deref().unwrap_or_default(),
        }
    }
}

/// Writes `catalogue`, folded or not, as a table, a line at a time: `output` should be buffered.
///
/// The bar shows how many lines of a pattern start in each part of the log, in proportion to the
/// part that has most. A catalogue from a file of an older version has none.
/// Control characters are shown as `\t`, `\x1B` and the like, so that no log moves the cursor.
///
/// # Errors
///
/// Returns the errors of `output`.
pub fn write(
    catalogue: &Catalogue,
    shown: Shown,
    style: Style,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let rows = catalogue.rows().map_err(|_| io::ErrorKind::OutOfMemory)?;
    let layout = Layout::new(&rows, shown, style);
    let mut line = String::new();
    layout.push_head(&mut line);
    output.write_all(line.as_bytes())?;
    for row in &rows {
        line.clear();
        layout.push_row(row, catalogue, &mut line);
        output.write_all(line.as_bytes())?;
    }
    line.clear();
    layout.push_sum(catalogue, &mut line);
    output.write_all(line.as_bytes())?;
    output.flush()
}

/// The widths of the table and its columns. A column of width 0 is left out.
struct Layout {
    width: usize,
    count: usize,
    bar: usize,
    text: usize,
    shown: Shown,
    colour: bool,
}

impl Layout {
    /// The width of `100.00 %`.
    const SHARE: usize = 8;
    /// The number of spaces between columns.
    const GAP: usize = 2;

    fn new(rows: &[Row<'_>], shown: Shown, style: Style) -> Self {
        let digits = rows.iter().map(|row| grouped(row.count).len()).max().unwrap_or(0);
        let count = digits.max("COUNT".len());
        let has_bars = rows.iter().any(|row| row.has_histogram());
        let bar = match style.width {
            _ if !has_bars => 0,
            WIDE.. => LOG_PARTS,
            NARROW.. => LOG_PARTS / 2,
            _ => 0,
        };
        let taken = count + Self::GAP + Self::SHARE + Self::GAP;
        let taken = taken + if bar > 0 { bar + Self::GAP } else { 0 };
        let text = style.width.saturating_sub(taken).max(MIN_TEXT);
        Self { width: style.width, count, bar, text, shown, colour: style.colour }
    }

    fn push_head(&self, line: &mut String) {
        let (count, share) = (self.count, Self::SHARE);
        let mut head = format!("{:>count$}  {:>share$}  ", "COUNT", "SHARE");
        if self.bar > 0 {
            head.push_str(&format!("{:<bar$}  ", "WHERE IN THE LOG", bar = self.bar));
        }
        head.push_str(match self.shown {
            Shown::Example => "EXAMPLE",
            Shown::Pattern => "PATTERN",
        });
        self.push_coloured(BOLD, &head, line);
        line.push('\n');
    }

    fn push_row(&self, row: &Row<'_>, catalogue: &Catalogue, line: &mut String) {
        let (count, share) = (self.count, percent(row.share(catalogue.lines())));
        line.push_str(&format!("{:>count$}  {share:>8}  ", grouped(row.count)));
        if self.bar > 0 {
            let mut bar = String::new();
            let parts = row.parts(catalogue.bytes());
            push_bar(&parts.unwrap_or([0.0; LOG_PARTS]), self.bar, &mut bar);
            self.push_coloured(CYAN, &bar, line);
            line.push_str("  ");
        }
        if row.pattern.is_some() {
            push_cell(self.shown.text(row), self.text, line);
        } else {
            let mut cell = String::new();
            push_cell(b"(all other patterns, beyond the limits)", self.text, &mut cell);
            self.push_coloured(DIM, &cell, line);
        }
        line.push('\n');
    }

    fn push_sum(&self, catalogue: &Catalogue, line: &mut String) {
        let counted = |count, noun| format!("{} {noun}{}", grouped(count), plural_suffix(count));
        let lines = counted(catalogue.lines(), "line");
        let mut sum = format!("{lines}, {}", counted(catalogue.patterns() as u64, "pattern"));
        if let Some(other) = catalogue.other() {
            let lines = counted(other.count, "line");
            sum.push_str(&format!(", and {lines} of others, beyond the limits"));
        }
        let mut cell = String::new();
        push_cell(sum.as_bytes(), self.width, &mut cell);
        self.push_coloured(DIM, &cell, line);
        line.push('\n');
    }

    fn push_coloured(&self, colour: &str, text: &str, line: &mut String) {
        if self.colour {
            line.extend([colour, text, PLAIN]);
        } else {
            line.push_str(text);
        }
    }
}

/// Returns `number` with commas between groups of three digits: `1,234,567`.
fn grouped(number: u64) -> String {
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

/// Returns `share` in per cent, in at most 8 characters. Only zero is shown as zero.
fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent > 0.0 && percent < 0.001 => "<0.001 %".into(),
        percent if percent < 1.0 => format!("{percent:.3} %"),
        percent => format!("{percent:.2} %"),
    }
}

#[cfg(test)]
mod tests;
