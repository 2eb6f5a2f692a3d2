//! Where lines are, in both formats: the boundaries in the header, and the places of a row.

use std::borrow::Cow;
use std::io::{self, Write};
use std::mem;

use serde_json::value::RawValue;

use super::Header;
use super::error::Defect;
use super::tsv::{parse as parse_number, shown};
use crate::catalogue::histogram::Histogram;
use crate::catalogue::places::{Boundaries, Boundary, MAX_BOUNDARIES};
use crate::catalogue::row::Places;

/// The longest text of places in JSON that is parsed, in bytes: enough for all buckets, with blanks
/// between.
const MAX_JSON_LEN: usize = 64 * (MAX_BOUNDARIES + 1);

/// The form of lists of pairs of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Tsv,
    Json,
}

pub(super) fn write_boundaries(
    boundaries: &Boundaries,
    form: Form,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let pairs = boundaries.list().iter().map(|it| (it.offset, it.level.into()));
    write_pairs(pairs, form, ["/", ","], output)
}

/// Writes the places of a row.
pub(super) fn write(
    histogram: &Histogram,
    form: Form,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let pairs = histogram.buckets().map(|it| (it.bucket().into(), it.lines()));
    // A spreadsheet would take `3:12` for a time.
    write_pairs(pairs, form, ["=", " "], output)
}

/// Writes `pairs`, in TSV with `within` inside of each and `between` two of them.
fn write_pairs(
    pairs: impl Iterator<Item = (u64, u64)>,
    form: Form,
    [within, between]: [&str; 2],
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let [start, within, end, between] = match form {
        Form::Tsv => ["", within, "", between],
        Form::Json => ["[", ",", "]", ","],
    };
    output.write_all(start.as_bytes())?;
    let mut is_first = true;
    for (one, other) in pairs {
        if !mem::replace(&mut is_first, false) {
            output.write_all(between.as_bytes())?;
        }
        output.write_all(start.as_bytes())?;
        output.write_all(digits(one, &mut [0; 20]))?;
        output.write_all(within.as_bytes())?;
        output.write_all(digits(other, &mut [0; 20]))?;
        output.write_all(end.as_bytes())?;
    }
    output.write_all(end.as_bytes())
}

/// Returns `number` in decimal digits. A catalogue has up to 128 pairs of numbers in each row, for which
/// `write!` takes most of the time of writing the file.
fn digits(mut number: u64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut start = buffer.len();
    loop {
        start -= 1;
        buffer[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &buffer[start..];
        }
    }
}

/// Parses the boundaries of a header in TSV.
pub(super) fn parse_boundaries(least_level: u8, text: &str) -> Result<Boundaries, Defect> {
    let pairs = text.split(',').filter(|_| !text.is_empty()).map(|pair| {
        let (offset, level) = pair.split_once('/').unwrap_or((pair, ""));
        Ok((
            parse_number("boundaries", offset.as_bytes())?,
            parse_number("boundaries", level.as_bytes())?,
        ))
    });
    Ok(boundaries(least_level, pairs.collect::<Result<_, Defect>>()?))
}

/// Returns boundaries, each with its offset and its level.
pub(super) fn boundaries(least_level: u8, pairs: Vec<(u64, u8)>) -> Boundaries {
    let pairs = pairs.into_iter();
    Boundaries::new(least_level, pairs.map(|(offset, level)| Boundary { offset, level }).collect())
}

/// Parses the places of a row in TSV, if there are any.
pub(super) fn parse(text: &[u8]) -> Result<Option<Histogram>, Defect> {
    if text.is_empty() {
        return Ok(None);
    }
    let pairs = text.split(|&byte| byte == b' ').map(|pair| {
        let sign = pair.iter().position(|&byte| byte == b'=').unwrap_or(pair.len());
        let (bucket, lines) = pair.split_at(sign);
        let lines = lines.strip_prefix(b"=").unwrap_or_default();
        Ok((parse_number("places", bucket)?, parse_number("places", lines)?))
    });
    histogram(pairs, text).map(Some)
}

/// Parses the places of a row in JSON, if there are any.
pub(super) fn parse_json(json: &RawValue) -> Result<Option<Histogram>, Defect> {
    let json = json.get();
    if json.len() > MAX_JSON_LEN {
        return Err(wrong(json.as_bytes()));
    }
    let pairs: Option<Vec<(u8, u64)>> = serde_json::from_str(json)?;
    let pairs = pairs.map(|pairs| histogram(pairs.into_iter().map(Ok), json.as_bytes()));
    pairs.transpose()
}

/// Returns the histogram with these buckets and lines, which `text` has.
fn histogram(
    pairs: impl Iterator<Item = Result<(u8, u64), Defect>>,
    text: &[u8],
) -> Result<Histogram, Defect> {
    let (mut histogram, mut next) = (Histogram::default(), 0);
    for pair in pairs {
        let (bucket, lines) = pair?;
        if u32::from(bucket) < next || lines == 0 {
            return Err(wrong(text));
        }
        next = u32::from(bucket) + 1;
        histogram.add(bucket, lines)?;
    }
    Ok(histogram)
}

fn wrong(text: &[u8]) -> Defect {
    Defect::Value { column: "places", value: shown(text) }
}

/// Returns the places of a row of a file with this `header`, if it is known where lines are.
pub(super) fn of_row(
    histogram: Option<Histogram>,
    header: &Header,
) -> Result<Option<Places<'_>>, Defect> {
    match (&header.boundaries, histogram) {
        (Some(boundaries), Some(histogram)) => {
            Ok(Some(Places { boundaries, histogram: Cow::Owned(histogram) }))
        }
        (None, None) => Ok(None),
        _ => Err(Defect::Places),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number() {
        for number in [0, 9, 10, 1234, u64::MAX - 1, u64::MAX] {
            assert_eq!(digits(number, &mut [0; 20]), number.to_string().as_bytes());
        }
    }
}
