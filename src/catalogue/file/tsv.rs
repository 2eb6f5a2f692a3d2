//! Catalogues as columns divided by TABs.

use std::io::{self, Write};
use std::str::{self, FromStr};

use memchr::{memchr, memchr_iter};

use super::check::Check;
use super::error::Defect;
use super::{COLUMNS, Header, parse_rules};
use crate::catalogue::row::{LinePosition, Row};
use crate::text::escape::{unescape, write_escaped};

/// The beginning of the header.
pub(super) const TITLE: &str = "# lognorm-mmap patterns";

/// The second line of a file.
const COLUMN_NAMES: &str = "kind\tcount\tshare\tfirst_line\tfirst_offset\t\
                            last_line\tlast_offset\texample\tpattern";

/// The number of columns with texts, which are the last ones.
const TEXTS: usize = 2;

pub(super) fn write_header(header: Header, output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let Header { schema, rules, lines, bytes, check } = header;
    write!(output, "{TITLE}\tschema={schema}\trules={rules}\tlines={lines}\tbytes={bytes}")?;
    if let Some(check) = check {
        write!(output, "\tcheck={check}")?;
    }
    writeln!(output, "\n{COLUMN_NAMES}")
}

pub(super) fn write_row(
    row: &Row<'_>,
    lines: u64,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let Row { count, first, last, .. } = row;
    let kind = if row.pattern.is_some() { "pattern" } else { "other" };
    let share = row.share(lines);
    write!(
        output,
        "{kind}\t{count}\t{share:.9}\t{}\t{}\t{}\t{}\t",
        first.line, first.offset, last.line, last.offset
    )?;
    write_escaped(&row.example, output)?;
    output.write_all(b"\t")?;
    write_escaped(row.pattern.as_deref().unwrap_or_default(), output)?;
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
    let check = fields.find_map(|field| field.strip_prefix("check="));
    let check = check.map(|check| parse("check", check.as_bytes())).transpose()?;
    Ok(Header { schema, rules, lines, bytes, check })
}

/// Returns whether `line` has the names of columns, of any version of the format.
pub(super) fn are_column_names(line: &[u8]) -> bool {
    line.starts_with(b"kind\t")
}

pub(super) fn check_column_names(line: &[u8]) -> Result<(), Defect> {
    let names = COLUMN_NAMES.as_bytes();
    if line == names {
        return Ok(());
    }
    Err(if line.starts_with(b"kind ") { Defect::Blanks } else { Defect::ColumnNames })
}

/// Parses a row. `line` must be UTF-8; its texts are unescaped in place.
///
/// An editor that removes blanks at the ends of lines removes the TABs before empty texts. If there
/// is a `check`, which tells whether more was removed, the row may lack them.
pub(super) fn parse_row(line: &mut [u8], check: Option<Check>) -> Result<Row<'_>, Defect> {
    if has_control(line) {
        return Err(Defect::Control);
    }
    let count = memchr_iter(b'\t', line).count() + 1;
    let is_trimmed = check.is_some() && (COLUMNS - TEXTS..COLUMNS).contains(&count);
    if count != COLUMNS && !is_trimmed {
        return Err(Defect::Columns(count));
    }
    let mut rest = line;
    let [kind, count, _, first_line, first_offset, last_line, last_offset, example, pattern] =
        std::array::from_fn(|_| {
            let line = std::mem::take(&mut rest);
            let len = memchr(b'\t', line).unwrap_or(line.len());
            let (column, after) = line.split_at_mut(len);
            rest = after.get_mut(1..).unwrap_or_default();
            column
        });
    let pattern = match &*kind {
        b"pattern" => Some(text("pattern", pattern)?.into()),
        b"other" => None,
        _ => return Err(Defect::Value { column: "kind", value: shown(kind) }),
    };
    Ok(Row {
        pattern,
        count: parse("count", count)?,
        first: LinePosition {
            line: parse("first_line", first_line)?,
            offset: parse("first_offset", first_offset)?,
        },
        last: LinePosition {
            line: parse("last_line", last_line)?,
            offset: parse("last_offset", last_offset)?,
        },
        example: text("example", example)?.into(),
        histogram: None,
    })
}

/// Returns whether `line` has a control character other than TAB. In texts all are escaped.
fn has_control(line: &[u8]) -> bool {
    line.iter().any(|&byte| byte.is_ascii_control() && byte != b'\t')
}

fn text<'a>(column: &'static str, value: &'a mut [u8]) -> Result<&'a [u8], Defect> {
    // Before it is changed.
    let beginning = shown(value);
    unescape(value).ok_or(Defect::Value { column, value: beginning })
}

fn parse<T: FromStr>(column: &'static str, value: &[u8]) -> Result<T, Defect> {
    // Rust reads `+1` too, which no writer writes.
    let text = str::from_utf8(value).ok().filter(|value| !value.starts_with('+'));
    let number = text.and_then(|value| value.parse().ok());
    number.ok_or_else(|| Defect::Value { column, value: shown(value) })
}

/// Returns the beginning of `value`, for a message.
pub(super) fn shown(value: &[u8]) -> String {
    String::from_utf8_lossy(&value[..value.len().min(40)]).into_owned()
}
