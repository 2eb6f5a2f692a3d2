//! A catalogue as a table for people, as wide as their terminal.
//!
//! ```text
//!  COUNT   SHARE  WHERE IN THE LOG      EXAMPLE
//! 461776  6.98 %  ▆▇▇█▇▇▇▆▇▇▇▇█▇▇▇▇▆▇▇  03-17 16:13:38.936  1702 14638 D PowerManagerService: r…
//! ```

mod bar;

use std::io::{self, Write};

use crate::catalogue::COLUMNS;
use crate::catalogue::Catalogue;
use crate::catalogue::Row;
use crate::text::plural_suffix;
use crate::text::push_cell;
use bar::push_bar;

/// Colours, as a terminal takes them.
const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const CYAN: &str = "\x1b[36m";
const PLAIN: &str = "\x1b[0m";

/// The least width at which an example beside a full bar still says something.
const WIDE: usize = 120;
/// The least width at which there is a bar, of half the columns.
const NARROW: usize = 70;
/// An example is not cut to less, in however narrow a terminal.
const LEAST_EXAMPLE: usize = 10;

/// What the table is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether it may be sent colours.
    pub colour: bool,
}

/// Writes `catalogue` as a table, a line at a time: `output` should be buffered.
///
/// The bar shows where in the log the lines of a pattern start, by bytes, and how many of them
/// compared to where it has most. It is left out for a catalogue that was read from a file.
/// Control characters are shown as `\t`, `\x1B` and the like, so that no log moves the cursor.
///
/// # Errors
///
/// Those of `output`.
pub fn write(
    catalogue: &Catalogue,
    style: Style,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let rows = catalogue.rows().map_err(|_| io::ErrorKind::OutOfMemory)?;
    let layout = Layout::new(&rows, style);
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

/// How wide the table and its columns are. One that is 0 wide is left out.
struct Layout {
    width: usize,
    count: usize,
    bar: usize,
    example: usize,
    colour: bool,
}

impl Layout {
    /// As wide as `    SHARE`, and so many spaces are before and between columns.
    const SHARE: usize = 8;
    const GAP: usize = 2;

    fn new(rows: &[Row<'_>], style: Style) -> Self {
        let digits = rows.iter().map(|row| grouped(row.count).len()).max().unwrap_or(0);
        let count = digits.max("COUNT".len());
        let has_bars = rows.iter().any(|row| row.has_histogram());
        let bar = match style.width {
            _ if !has_bars => 0,
            WIDE.. => COLUMNS,
            NARROW.. => COLUMNS / 2,
            _ => 0,
        };
        let taken = count + Self::GAP + Self::SHARE + Self::GAP;
        let taken = taken + if bar > 0 { bar + Self::GAP } else { 0 };
        let example = style.width.saturating_sub(taken).max(LEAST_EXAMPLE);
        Self { width: style.width, count, bar, example, colour: style.colour }
    }

    fn push_head(&self, line: &mut String) {
        let where_ = if self.bar > 0 { "WHERE IN THE LOG" } else { "" };
        let (count, share) = (self.count, Self::SHARE);
        let mut head = format!("{:>count$}  {:>share$}  ", "COUNT", "SHARE");
        if self.bar > 0 {
            head.push_str(&format!("{where_:<bar$}  ", bar = self.bar));
        }
        head.push_str("EXAMPLE");
        self.push_coloured(BOLD, &head, line);
        line.push('\n');
    }

    fn push_row(&self, row: &Row<'_>, catalogue: &Catalogue, line: &mut String) {
        let (count, share) = (self.count, percent(row.share(catalogue.lines())));
        line.push_str(&format!("{:>count$}  {share:>8}  ", grouped(row.count)));
        if self.bar > 0 {
            let mut bar = String::new();
            let columns = row.columns(catalogue.bytes());
            push_bar(&columns.unwrap_or([0.0; COLUMNS]), self.bar, &mut bar);
            self.push_coloured(CYAN, &bar, line);
            line.push_str("  ");
        }
        if row.pattern.is_some() {
            push_cell(&row.example, self.example, line);
        } else {
            let mut cell = String::new();
            push_cell(b"(all other patterns, beyond the limits)", self.example, &mut cell);
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

/// `1234567` as `1,234,567`.
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

/// A share in per cent, in no more than 8 characters. What is not none is not shown as none.
fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent > 0.0 && percent < 0.001 => "<0.001 %".into(),
        percent if percent < 1.0 => format!("{percent:.3} %"),
        percent => format!("{percent:.2} %"),
    }
}

#[cfg(test)]
mod tests;
