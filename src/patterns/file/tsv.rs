//! Catalogues as columns divided by TABs.

use std::fmt::Write;
use std::str::{self, FromStr};

use super::error::Defect;
use super::{COLUMNS, Header};
use crate::patterns::escape::{escape, unescape};
use crate::patterns::row::{Place, Row};

/// What the header begins with.
const TITLE: &str = "# lognorm-mmap patterns";

/// The second line of a file.
pub(super) const COLUMN_NAMES: &str = "kind\tcount\tshare\tfirst_line\tfirst_offset\t\
                                       last_line\tlast_offset\texample\tpattern";

const TAKES_ALL: &str = "a string takes all that is written";

pub(super) fn write_header(header: Header, line: &mut String) {
    let Header { schema, rules, lines, bytes } = header;
    writeln!(
        line,
        "{TITLE}\tschema={schema}\trules={rules}\tlines={lines}\tbytes={bytes}\n{COLUMN_NAMES}"
    )
    .expect(TAKES_ALL);
}

pub(super) fn write_row(row: &Row<'_>, lines: u64, line: &mut String) {
    let Row { count, first, last, .. } = row;
    let kind = if row.pattern.is_some() { "pattern" } else { "other" };
    let share = row.share(lines);
    write!(
        line,
        "{kind}\t{count}\t{share:.9}\t{}\t{}\t{}\t{}\t",
        first.line, first.offset, last.line, last.offset
    )
    .expect(TAKES_ALL);
    escape(&row.example, line);
    line.push('\t');
    escape(row.pattern.as_deref().unwrap_or_default(), line);
    line.push('\n');
}

/// The version of the format, which all versions name in the same way.
pub(super) fn parse_schema(line: &[u8]) -> Result<u32, Defect> {
    let mut fields = line.split(|&byte| byte == b'\t');
    let is_ours = fields.next() == Some(TITLE.as_bytes());
    let schema = fields.next().filter(|_| is_ours).and_then(|field| field.strip_prefix(b"schema="));
    parse("schema", schema.ok_or(Defect::NoHeader)?)
}

pub(super) fn parse_header(line: &[u8]) -> Result<Header, Defect> {
    let line = str::from_utf8(line).map_err(|_| Defect::NoHeader)?;
    let mut fields = line.split('\t').skip(1);
    let mut value = |name| {
        let field = fields.next().and_then(|field| field.strip_prefix(name)?.strip_prefix('='));
        parse::<u64>(name, field.unwrap_or_default().as_bytes())
    };
    let small = |value: u64| u32::try_from(value).map_err(|_| Defect::NoHeader);
    Ok(Header {
        schema: small(value("schema")?)?,
        rules: small(value("rules")?)?,
        lines: value("lines")?,
        bytes: value("bytes")?,
    })
}

pub(super) fn parse_row(line: &[u8]) -> Result<Row<'static>, Defect> {
    let columns: Vec<_> = line.split(|&byte| byte == b'\t').collect();
    let columns: [_; COLUMNS] =
        columns.try_into().map_err(|columns: Vec<_>| Defect::Columns(columns.len()))?;
    // The share follows from the counts.
    let [kind, count, _, first_line, first_offset, last_line, last_offset, example, pattern] =
        columns;
    let text = |column, value| {
        unescape(value).ok_or_else(|| Defect::Value { column, value: shown(value) })
    };
    let pattern = match kind {
        b"pattern" => Some(text("pattern", pattern)?.into()),
        b"other" => None,
        _ => return Err(Defect::Value { column: "kind", value: shown(kind) }),
    };
    Ok(Row {
        pattern,
        count: parse("count", count)?,
        first: Place {
            line: parse("first_line", first_line)?,
            offset: parse("first_offset", first_offset)?,
        },
        last: Place {
            line: parse("last_line", last_line)?,
            offset: parse("last_offset", last_offset)?,
        },
        example: text("example", example)?.into(),
        spread: None,
    })
}

fn parse<T: FromStr>(column: &'static str, value: &[u8]) -> Result<T, Defect> {
    let number = str::from_utf8(value).ok().and_then(|value| value.parse().ok());
    number.ok_or_else(|| Defect::Value { column, value: shown(value) })
}

/// The beginning of `value`, for a message.
fn shown(value: &[u8]) -> String {
    String::from_utf8_lossy(&value[..value.len().min(40)]).into_owned()
}
