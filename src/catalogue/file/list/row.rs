//! A row of a list, which may lack its header or some of its members.

use memchr::{memchr, memchr_iter, memmem};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::catalogue::MAX_EXAMPLES;
use crate::catalogue::file::error::Defect;
use crate::catalogue::file::examples::Items;
use crate::catalogue::file::json_text::{parse_escaped_text, parse_text};
use crate::catalogue::file::jsonl::{self, bytes_of};
use crate::catalogue::file::{Header, places, tsv};
use crate::catalogue::memory::reserve;
use crate::catalogue::row::Row;

/// A row of a list.
#[derive(Debug)]
pub(super) enum ListedRow<'a> {
    /// A row with all that its header promises.
    Whole(Row<'a>),
    /// A row as far as a list needs it.
    Partial(PartialRow),
}

/// The texts of a row, as far as they are there. A row without a pattern is one of
/// [others](crate::catalogue::Catalogue::other), or was made of one, or of a header.
#[derive(Debug, Default)]
pub(super) struct PartialRow {
    /// One, or those that were folded into one. The example is of the first of them.
    pub(super) patterns: Vec<Vec<u8>>,
    pub(super) example: Option<Vec<u8>>,
    /// The number of lines, of a row of others.
    pub(super) others: u64,
}

/// Returns whether a list can begin with `text`, if that is no header.
pub(super) fn begins_list(text: &[u8]) -> bool {
    [&b"{"[..], b"[", b"pattern\t", b"other\t"].iter().any(|start| text.starts_with(start))
}

/// Parses a line of TSV, which is UTF-8, in `buffer`. If it is not as `header` promises, or if there is
/// none, the number of columns tells which of them have texts.
pub(super) fn of_line<'a>(
    line: &mut [u8],
    header: Option<&'a Header>,
    buffer: &'a mut Vec<u8>,
) -> Result<ListedRow<'a>, Defect> {
    let kind = &line[..memchr(b'\t', line).unwrap_or(line.len())];
    let is_named = |first: &&str| kind.len() > first.len() && kind.ends_with(first.as_bytes());
    if ["pattern", "other", "kind", tsv::TITLE].iter().any(is_named) {
        return Err(Defect::NamedByGrep { value: tsv::shown(kind) });
    }
    // A row of a list has its pattern: without the last columns, another text would be taken for it.
    let count = memchr_iter(b'\t', line).count() + 1;
    let has_pattern = |schema| kind != b"pattern" || count >= tsv::columns(schema).count();
    if let Some(header) = header.filter(|header| has_pattern(header.schema)) {
        buffer.clear();
        reserve(buffer, line.len())?;
        buffer.extend_from_slice(line);
        if let Ok(row) = tsv::parse_row(buffer, header) {
            return Ok(ListedRow::Whole(row));
        }
    }
    part_of_line(line, count).map(ListedRow::Partial)
}

fn part_of_line(line: &mut [u8], count: usize) -> Result<PartialRow, Defect> {
    if tsv::has_control(line) {
        return Err(Defect::Control);
    }
    let columns = [1, 2].map(|schema| tsv::columns(schema).count());
    // Further examples have columns after these, and one for their lines.
    let with_examples = columns[1] + 2..=columns[1] + MAX_EXAMPLES;
    let own = if count == columns[0] { columns[0] } else { columns[1] };
    if count != own && !with_examples.contains(&count) {
        return Err(Defect::ListColumns(count));
    }
    let mut cells = line.split_mut(|&byte| byte == b'\t');
    let kind = cells.next().unwrap_or_default();
    let lines = cells.next().unwrap_or_default();
    match &*kind {
        b"pattern" => {}
        b"other" => {
            return Ok(PartialRow { others: tsv::parse("count", lines)?, ..PartialRow::default() });
        }
        _ => return Err(Defect::Value { column: "kind", value: tsv::shown(kind) }),
    }
    let mut texts = cells.skip(own - 4);
    let [example, pattern] = std::array::from_fn(|_| texts.next().unwrap_or_default());
    if own == columns[0] && are_places_and_example(example, pattern) {
        return Err(Defect::ListColumns(count));
    }
    let text = |column, cell| tsv::text(column, cell).map(<[u8]>::to_vec);
    let (example, pattern) = (text("example", example)?, text("pattern", pattern)?);
    Ok(PartialRow { example: Some(example), patterns: vec![pattern], others: 0 })
}

/// Returns whether the last two cells of a row, which should be an example and a pattern, are places and
/// an example, as in a row of version 2 without its last column.
fn are_places_and_example(example: &[u8], pattern: &[u8]) -> bool {
    match places::parse(example) {
        Ok(places) => places.is_some() || !pattern.is_empty(),
        Err(_) => false,
    }
}

/// The members of an object that a list needs.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, default)]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default)]
    count: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    pattern: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    pattern_escaped: Option<&'a RawValue>,
    #[serde(borrow, default)]
    example: Option<&'a RawValue>,
    #[serde(borrow, default)]
    example_escaped: Option<&'a RawValue>,
    #[serde(borrow, default)]
    examples: Option<Items<&'a RawValue>>,
    #[serde(borrow, default)]
    examples_escaped: Option<Items<&'a RawValue>>,
    #[serde(borrow, default)]
    members: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    members_escaped: Option<Vec<&'a RawValue>>,
}

/// Returns a member that is there, also if it is `null`, as `jq` writes one that it did not find.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Parses an object of JSON.
pub(super) fn of_object<'a>(
    object: &[u8],
    header: Option<&'a Header>,
) -> Result<ListedRow<'a>, Defect> {
    jsonl::check_room(object)?;
    if let Some(Ok(row)) = header.map(|header| jsonl::parse_row(object, header)) {
        return Ok(ListedRow::Whole(row));
    }
    part_of_object(serde_json::from_slice(object)?).map(ListedRow::Partial)
}

fn part_of_object(members: Members<'_>) -> Result<PartialRow, Defect> {
    let Members { kind, count, pattern, pattern_escaped, .. } = members;
    let is_kind = |name| kind.is_some_and(|kind| kind.get() == name);
    let is_other = is_kind(r#""other""#);
    let names_no_pattern = pattern.is_some() || is_kind(r#""header""#) || is_other;
    let may_be_inexact = pattern_escaped.is_none();
    let is_text = |member: &&RawValue| member.get() != "null";
    let (pattern, pattern_escaped) = (pattern.filter(is_text), pattern_escaped.filter(is_text));
    if pattern.is_none() && pattern_escaped.is_none() {
        if !names_no_pattern {
            return Err(Defect::NoList);
        }
        let count = count.filter(|_| is_other).and_then(|count| count.get().parse().ok());
        return Ok(PartialRow { others: count.unwrap_or(0), ..PartialRow::default() });
    }
    let folded = match (members.members, members.members_escaped) {
        (_, Some(escaped)) => Some(texts_of(&escaped, parse_escaped_text)?),
        (texts, None) => texts.map(|texts| texts_of(&texts, parse_text)).transpose()?,
    };
    // No line has the pattern of several that were folded.
    let patterns = match folded.filter(|folded| !folded.is_empty()) {
        Some(folded) => folded,
        None => {
            let pattern = bytes_of("pattern", pattern, pattern_escaped)?;
            if may_be_inexact && memmem::find(&pattern, "\u{fffd}".as_bytes()).is_some() {
                return Err(Defect::NotExact);
            }
            vec![pattern]
        }
    };
    let example = members.example.or(members.examples.and_then(Items::into_first));
    let escaped = members.example_escaped.or(members.examples_escaped.and_then(Items::into_first));
    let has_example = example.is_some() || escaped.is_some();
    let example = has_example.then(|| bytes_of("example", example, escaped)).transpose()?;
    Ok(PartialRow { patterns, example, others: 0 })
}

/// Returns the patterns in the array `members`.
fn texts_of(
    members: &[&RawValue],
    parse: impl Fn(&'static str, &RawValue) -> Result<Vec<u8>, Defect>,
) -> Result<Vec<Vec<u8>>, Defect> {
    members.iter().map(|text| parse("members", text)).collect()
}
