//! A row of a list, of which some members may be missing.

use memchr::memchr;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::catalogue::file::error::Defect;
use crate::catalogue::file::jsonl::{self, bytes_of};
use crate::catalogue::file::{Header, tsv};
use crate::catalogue::row::Row;

/// A row of a list. A row that names no pattern is one of [others](crate::catalogue::Catalogue::other),
/// or was made of one, or of a header.
#[derive(Debug)]
pub(super) enum ListedRow<'a> {
    /// A row with all its members.
    Whole(Row<'a>),
    /// What is left of a row.
    Part { pattern: Option<Vec<u8>>, example: Option<Vec<u8>> },
}

/// Returns whether a list can begin with `text`, if that is no header.
pub(super) fn begins_list(text: &[u8]) -> bool {
    [&b"{"[..], b"[", b"pattern\t", b"other\t"].iter().any(|start| text.starts_with(start))
}

/// Parses a line of TSV, of a catalogue that has `header`, or of one whose header is gone. `line` must
/// be UTF-8; its texts are unescaped in place.
pub(super) fn of_line(line: &mut [u8], header: Option<Header>) -> Result<ListedRow<'_>, Defect> {
    let kind = &line[..memchr(b'\t', line).unwrap_or(line.len())];
    let is_named = |first: &&str| kind.len() > first.len() && kind.ends_with(first.as_bytes());
    if ["pattern", "other", "kind", tsv::TITLE].iter().any(is_named) {
        return Err(Defect::NamedByGrep { value: tsv::shown(kind) });
    }
    let row = tsv::parse_row(line, header.and_then(|header| header.check));
    row.map(ListedRow::Whole).map_err(|defect| match defect {
        Defect::Columns(count) => Defect::ListColumns(count),
        defect => defect,
    })
}

/// The members of an object that a list needs.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, default)]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    pattern: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    pattern_escaped: Option<&'a RawValue>,
    #[serde(borrow, default)]
    example: Option<&'a RawValue>,
    #[serde(borrow, default)]
    example_escaped: Option<&'a RawValue>,
}

/// Returns a member that is there, also if it is `null`, as `jq` writes one that it did not find.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Parses an object of JSON.
pub(super) fn of_object(object: &[u8]) -> Result<ListedRow<'static>, Defect> {
    match jsonl::parse_row(object) {
        Ok(row) => Ok(ListedRow::Whole(row)),
        Err(Defect::Json(_)) => part_of(serde_json::from_slice(object)?),
        Err(defect) => Err(defect),
    }
}

fn part_of(members: Members<'_>) -> Result<ListedRow<'static>, Defect> {
    let Members { kind, pattern, pattern_escaped, example, example_escaped } = members;
    let names_no_pattern = pattern.is_some()
        || kind.is_some_and(|kind| [r#""header""#, r#""other""#].contains(&kind.get()));
    let may_be_inexact = pattern_escaped.is_none();
    let is_text = |member: &&RawValue| member.get() != "null";
    let (pattern, pattern_escaped) = (pattern.filter(is_text), pattern_escaped.filter(is_text));
    if pattern.is_none() && pattern_escaped.is_none() {
        let none = ListedRow::Part { pattern: None, example: None };
        return if names_no_pattern { Ok(none) } else { Err(Defect::NoList) };
    }
    let pattern = bytes_of("pattern", pattern, pattern_escaped)?;
    if may_be_inexact && memchr::memmem::find(&pattern, "\u{fffd}".as_bytes()).is_some() {
        return Err(Defect::NotExact);
    }
    let has_example = example.is_some() || example_escaped.is_some();
    let example = has_example.then(|| bytes_of("example", example, example_escaped)).transpose()?;
    Ok(ListedRow::Part { pattern: Some(pattern), example })
}
