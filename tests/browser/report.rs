//! What a report says, and what the file of the same catalogue says.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::page::Page;

/// A row that a report shows.
#[derive(Debug, Deserialize)]
pub struct Shown {
    /// The section of the page that it is in.
    pub section: String,
    pub count: u64,
    pub first: u64,
    pub last: u64,
    pub example: String,
    /// The row of others has none.
    pub pattern: Option<String>,
    /// Whether only the beginning of the pattern is shown.
    pub is_cut: bool,
    /// All that rows are sorted by.
    pub data: BTreeMap<String, String>,
}

impl Page<'_> {
    /// Returns the rows that are seen, in order.
    #[track_caller]
    pub fn rows(&self) -> Vec<Shown> {
        serde_json::from_value(self.evaluate(include_str!("report.js"))).unwrap()
    }

    /// Returns the examples of all rows that are seen, in order.
    #[track_caller]
    pub fn examples(&self) -> Vec<String> {
        self.rows().into_iter().map(|row| row.example).collect()
    }

    /// Switches folding on or off.
    #[track_caller]
    pub fn fold(&self, on: bool) {
        if self.evaluate("document.querySelector('#fold').checked") != on {
            self.click("#fold");
        }
        assert_eq!(self.evaluate("document.querySelector('#fold').checked"), on);
    }
}

/// A row of a catalogue's file.
#[derive(Debug, PartialEq)]
pub struct Row {
    pub count: u64,
    pub first: u64,
    pub last: u64,
    pub example: Vec<u8>,
    pub pattern: Option<Vec<u8>>,
}

/// Returns the rows of a catalogue in TSV.
pub fn rows_of(tsv: &str) -> Vec<Row> {
    let mut lines = tsv.lines().skip_while(|line| line.starts_with('#'));
    let columns: Vec<_> = lines.next().unwrap_or_default().split('\t').collect();
    let row = |line: &str| {
        let cells: Vec<_> = line.split('\t').collect();
        let cell = |name| cells[columns.iter().position(|&column| column == name).unwrap()];
        let number = |name| cell(name).parse().unwrap();
        Row {
            count: number("count"),
            first: number("first_line"),
            last: number("last_line"),
            example: unescape(cell("example")),
            pattern: (cell("kind") == "pattern").then(|| unescape(cell("pattern"))),
        }
    };
    lines.map(row).collect()
}

/// Returns the lines of the log that the head of a catalogue in TSV names.
pub fn lines_of(tsv: &str) -> u64 {
    let head = tsv.lines().next().unwrap();
    let lines = head.split('\t').find_map(|field| field.strip_prefix("lines="));
    lines.unwrap_or_else(|| panic!("{head}")).parse().unwrap()
}

/// Asserts that a page shows these rows, in this order, and says of each what the file says.
#[track_caller]
pub fn assert_same(shown: &[Shown], rows: &[Row], what: &str) {
    assert_eq!(shown.len(), rows.len(), "{what}");
    for (shown, row) in shown.iter().zip(rows) {
        let numbers = (shown.count, shown.first, shown.last);
        assert_eq!(numbers, (row.count, row.first, row.last), "{what}: {shown:?}");
        assert_eq!(unescape(&shown.example), row.example, "{what}: {shown:?}");
        let pattern = shown.pattern.as_deref().map(unescape);
        let is_cut = |whole: &[u8], part: &[u8]| part.len() >= 1000 && whole.starts_with(part);
        let is_same = match (&pattern, &row.pattern) {
            (Some(part), Some(whole)) if shown.is_cut => is_cut(whole, part),
            (pattern, whole) => pattern == whole,
        };
        assert!(is_same, "{what}: {shown:?} is not {row:?}");
    }
}

/// Returns the bytes that `text` is the escaped form of.
pub fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.bytes());
        let (byte, length) = match after.as_bytes()[0] {
            b't' => (b'\t', 1),
            b'n' => (b'\n', 1),
            b'r' => (b'\r', 1),
            b'\\' => (b'\\', 1),
            b'x' => (u8::from_str_radix(&after[1..3], 16).unwrap(), 3),
            other => panic!("{text}: {other}"),
        };
        bytes.push(byte);
        rest = &after[length..];
    }
    bytes.extend(rest.bytes());
    bytes
}
