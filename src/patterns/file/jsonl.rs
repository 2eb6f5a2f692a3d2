//! Catalogues as JSON, an object on each line.

use std::borrow::Cow;
use std::str;

use serde::{Deserialize, Serialize};

use super::Header;
use super::error::Defect;
use crate::patterns::escape::{escape, unescape};
use crate::patterns::row::{Place, Row};

/// What the header names as its format.
const FORMAT: &str = "lognorm-mmap patterns";

#[derive(Serialize, Deserialize)]
struct HeaderLine<'a> {
    kind: Kind,
    format: Cow<'a, str>,
    schema: u32,
    rules: u32,
    lines: u64,
    bytes: u64,
}

/// What the headers of all versions of the format have.
#[derive(Deserialize)]
struct Title<'a> {
    format: Cow<'a, str>,
    schema: u32,
}

#[derive(Serialize, Deserialize)]
struct RowLine<'a> {
    kind: Kind,
    count: u64,
    share: f64,
    first_line: u64,
    first_offset: u64,
    last_line: u64,
    last_offset: u64,
    example: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    example_escaped: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pattern: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pattern_escaped: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Header,
    Pattern,
    Other,
}

pub(super) fn write_header(header: Header, line: &mut String) {
    let Header { schema, rules, lines, bytes } = header;
    let format = FORMAT.into();
    push(&HeaderLine { kind: Kind::Header, format, schema, rules, lines, bytes }, line);
}

pub(super) fn write_row(row: &Row<'_>, lines: u64, line: &mut String) {
    let (example, example_escaped) = text_of(&row.example);
    let (pattern, pattern_escaped) = row.pattern.as_deref().map(text_of).unzip();
    let row = RowLine {
        kind: if row.pattern.is_some() { Kind::Pattern } else { Kind::Other },
        count: row.count,
        // As many digits as in the other format.
        share: (row.share(lines) * 1e9).round() / 1e9,
        first_line: row.first.line,
        first_offset: row.first.offset,
        last_line: row.last.line,
        last_offset: row.last.offset,
        example,
        example_escaped,
        pattern,
        pattern_escaped: pattern_escaped.flatten(),
    };
    push(&row, line);
}

/// Appends `object`. JSON leaves those control characters as they are that are not ASCII's, and
/// DEL; they only stand in texts, where they can be escaped too.
fn push(object: &impl Serialize, line: &mut String) {
    let json = serde_json::to_string(object).expect("numbers and texts always serialise");
    for char in json.chars() {
        if char.is_control() {
            line.push_str(&format!("\\u{:04x}", u32::from(char)));
        } else {
            line.push(char);
        }
    }
    line.push('\n');
}

/// `bytes` as text, and where that is not all of them, also escaped.
fn text_of(bytes: &[u8]) -> (Cow<'_, str>, Option<String>) {
    let text = String::from_utf8_lossy(bytes);
    let escaped = matches!(text, Cow::Owned(_)).then(|| {
        let mut escaped = String::new();
        escape(bytes, &mut escaped);
        escaped
    });
    (text, escaped)
}

/// The version of the format, which all versions name in the same way.
pub(super) fn parse_schema(line: &[u8]) -> Result<u32, Defect> {
    let title: Title<'_> = serde_json::from_slice(line).map_err(|_| Defect::NoHeader)?;
    if title.format == FORMAT { Ok(title.schema) } else { Err(Defect::NoHeader) }
}

pub(super) fn parse_header(line: &[u8]) -> Result<Header, Defect> {
    let header: HeaderLine<'_> = serde_json::from_slice(line)?;
    if header.kind != Kind::Header {
        return Err(Defect::NoHeader);
    }
    let HeaderLine { schema, rules, lines, bytes, .. } = header;
    Ok(Header { schema, rules, lines, bytes })
}

pub(super) fn parse_row(line: &[u8]) -> Result<Row<'static>, Defect> {
    let row: RowLine<'_> = serde_json::from_slice(line)?;
    let missing = || Defect::Value { column: "pattern", value: String::new() };
    let pattern = match row.kind {
        Kind::Pattern => {
            let pattern = row.pattern.ok_or_else(missing)?;
            Some(bytes_of("pattern_escaped", pattern, row.pattern_escaped)?.into())
        }
        Kind::Other => None,
        Kind::Header => return Err(Defect::Value { column: "kind", value: "header".into() }),
    };
    Ok(Row {
        pattern,
        count: row.count,
        first: Place { line: row.first_line, offset: row.first_offset },
        last: Place { line: row.last_line, offset: row.last_offset },
        example: bytes_of("example_escaped", row.example, row.example_escaped)?.into(),
        spread: None,
    })
}

/// The bytes that [`text_of`] was given.
fn bytes_of(
    column: &'static str,
    text: Cow<'_, str>,
    escaped: Option<String>,
) -> Result<Vec<u8>, Defect> {
    match escaped {
        Some(escaped) => {
            unescape(escaped.as_bytes()).ok_or(Defect::Value { column, value: escaped })
        }
        None => Ok(text.into_owned().into_bytes()),
    }
}
