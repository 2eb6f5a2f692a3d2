//! A catalogue as a table for people, as wide as their terminal.
//!
//! ```text
//!  COUNT   SHARE  WHERE IN THE LOG      EXAMPLE
//! 461776  6.98 %  ▆▇▇█▇▇▇▆▇▇▇▇█▇▇▇▇▆▇▇  03-17 16:13:38.936  1702 14638 D PowerManagerService: r…
//! ```

mod bar;

use std::io::{self, Write};

use super::Shown;
use super::style::{Colour, HOW_TO_SEE_MORE, PERCENT_WIDTH, Style, grouped, percent};
use crate::catalogue::{Catalogue, LOG_PARTS, Row};
use crate::text::{plural_suffix, push_cell};
use bar::push_bar;

/// The least width that a text is cut to, however narrow the terminal is.
const MIN_TEXT: usize = 10;

/// The number of lines of a table that are no rows, if not all are shown: its head, the line that says
/// how many more there are, and the line that sums up.
pub const LINES_BESIDE_ROWS: usize = 3;

/// Writes `catalogue`, folded or not, as a table, a line at a time: `output` should be buffered.
///
/// The rows that `style` has no room for are left out, the least frequent first, and a line says how
/// many they are.
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
    let mut rows = catalogue.rows().map_err(|_| io::ErrorKind::OutOfMemory)?;
    rows.truncate(style.max_rows);
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
    layout.push_more(&rows, catalogue, &mut line);
    layout.push_sum(catalogue, &mut line);
    output.write_all(line.as_bytes())?;
    output.flush()
}

/// The widths of the columns. A column of width 0 is left out.
struct Layout {
    style: Style,
    count: usize,
    bar: usize,
    text: usize,
    shown: Shown,
}

impl Layout {
    /// The number of spaces between columns.
    const GAP: usize = 2;

    fn new(rows: &[Row<'_>], shown: Shown, style: Style) -> Self {
        let digits = rows.iter().map(|row| grouped(row.count).len()).max().unwrap_or(0);
        let count = digits.max("COUNT".len());
        let has_bars = rows.iter().any(|row| row.has_histogram());
        let bar = match style.width {
            _ if !has_bars => 0,
            Style::WIDE.. => LOG_PARTS,
            Style::NARROW.. => LOG_PARTS / 2,
            _ => 0,
        };
        let taken = count + Self::GAP + PERCENT_WIDTH + Self::GAP;
        let taken = taken + if bar > 0 { bar + Self::GAP } else { 0 };
        let text = style.width.saturating_sub(taken).max(MIN_TEXT);
        Self { style, count, bar, text, shown }
    }

    fn push_head(&self, line: &mut String) {
        let count = self.count;
        let mut head = format!("{:>count$}  {:>PERCENT_WIDTH$}  ", "COUNT", "SHARE");
        if self.bar > 0 {
            head.push_str(&format!("{:<bar$}  ", "WHERE IN THE LOG", bar = self.bar));
        }
        head.push_str(self.shown.title());
        self.style.push(Colour::Bold, &head, line);
        line.push('\n');
    }

    fn push_row(&self, row: &Row<'_>, catalogue: &Catalogue, line: &mut String) {
        let (count, share) = (self.count, percent(row.share(catalogue.lines())));
        line.push_str(&format!("{:>count$}  {share:>PERCENT_WIDTH$}  ", grouped(row.count)));
        if self.bar > 0 {
            let mut bar = String::new();
            let parts = row.parts(catalogue.bytes());
            push_bar(&parts.unwrap_or([0.0; LOG_PARTS]), self.bar, &mut bar);
            self.style.push(Colour::Cyan, &bar, line);
            line.push_str("  ");
        }
        if row.pattern.is_some() {
            self.shown.push(row, catalogue.rules().rules, self.text, self.style, line);
        } else {
            let mut cell = String::new();
            push_cell(b"(all other patterns, beyond the limits)", self.text, &mut cell);
            self.style.push(Colour::Dim, &cell, line);
        }
        line.push('\n');
    }

    /// Appends a line about the patterns that are not among `rows`, if there are any.
    fn push_more(&self, rows: &[Row<'_>], catalogue: &Catalogue, line: &mut String) {
        let shown = rows.iter().filter(|row| row.pattern.is_some());
        let (shown, shown_lines) = shown
            .fold((0, 0_u64), |(rows, lines), row| (rows + 1, lines.saturating_add(row.count)));
        let more = catalogue.patterns() as u64 - shown;
        if more == 0 {
            return;
        }
        let other = catalogue.other().map_or(0, |other| other.count);
        let lines = catalogue.lines();
        let more_lines = lines.saturating_sub(shown_lines).saturating_sub(other);
        let share = percent(more_lines as f64 / lines.max(1) as f64);
        let more = counted(more, "more pattern");
        let long = format!("{more}, {share} of the lines: {HOW_TO_SEE_MORE}");
        let short = format!("{more}: {HOW_TO_SEE_MORE}");
        self.push_note(if long.len() <= self.style.width { &long } else { &short }, line);
    }

    /// Appends the last line.
    fn push_sum(&self, catalogue: &Catalogue, line: &mut String) {
        let lines = counted(catalogue.lines(), "line");
        let mut sum = format!("{lines}, {}", counted(catalogue.patterns() as u64, "pattern"));
        if let Some(other) = catalogue.other() {
            sum += &format!(", and {} of others, beyond the limits", counted(other.count, "line"));
        }
        self.push_note(&sum, line);
    }

    /// Appends a line that is no row.
    fn push_note(&self, note: &str, line: &mut String) {
        let mut cell = String::new();
        push_cell(note.as_bytes(), self.style.width, &mut cell);
        self.style.push(Colour::Dim, &cell, line);
        line.push('\n');
    }
}

/// Returns the number and the noun, in the plural unless it is one.
fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), plural_suffix(count))
}

#[cfg(test)]
mod tests;
