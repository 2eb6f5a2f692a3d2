//! A catalogue as a table for people, as wide as their terminal.
//!
//! ```text
//!  COUNT   SHARE  WHERE IN THE LOG      EXAMPLE
//! 461776  6.98 %  ▆▇▇█▇▇▇▆▇▇▇▇█▇▇▇▇▆▇▇  03-17 16:13:38.936  1702 14638 D PowerManagerService: r…
//! ```

use std::io::{self, Write};

use super::Shown;
use super::bar::push_bar;
use super::style::{
    Colour, GAP, MIN_TEXT, PERCENT_WIDTH, PLACES, Style, counted, grouped, percent,
};
use crate::catalogue::{Catalogue, LOG_PARTS, Row};
use crate::text::push_cell;

/// The number of lines of a table that are no rows, if not all are shown: its head, the line that sums
/// up, and the line that says how many more there are.
pub const LINES_BESIDE_ROWS: usize = 3;

/// Writes `catalogue`, folded or not, as a table, a line at a time: `output` should be buffered.
///
/// The rows that `style` has no room for are left out, the least frequent first, and the last line says
/// how many they are.
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
    layout.push_sum(catalogue, &mut line);
    layout.push_more(&rows, catalogue, &mut line);
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
        let taken = count + GAP + PERCENT_WIDTH + GAP;
        let taken = taken + if bar > 0 { bar + GAP } else { 0 };
        let text = style.width.saturating_sub(taken).max(MIN_TEXT);
        Self { style, count, bar, text, shown }
    }

    fn push_head(&self, line: &mut String) {
        let count = self.count;
        let mut head = format!("{:>count$}  {:>PERCENT_WIDTH$}  ", "COUNT", "SHARE");
        if self.bar > 0 {
            head.push_str(&format!("{:<bar$}  ", PLACES, bar = self.bar));
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
        let detail = format!(", {share} of the lines");
        self.style.push_more(&counted(more, "more pattern"), &detail, line);
    }

    /// Appends the line that sums up.
    fn push_sum(&self, catalogue: &Catalogue, line: &mut String) {
        let lines = counted(catalogue.lines(), "line");
        let mut sum = format!("{lines}, {}", counted(catalogue.patterns() as u64, "pattern"));
        if let Some(other) = catalogue.other() {
            sum += &format!(", and {} of others, beyond the limits", counted(other.count, "line"));
        }
        self.style.push_note(&sum, line);
    }
}

#[cfg(test)]
mod tests;
