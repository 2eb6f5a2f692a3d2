//! The difference of two catalogues as JSON, an object on each line, for programs.
//!
//! There is an object for each pattern that is `new`, `gone` or `changed`, which is its `kind`, in the
//! order of the text. It has both counts and both shares, and the other members of a row of a
//! catalogue, with the `parts` of a [report](crate::report::jsonl) in place of `places`: those in the
//! newer catalogue, or in the older one for a pattern that is gone. The last object is of the kind
//! `sum`, and counts the patterns of each kind, also those that did not change, and the lines whose
//! patterns a catalogue does not name.

use std::io::{self, Write};

use super::{Comparison, Kind, changes};
use crate::catalogue::file::{write_positions, write_share, write_texts};
use crate::catalogue::{Catalogue, Change, Diff};
use crate::report::jsonl::write_parts;

/// Writes the difference, in small pieces: `output` should be buffered.
///
/// # Errors
///
/// Returns the errors of `output`.
pub fn write(comparison: &Comparison<'_>, output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    for (kind, change) in changes(comparison.diff)? {
        write_change(kind, change, comparison.catalogue_of(kind), output)?;
    }
    let Diff { new, gone, changed, unchanged, old_unnamed, new_unnamed } = comparison.diff;
    let [new, gone, changed, unchanged] = [new, gone, changed, unchanged].map(Vec::len);
    writeln!(
        output,
        "{{\"kind\":\"sum\",\"new\":{new},\"gone\":{gone},\"changed\":{changed},\
         \"unchanged\":{unchanged},\"old_unnamed_lines\":{old_unnamed},\
         \"new_unnamed_lines\":{new_unnamed}}}"
    )?;
    output.flush()
}

fn write_change(
    kind: Kind,
    change: &Change<'_>,
    catalogue: &Catalogue,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let Change { row, old_count, new_count, old_share, new_share } = change;
    let kind = kind.name();
    write!(output, "{{\"kind\":\"{kind}\",\"old_count\":{old_count},\"new_count\":{new_count}")?;
    write_share("old_share", *old_share, output)?;
    write_share("new_share", *new_share, output)?;
    write_positions(row, output)?;
    write_parts(row, catalogue, output)?;
    write_texts(row, output)?;
    output.write_all(b"}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::tests::catalogue_of;
    use crate::catalogue::{LOG_PARTS, Limits, Threshold, diff};

    #[test]
    fn changes_are_objects_and_the_last_object_sums_up() {
        let of = |log: &[u8]| catalogue_of(log, 100, Limits::default());
        let (old, new) = (of(b"-\na\n(b)\n"), of(b"a\n<\xff>\na\n(b)\n"));
        let mut output = Vec::new();
        let diff = diff(&old, &new, Threshold::default()).unwrap();
        write(&Comparison { old: &old, new: &new, diff: &diff }, &mut output).unwrap();
        let expected = r#"
{"kind":"new","old_count":0,"new_count":1,"old_share":0.0,"new_share":0.25,"first_line":2,"first_offset":2,"last_line":2,"last_offset":2,"examples":["<�>"],"examples_escaped":["<\\xFF>"],"example_lines":[2],"pattern":"<X>"}
{"kind":"gone","old_count":1,"new_count":0,"old_share":0.333333333,"new_share":0.0,"first_line":1,"first_offset":0,"last_line":1,"last_offset":0,"examples":["-"],"example_lines":[1],"pattern":"-"}
{"kind":"sum","new":1,"gone":1,"changed":0,"unchanged":2,"old_unnamed_lines":0,"new_unnamed_lines":0}
"#;
        let output = String::from_utf8(output).unwrap();
        let mut rest = String::new();
        // The second line of the newer log, and the first of the older one.
        for (line, first) in output.lines().zip([Some(6), Some(0), None]) {
            let Some(first) = first else {
                rest += line;
                continue;
            };
            let (before, after) = line.split_once("\"parts\":[").unwrap();
            let (parts, after) = after.split_once("],").unwrap();
            let parts: Vec<f64> = parts.split(',').map(|part| part.parse().unwrap()).collect();
            assert_eq!(
                (parts.len(), parts.iter().sum::<f64>().round()),
                (LOG_PARTS, 1.0),
                "{line}"
            );
            assert_eq!(parts.iter().position(|&part| part > 0.0), Some(first), "{line}");
            rest.extend([before, after, "\n"]);
        }
        assert_eq!(rest, expected.trim());
    }
}
