//! Catalogues as JSON, an object on each line.

use std::borrow::Cow;
use std::io::{self, Write};
use std::str;

use memchr::memmem;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::check::Check;
use super::error::Defect;
use super::examples::{self, Items};
use super::json_text::{parse_escaped_text, parse_text, write_escaped_text, write_text};
use super::places::{self, Form};
use super::{Header, parse_rules};
use crate::catalogue::further::Further;
use crate::catalogue::memory::reserve_exact;
use crate::catalogue::row::{LinePosition, Row};

/// The name of the format in the header.
const FORMAT: &str = "lognorm-mmap patterns";

/// A line longer than this is parsed only if there is memory for the most that the parser may take.
const LONG: usize = 64 << 10;

#[derive(Deserialize)]
struct HeaderLine<'a> {
    kind: Kind,
    /// A text, or a number in files from when there were only the shape rules.
    #[serde(borrow)]
    rules: &'a RawValue,
    lines: u64,
    bytes: u64,
    #[serde(default)]
    examples: Option<usize>,
    #[serde(default)]
    least_level: Option<u8>,
    #[serde(default)]
    boundaries: Option<Vec<(u64, u8)>>,
    #[serde(borrow, default)]
    check: Option<Cow<'a, str>>,
}

/// The fields that the headers of all versions of the format have.
#[derive(Deserialize)]
struct Title<'a> {
    #[serde(borrow)]
    format: Cow<'a, str>,
    schema: u32,
}

/// A row, with its texts as they are in the line. Its share is not read: it follows from the counts.
#[derive(Deserialize)]
struct RowLine<'a> {
    kind: Kind,
    count: u64,
    first_line: u64,
    first_offset: u64,
    last_line: u64,
    last_offset: u64,
    #[serde(borrow, default)]
    places: Option<&'a RawValue>,
    /// The example in files of version 1.
    #[serde(borrow, default)]
    example: Option<&'a RawValue>,
    #[serde(borrow, default)]
    example_escaped: Option<&'a RawValue>,
    #[serde(borrow, default)]
    examples: Option<Items<&'a RawValue>>,
    #[serde(borrow, default)]
    examples_escaped: Option<Items<&'a RawValue>>,
    #[serde(default)]
    example_lines: Option<Items<u64>>,
    #[serde(borrow, default)]
    pattern: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pattern_escaped: Option<&'a RawValue>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Header,
    Pattern,
    Other,
}

pub(super) fn write_header(header: &Header, output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let Header { schema, rules, lines, bytes, examples, boundaries, check } = header;
    write!(
        output,
        "{{\"kind\":\"header\",\"format\":\"{FORMAT}\",\"schema\":{schema},\"rules\":\"{rules}\",\
         \"lines\":{lines},\"bytes\":{bytes}"
    )?;
    if *examples > 1 {
        write!(output, ",\"examples\":{examples}")?;
    }
    if let Some(boundaries) = boundaries {
        write!(output, ",\"least_level\":{},\"boundaries\":", boundaries.least_level())?;
        places::write_boundaries(boundaries, Form::Json, output)?;
    }
    if let Some(check) = check {
        write!(output, ",\"check\":\"{check}\"")?;
    }
    output.write_all(b"}\n")
}

pub(super) fn write_row(
    row: &Row<'_>,
    lines: u64,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    output.write_all(b"{")?;
    write_numbers(row, lines, output)?;
    if let Some(places) = &row.places {
        output.write_all(b",\"places\":")?;
        places::write(&places.histogram, Form::Json, output)?;
    }
    write_texts(row, output)?;
    output.write_all(b"}\n")
}

/// Writes the first members of a row of a log of `lines` lines: its kind and its figures.
pub(crate) fn write_numbers(
    row: &Row<'_>,
    lines: u64,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let kind = if row.pattern.is_some() { "pattern" } else { "other" };
    write!(output, "\"kind\":\"{kind}\",\"count\":{}", row.count)?;
    write_share("share", row.share(lines), output)?;
    write_positions(row, output)
}

/// Writes where the first and the last line of a row are, with a comma before each member.
pub(crate) fn write_positions(row: &Row<'_>, output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let Row { first, last, .. } = row;
    write!(
        output,
        ",\"first_line\":{},\"first_offset\":{},\"last_line\":{},\"last_offset\":{}",
        first.line, first.offset, last.line, last.offset
    )
}

/// Writes the examples and the pattern of a row, with a comma before each member.
pub(crate) fn write_texts(row: &Row<'_>, output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    examples::write_json(row, output)?;
    if let Some(pattern) = &row.pattern {
        write_text_field("pattern", pattern, output)?;
    }
    Ok(())
}

/// Writes `share` under `name`, in as many digits as in the other format.
pub(crate) fn write_share(
    name: &str,
    share: f64,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    write!(output, ",\"{name}\":")?;
    Ok(serde_json::to_writer(output, &((share * 1e9).round() / 1e9))?)
}

/// Writes `bytes` under `name`, and where they are not UTF-8 again, exactly.
fn write_text_field(
    name: &str,
    bytes: &[u8],
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    write!(output, ",\"{name}\":")?;
    write_text(bytes, output)?;
    if str::from_utf8(bytes).is_err() {
        write!(output, ",\"{name}_escaped\":")?;
        write_escaped_text(bytes, output)?;
    }
    Ok(())
}

/// Writes `texts` as an array under `name`, and where one of them is not UTF-8 all of them again,
/// exactly.
pub(crate) fn write_text_array<'a>(
    name: &str,
    texts: impl Iterator<Item = &'a [u8]> + Clone,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    write!(output, ",\"{name}\":[")?;
    for (index, text) in texts.clone().enumerate() {
        output.write_all(if index > 0 { b"," } else { b"" })?;
        write_text(text, output)?;
    }
    if texts.clone().any(|text| str::from_utf8(text).is_err()) {
        write!(output, "],\"{name}_escaped\":[")?;
        for (index, text) in texts.enumerate() {
            output.write_all(if index > 0 { b"," } else { b"" })?;
            write_escaped_text(text, output)?;
        }
    }
    output.write_all(b"]")
}

/// Parses the version of the format, which all versions name in the same way.
pub(super) fn parse_schema(line: &[u8]) -> Result<u32, Defect> {
    let title: Title<'_> = serde_json::from_slice(line).map_err(|_| Defect::NoHeader)?;
    if title.format == FORMAT { Ok(title.schema) } else { Err(Defect::NoHeader) }
}

/// Returns whether `line` is the header of a catalogue, in any version of the format.
pub(super) fn is_header(line: &[u8]) -> bool {
    // In a row, the quotation marks of a text are escaped, so that few rows are parsed twice.
    memmem::find(line, b"\"header\"").is_some() && parse_schema(line).is_ok()
}

/// Parses the header of a file of version `schema`.
pub(super) fn parse_header(line: &[u8], schema: u32) -> Result<Header, Defect> {
    let header: HeaderLine<'_> = serde_json::from_slice(line)?;
    if header.kind != Kind::Header {
        return Err(Defect::NoHeader);
    }
    let HeaderLine { rules, lines, bytes, examples, least_level, boundaries, check, .. } = header;
    let examples = examples.filter(|_| schema > 1).unwrap_or(1);
    let wrong = |column, value: &str| Defect::Value { column, value: value.into() };
    let rules = parse_rules(rules.get().trim_matches('"'))?;
    let check = check.map(|check| check.parse::<Check>().map_err(|()| wrong("check", &check)));
    let boundaries = match (least_level, boundaries) {
        _ if schema == 1 => None,
        (None, None) => None,
        (Some(level), Some(list)) => Some(places::boundaries(level, list)),
        _ => return Err(Defect::Header),
    };
    Ok(Header { schema, rules, lines, bytes, examples, boundaries, check: check.transpose()? })
}

/// Checks that there is memory for parsing `line`.
pub(super) fn check_room(line: &[u8]) -> Result<(), Defect> {
    if line.len() > LONG {
        // For a line that is no row, such as `[[[[…`, the parser allocates up to twice its length,
        // and cannot report a failure. Nothing else allocates meanwhile.
        let mut room = Vec::<u8>::new();
        reserve_exact(&mut room, 2 * line.len())?;
        std::hint::black_box(&mut room);
    }
    Ok(())
}

pub(super) fn parse_row<'a>(line: &[u8], header: &'a Header) -> Result<Row<'a>, Defect> {
    check_room(line)?;
    let row: RowLine<'_> = serde_json::from_slice(line)?;
    let places =
        row.places.filter(|_| header.schema > 1).map(places::parse_json).transpose()?.flatten();
    let pattern = match row.kind {
        Kind::Pattern => Some(bytes_of("pattern", row.pattern, row.pattern_escaped)?.into()),
        Kind::Other => None,
        Kind::Header => return Err(Defect::Value { column: "kind", value: "header".into() }),
    };
    let (example, further) = if header.schema > 1 {
        let texts = (row.examples, row.examples_escaped);
        examples::parse_json(texts, row.example_lines, row.first_line)?
    } else {
        (bytes_of("example", row.example, row.example_escaped)?, Further::default())
    };
    Ok(Row {
        pattern,
        count: row.count,
        first: LinePosition { line: row.first_line, offset: row.first_offset },
        last: LinePosition { line: row.last_line, offset: row.last_offset },
        example: example.into(),
        places: places::of_row(places, header)?,
        further,
    })
}

/// Returns the bytes that [`write_text_field`] was given.
pub(super) fn bytes_of(
    column: &'static str,
    text: Option<&RawValue>,
    escaped: Option<&RawValue>,
) -> Result<Vec<u8>, Defect> {
    match (text, escaped) {
        (_, Some(escaped)) => parse_escaped_text(column, escaped),
        (Some(text), None) => parse_text(column, text),
        (None, None) => Err(Defect::Value { column, value: String::new() }),
    }
}
