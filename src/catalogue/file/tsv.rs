//! Catalogues as columns divided by TABs.

use std::borrow::Cow;
use std::io::{self, Write};
use std::str::{self, FromStr};

use memchr::{memchr, memchr_iter};

use super::error::Defect;
use super::examples;
use super::places::{self, Form};
use super::{Header, parse_rules};
use crate::catalogue::row::{LinePosition, Row};
use crate::text::escape::{unescape, write_escaped};

/// The beginning of the header.
pub(super) const TITLE: &str = "# lognorm-mmap patterns";

/// The names of the columns. Files of version 1 do not have that of places.
const COLUMNS: [&str; 10] = [
    "kind",
    "count",
    "share",
    "first_line",
    "first_offset",
    "last_line",
    "last_offset",
    PLACES,
    "example",
    "pattern",
];
const PLACES: &str = "places";

/// The number of columns with texts, which are the last ones.
const TEXTS: usize = 2;

/// Returns the names of the columns of files of version `schema`.
pub(super) fn columns(schema: u32) -> impl Iterator<Item = &'static str> + Clone {
    COLUMNS.into_iter().filter(move |&name| schema > 1 || name != PLACES)
}

pub(super) fn write_header(header: &Header, output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let Header { schema, rules, lines, bytes, examples, boundaries, check } = header;
    write!(output, "{TITLE}\tschema={schema}\trules={rules}\tlines={lines}\tbytes={bytes}")?;
    if *examples > 1 {
        write!(output, "\texamples={examples}")?;
    }
    if let Some(boundaries) = boundaries {
        write!(output, "\tleast_level={}\tboundaries=", boundaries.least_level())?;
        places::write_boundaries(boundaries, Form::Tsv, output)?;
    }
    if let Some(check) = check {
        write!(output, "\tcheck={check}")?;
    }
    write!(output, "\n{}", COLUMNS.join("\t"))?;
    examples::columns(*examples).try_for_each(|name| write!(output, "\t{name}"))?;
    output.write_all(b"\n")
}

pub(super) fn write_row(
    row: &Row<'_>,
    header: &Header,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let Row { count, first, last, .. } = row;
    let kind = if row.pattern.is_some() { "pattern" } else { "other" };
    let share = row.share(header.lines);
    write!(
        output,
        "{kind}\t{count}\t{share:.9}\t{}\t{}\t{}\t{}\t",
        first.line, first.offset, last.line, last.offset
    )?;
    if let Some(places) = &row.places {
        places::write(&places.histogram, Form::Tsv, output)?;
    }
    output.write_all(b"\t")?;
    write_escaped(&row.example, output)?;
    output.write_all(b"\t")?;
    write_escaped(row.pattern.as_deref().unwrap_or_default(), output)?;
    examples::write_cells(row, header.examples, output)?;
    output.write_all(b"\n")
}

/// Parses the version of the format, which all versions name in the same way.
pub(super) fn parse_schema(line: &[u8]) -> Result<u32, Defect> {
    let rest = line.strip_prefix(TITLE.as_bytes()).ok_or(Defect::NoHeader)?;
    if rest.starts_with(b" ") {
        return Err(Defect::Blanks);
    }
    let schema = rest.split(|&byte| byte == b'\t').nth(1);
    let schema = schema.and_then(|field| field.strip_prefix(b"schema="));
    parse("schema", schema.filter(|_| rest.starts_with(b"\t")).ok_or(Defect::NoHeader)?)
}

/// Returns whether `line` begins as the header of a catalogue does, and no row.
pub(super) fn is_header(line: &[u8]) -> bool {
    line.starts_with(TITLE.as_bytes())
}

pub(super) fn parse_header(line: &[u8]) -> Result<Header, Defect> {
    let line = str::from_utf8(line).map_err(|_| Defect::NoHeader)?;
    if has_control(line.as_bytes()) {
        return Err(Defect::Control);
    }
    let mut fields = line.split('\t').skip(1);
    let mut value = |name| {
        let field = fields.next().and_then(|field| field.strip_prefix(name)?.strip_prefix('='));
        field.unwrap_or_default().as_bytes()
    };
    let schema = parse("schema", value("schema"))?;
    let rules = value("rules");
    let rules = parse_rules(str::from_utf8(rules).unwrap_or_default())?;
    let (lines, bytes) = (parse("lines", value("lines"))?, parse("bytes", value("bytes"))?);
    // Other fields are those of later versions, or cells that a spreadsheet added.
    let optional =
        |name: &str| fields.clone().find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
    let check = optional("check").map(|check| parse("check", check.as_bytes())).transpose()?;
    let examples = match optional("examples") {
        Some(examples) if schema > 1 => parse("examples", examples.as_bytes())?,
        _ => 1,
    };
    let boundaries = match (optional("least_level"), optional("boundaries")) {
        _ if schema == 1 => None,
        (None, None) => None,
        (Some(level), Some(boundaries)) => {
            let level = parse("least_level", level.as_bytes())?;
            Some(places::parse_boundaries(level, boundaries)?)
        }
        _ => return Err(Defect::Header),
    };
    Ok(Header { schema, rules, lines, bytes, examples, boundaries, check })
}

/// Returns whether `line` has the names of columns, of any version of the format.
pub(super) fn are_column_names(line: &[u8]) -> bool {
    line.starts_with(b"kind\t")
}

/// Checks that `line` has the names of the columns of a file with this `header`.
pub(super) fn check_column_names(line: &[u8], header: &Header) -> Result<(), Defect> {
    let names = columns(header.schema).map(Cow::Borrowed);
    let names = names.chain(examples::columns(header.examples).map(Cow::Owned));
    let names = names.map(|name| Cow::from(name.into_owned().into_bytes()));
    if line.split(|&byte| byte == b'\t').map(Cow::Borrowed).eq(names) {
        return Ok(());
    }
    Err(if line.starts_with(b"kind ") { Defect::Blanks } else { Defect::ColumnNames })
}

/// Parses a row. `line` must be UTF-8; its texts are unescaped in place.
///
/// An editor that removes blanks at the ends of lines removes the TABs before empty texts. If there
/// is a check sum, which tells whether more was removed, the row may lack them.
pub(super) fn parse_row<'a>(line: &'a mut [u8], header: &'a Header) -> Result<Row<'a>, Defect> {
    if has_control(line) {
        return Err(Defect::Control);
    }
    let count = memchr_iter(b'\t', line).count() + 1;
    let own = columns(header.schema).count();
    let (expected, least) = match header.examples {
        1 => (own, own - TEXTS),
        // The lines of examples are a text that is not empty.
        examples => (own + examples, own + 1),
    };
    let is_trimmed = header.check.is_some() && (least..expected).contains(&count);
    if count != expected && !is_trimmed {
        return Err(Defect::Columns { count, expected });
    }
    let mut rest = line;
    let mut next = || {
        let line = std::mem::take(&mut rest);
        let len = memchr(b'\t', line).unwrap_or(line.len());
        let (column, after) = line.split_at_mut(len);
        rest = after.get_mut(1..).unwrap_or_default();
        column
    };
    let [kind, count, _, first_line, first_offset, last_line, last_offset] =
        std::array::from_fn(|_| next());
    let places = if header.schema > 1 { next() } else { &mut [] };
    let [example, pattern] = std::array::from_fn(|_| next());
    let pattern = match &*kind {
        b"pattern" => Some(text("pattern", pattern)?.into()),
        b"other" => None,
        _ => return Err(Defect::Value { column: "kind", value: shown(kind) }),
    };
    let first = LinePosition {
        line: parse("first_line", first_line)?,
        offset: parse("first_offset", first_offset)?,
    };
    Ok(Row {
        pattern,
        count: parse("count", count)?,
        first,
        last: LinePosition {
            line: parse("last_line", last_line)?,
            offset: parse("last_offset", last_offset)?,
        },
        example: text("example", example)?.into(),
        places: places::of_row(places::parse(places)?, header)?,
        further: examples::parse_cells(first.line, header.examples, next)?,
    })
}

/// Returns whether `line` has a control character other than TAB. In texts all are escaped.
pub(super) fn has_control(line: &[u8]) -> bool {
    line.iter().any(|&byte| byte.is_ascii_control() && byte != b'\t')
}

pub(super) fn text<'a>(column: &'static str, value: &'a mut [u8]) -> Result<&'a [u8], Defect> {
    // Before it is changed.
    let beginning = shown(value);
    unescape(value).ok_or(Defect::Value { column, value: beginning })
}

pub(super) fn parse<T: FromStr>(column: &'static str, value: &[u8]) -> Result<T, Defect> {
    // Rust reads `+1` too, which no writer writes.
    let text = str::from_utf8(value).ok().filter(|value| !value.starts_with('+'));
    let number = text.and_then(|value| value.parse().ok());
    number.ok_or_else(|| Defect::Value { column, value: shown(value) })
}

/// Returns the beginning of `value`, for a message.
pub(super) fn shown(value: &[u8]) -> String {
    String::from_utf8_lossy(&value[..value.len().min(40)]).into_owned()
}
