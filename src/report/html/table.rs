//! A table of patterns: its head, its rows, and a note of those that were left out.

use std::io::{self, Write};

use super::row::{RowContext, RowWriter, Shares};
use super::views::{TableRow, View, Views};
use crate::catalogue::Row;
use crate::report::style::grouped;
use crate::text::plural_suffix;

/// The figures that rows have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Columns {
    /// Lines and share in the one catalogue.
    One,
    /// Lines and share in the older of two.
    Older,
    /// Lines and share in the newer of two.
    Newer,
    /// The shares in both, and how they differ.
    Both,
}

/// The title of a column, and the attribute of a row that it is sorted by.
type Column = (&'static str, &'static str);

impl Columns {
    fn figures(self) -> &'static [Column] {
        match self {
            Self::One => &[("Lines", "count"), ("Share", "share")],
            Self::Older => &[("Lines before", "count"), ("Share before", "share")],
            Self::Newer => &[("Lines after", "count"), ("Share after", "share")],
            Self::Both => &[("Before", "before"), ("After", "after"), ("Change", "change")],
        }
    }

    fn class(self) -> &'static str {
        if self == Self::Both { "both" } else { "one" }
    }
}

/// Numbers of lines from this one on need wide columns.
const WIDE_LINES: u64 = 100_000_000;

/// The width of columns of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    Narrow,
    Wide,
}

/// A table of patterns.
pub(super) struct Table<'a, T> {
    /// The name of the table, which is unique in the page.
    pub(super) name: &'static str,
    pub(super) caption: &'a str,
    pub(super) columns: Columns,
    pub(super) rows: Views<&'a [T]>,
    /// The row of the others.
    pub(super) other: Option<&'a T>,
    pub(super) figures: &'a dyn Fn(&T) -> Shares,
    pub(super) context: &'a RowContext<'a>,
    /// The most rows that are shown in each view.
    pub(super) max_rows: usize,
}

impl<T: TableRow> Table<'_, T> {
    /// Writes the table. There must be rows.
    pub(super) fn write(&self, output: &mut dyn Write) -> io::Result<()> {
        let shown = self.rows.map(|rows| &rows[..rows.len().min(self.max_rows)]);
        let all = || shown.iter().flat_map(|rows| rows.iter()).chain(self.other);
        let shares = all().map(|row| (self.figures)(row).greatest_share());
        let writer = RowWriter {
            name: self.name,
            has_places: all().any(|row| row.row().has_histogram()),
            context: self.context,
            most: shares.fold(0.0, f64::max),
        };
        let mut html = String::new();
        let last = all().map(|row| row.row().last.line).max();
        let width = if last >= Some(WIDE_LINES) { Width::Wide } else { Width::Narrow };
        self.push_head(writer.has_places, width, &mut html);
        output.write_all(html.as_bytes())?;
        let mut index = 0;
        let mut write = |row: &T, view, output: &mut dyn Write| {
            html.clear();
            writer.push(row.row(), (self.figures)(row), view, index, &mut html);
            index += 1;
            output.write_all(html.as_bytes())
        };
        output.write_all(b"<tbody>\n")?;
        for (row, view) in shown.merged() {
            write(row, view, output)?;
        }
        output.write_all(b"</tbody>\n")?;
        if let Some(other) = self.other {
            output.write_all(b"<tfoot>\n")?;
            write(other, View::Both, output)?;
            output.write_all(b"</tfoot>\n")?;
        }
        html.clear();
        html.push_str("</table>\n");
        self.push_left_out(&mut html);
        output.write_all(html.as_bytes())
    }

    fn push_head(&self, has_places: bool, width: Width, html: &mut String) {
        // A view that has no rows shows no table.
        let view = match (self.rows.unfolded.is_empty(), self.rows.folded.map(<[_]>::is_empty)) {
            (false, Some(true)) => " u",
            (true, Some(false)) => " f",
            _ => "",
        };
        let class = self.columns.class();
        let places = if has_places { " places" } else { "" };
        let wide = if width == Width::Wide { " wide" } else { "" };
        html.push_str(&format!("<table class=\"{class}{places}{wide}{view}\">\n<caption>"));
        html.extend([self.caption, "</caption>\n<thead><tr>"]);
        let place = has_places.then_some(("Where in the log", "place"));
        let texts = [("Example", "example"), ("First line", "first"), ("Last line", "last")];
        let columns = self.columns.figures().iter().copied().chain(place).chain(texts);
        for (title, key) in columns {
            let sorted = if key == "count" { " data-sorted=\"descending\"" } else { "" };
            html.push_str(&format!("<th scope=\"col\" data-key=\"{key}\"{sorted}>{title}</th>"));
        }
        html.push_str("</tr></thead>\n");
    }

    /// Appends a note of the rows that are not shown, for each view.
    fn push_left_out(&self, html: &mut String) {
        for (rows, view) in
            [(Some(self.rows.unfolded), View::Unfolded), (self.rows.folded, View::Folded)]
        {
            let Some(rows) = rows.filter(|rows| rows.len() > self.max_rows) else { continue };
            let view = if self.rows.folded.is_none() { View::Both } else { view };
            let rest = &rows[self.max_rows..];
            let lines = rest.iter().map(|row| row.row().count).fold(0, u64::saturating_add);
            html.push_str(&format!(
                "<p{}>The first {} of {} patterns are shown. The others have {} line{}. \
                 <code>--top N</code> shows N, and <code>--top 0</code> all.</p>\n",
                view.class(),
                grouped(self.max_rows as u64),
                grouped(rows.len() as u64),
                grouped(lines),
                plural_suffix(lines)
            ));
        }
    }
}

/// Returns the rows of patterns, and the row of the others.
pub(super) fn split_other<'a, 'b>(rows: &'a [Row<'b>]) -> (&'a [Row<'b>], Option<&'a Row<'b>>) {
    match rows {
        [rows @ .., other] if other.pattern.is_none() => (rows, Some(other)),
        rows => (rows, None),
    }
}
