//! The rows of a catalogue as JSON, an object on each line, to be looked at by other programs.
//!
//! The objects have the members that they have in a catalogue's own JSONL but `places`, which mean
//! nothing without its header, and two others:
//!
//! - `parts`, if it is known where the lines are, has the number of lines that start in each of 40
//!   equal parts of the log. The lines of a place in two parts are divided.
//! - `members` has the patterns that a folded pattern was made of, by first appearance. A row that
//!   joined nothing has its pattern there, and the row of the others has none. Where one of them is
//!   not UTF-8, `members_escaped` has all of them again, exactly.
//!
//! There is no header, so that it cannot be mistaken for a catalogue: folded patterns do not add up
//! with those of others. Both members come before the examples, which may be long, so that a report
//! is known by the beginning of its first row.

use std::io::{self, Write};

use crate::catalogue::file::{write_numbers, write_text_array, write_texts};
use crate::catalogue::{Catalogue, FoldedCatalogue, LOG_PARTS, Row};

/// Writes the rows of `folded` if there is one, otherwise those of `catalogue`, in the order of
/// [`Catalogue::rows`] and no more than `max_rows`, in small pieces: `output` should be buffered.
///
/// # Errors
///
/// Returns the errors of `output`.
pub fn write(
    catalogue: &Catalogue,
    folded: Option<&FoldedCatalogue<'_>>,
    max_rows: usize,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let catalogue = folded.map_or(catalogue, FoldedCatalogue::catalogue);
    let rows = catalogue.rows().map_err(|_| io::ErrorKind::OutOfMemory)?;
    for row in rows.iter().take(max_rows) {
        let pattern = row.pattern.as_deref();
        match (pattern, folded) {
            (None, _) => write_row(row, catalogue, &[], output)?,
            (Some(pattern), None) => write_row(row, catalogue, &[pattern], output)?,
            (Some(pattern), Some(folded)) => {
                write_row(row, catalogue, folded.members(pattern), output)?;
            }
        }
    }
    output.flush()
}

fn write_row(
    row: &Row<'_>,
    catalogue: &Catalogue,
    members: &[&[u8]],
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    output.write_all(b"{")?;
    write_numbers(row, catalogue.lines(), output)?;
    write_parts(row, catalogue, output)?;
    write_text_array("members", members.iter().copied(), output)?;
    write_texts(row, output)?;
    output.write_all(b"}\n")
}

/// Writes how many lines of `row` start in each part of the log of `catalogue`, if that is known, with
/// a comma before.
pub(super) fn write_parts(
    row: &Row<'_>,
    catalogue: &Catalogue,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    for (index, part) in row.parts(catalogue.bytes()).iter().flatten().enumerate() {
        let before = if index == 0 { ",\"parts\":[" } else { "," };
        let after = if index == LOG_PARTS - 1 { "]" } else { "" };
        write!(output, "{before}{}{after}", (part * 1e3).round() / 1e3)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::tests::catalogue_by;
    use crate::catalogue::{DEFAULT_SIBLINGS, Limits};
    use crate::rules::Rules;

    fn written(catalogue: &Catalogue, folded: Option<&FoldedCatalogue<'_>>) -> Vec<String> {
        let mut output = Vec::new();
        write(catalogue, folded, usize::MAX, &mut output).unwrap();
        String::from_utf8(output).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn rows_tell_what_they_joined() {
        let log = b"no ann 1\nno \xffbob 2\nup\nno cyd 3\nno dan 4\nno eve 5\nno ann 6\nbye\n";
        let limits = Limits { patterns: 6, ..Limits::default() };
        let catalogue = catalogue_by(Rules::Words, log, 9, limits);
        let [folded] = FoldedCatalogue::of([&catalogue], DEFAULT_SIBLINGS).unwrap();
        let expected = [
            r#"{"kind":"pattern","count":6,"share":0.75,"first_line":1,"first_offset":0,"last_line":7,"last_offset":49,"members":["no ann *","no �bob *","no cyd *","no dan *","no eve *"],"members_escaped":["no ann *","no \\xFFbob *","no cyd *","no dan *","no eve *"],"examples":["no ann 1"],"example_lines":[1],"pattern":"no * *"}"#,
            r#"{"kind":"pattern","count":1,"share":0.125,"first_line":3,"first_offset":19,"last_line":3,"last_offset":19,"members":["up"],"examples":["up"],"example_lines":[3],"pattern":"up"}"#,
            r#"{"kind":"other","count":1,"share":0.125,"first_line":8,"first_offset":58,"last_line":8,"last_offset":58,"members":[],"examples":["bye"],"example_lines":[8]}"#,
        ];
        let rows = written(&catalogue, Some(&folded));
        let sums = [6.0, 1.0, 1.0];
        for ((row, expected), sum) in rows.iter().zip(expected).zip(sums) {
            let start = row.find(",\"parts\":[").unwrap();
            let end = start + row[start..].find(']').unwrap() + 1;
            let parts: Vec<f64> = serde_json::from_str(&row[start + 9..end]).unwrap();
            assert_eq!((parts.len(), parts.iter().sum::<f64>()), (LOG_PARTS, sum), "{row}");
            assert_eq!([&row[..start], &row[end..]].concat(), expected);
        }
        // One that is not folded has each pattern in a row of its own.
        let rows = written(&catalogue, None);
        assert_eq!(rows.len(), 7);
        let members = r#"],"members":["no ann *"],"examples":["no ann 1"]"#;
        assert!(rows[0].contains(members), "{}", rows[0]);
        for row in rows {
            serde_json::from_str::<serde_json::Value>(&row).unwrap();
        }
    }
}
