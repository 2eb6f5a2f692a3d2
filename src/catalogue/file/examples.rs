//! The examples of a row in a file.
//!
//! Each has its line beside its text. So an example that is an empty line is told from none, and
//! catalogues add up to the first lines that differ also where lines of several patterns are counted
//! together.

use std::fmt;
use std::io::{self, Write};
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::error::Defect;
use super::json_text::{parse_escaped_text, parse_text};
use super::jsonl::write_text_array;
use super::tsv;
use crate::catalogue::example::MAX_EXAMPLES;
use crate::catalogue::further::Further;
use crate::catalogue::row::Row;
use crate::text::escape::write_escaped;

/// The column with the lines of the examples.
const LINES: &str = "example_lines";

/// Returns the names of the columns that a file with up to `max` examples of each pattern has beside
/// others.
pub(super) fn columns(max: usize) -> impl Iterator<Item = String> {
    let lines = (max > 1).then(|| LINES.to_owned());
    lines.into_iter().chain((2..=max).map(|number| format!("example_{number}")))
}

/// Writes the cells of `row` in these columns, a TAB before each.
pub(super) fn write_cells(
    row: &Row<'_>,
    max: usize,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    if max == 1 {
        return Ok(());
    }
    for (index, example) in row.examples().enumerate() {
        write!(output, "{}{}", if index == 0 { '\t' } else { ' ' }, example.line)?;
    }
    let mut further = row.further.iter();
    for _ in 2..=max {
        output.write_all(b"\t")?;
        write_escaped(further.next().map_or(b"", |example| example.text), output)?;
    }
    Ok(())
}

/// Parses the cells of a row in these columns, which `next` returns one after the other. Its first
/// line is `first`.
pub(super) fn parse_cells<'a>(
    first: u64,
    max: usize,
    mut next: impl FnMut() -> &'a mut [u8],
) -> Result<Further<'static>, Defect> {
    let mut further = Vec::new();
    if max > 1 {
        let mut lines = (*next()).split(|&byte| byte == b' ').map(|line| tsv::parse(LINES, line));
        if lines.next().transpose()? != Some(first) {
            return Err(Defect::Examples);
        }
        let mut lines = lines.take(max);
        for _ in 2..=max {
            let cell = next();
            match lines.next() {
                Some(line) => further.push((line?, tsv::text("example", cell)?.to_vec())),
                None if cell.is_empty() => {}
                None => return Err(Defect::Examples),
            }
        }
        if lines.next().is_some() {
            return Err(Defect::Examples);
        }
    }
    Ok(Further::Read(further))
}

/// Writes the examples of `row` as members of an object, a comma before each.
pub(super) fn write_json(row: &Row<'_>, output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    write_text_array("examples", row.examples().map(|example| example.text), output)?;
    write!(output, ",\"{LINES}\":[")?;
    for (index, example) in row.examples().enumerate() {
        write!(output, "{}{}", if index == 0 { "" } else { "," }, example.line)?;
    }
    output.write_all(b"]")
}

/// The items of an array in JSON, of which there may not be more than there are examples.
pub(super) struct Items<T>(Vec<T>);

impl<T> Items<T> {
    /// Returns the first item, if there is one.
    pub(super) fn into_first(self) -> Option<T> {
        self.0.into_iter().next()
    }
}

/// Returns the first example of a row whose first line is `first`, and the others. `escaped` are the
/// texts again if one of them is not UTF-8.
pub(super) fn parse_json(
    (texts, escaped): (Option<Items<&RawValue>>, Option<Items<&RawValue>>),
    lines: Option<Items<u64>>,
    first: u64,
) -> Result<(Vec<u8>, Further<'static>), Defect> {
    let (Some(Items(texts)), Some(Items(lines))) = (texts, lines) else {
        return Err(Defect::Value { column: "examples", value: String::new() });
    };
    let parse = |text: &&RawValue| match &escaped {
        Some(_) => parse_escaped_text("examples", text),
        None => parse_text("examples", text),
    };
    let texts = escaped.as_ref().map_or(&texts, |Items(escaped)| escaped);
    let (Some((text, texts)), Some((line, lines))) = (texts.split_first(), lines.split_first())
    else {
        return Err(Defect::Examples);
    };
    if *line != first || texts.len() != lines.len() {
        return Err(Defect::Examples);
    }
    let further = lines.iter().zip(texts).map(|(line, text)| Ok((*line, parse(text)?)));
    Ok((parse(text)?, Further::Read(further.collect::<Result<_, Defect>>()?)))
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ItemsVisitor(PhantomData))
    }
}

struct ItemsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ItemsVisitor<T> {
    type Value = Items<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an array of up to {MAX_EXAMPLES} items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut kept = Vec::new();
        while let Some(item) = items.next_element()? {
            if kept.len() == MAX_EXAMPLES {
                return Err(A::Error::invalid_length(MAX_EXAMPLES + 1, &self));
            }
            kept.push(item);
        }
        Ok(Items(kept))
    }
}
