//! The difference of two catalogues as text: a line for each change, and one that sums up.

use std::io::{self, Write};

use super::table::Shown;
use crate::catalogue::{Change, Diff};
use crate::text::push_cell;

/// Writes `diff`, a line at a time: `output` should be buffered.
///
/// Control characters are shown as `\t`, `\x1B` and the like, so that no log moves the
/// cursor.
///
/// # Errors
///
/// Returns the errors of `output`.
pub fn write(diff: &Diff<'_>, shown: Shown, output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let Diff { new, gone, changed, unchanged, old_unnamed, new_unnamed } = diff;
    for (kind, changes) in [("new", new), ("gone", gone), ("changed", changed)] {
        for change in changes {
            write_change(kind, change, shown, output)?;
        }
    }
    let [new, gone, changed, unchanged] = [new, gone, changed, unchanged].map(Vec::len);
    writeln!(output, "{new} new, {gone} gone, {changed} changed, {unchanged} much as before")?;
    if *old_unnamed > 0 {
        writeln!(
            output,
            "The older catalogue does not name the patterns of {old_unnamed} lines that went \
             beyond its limits: what is called new may be among them."
        )?;
    }
    if *new_unnamed > 0 {
        writeln!(
            output,
            "The newer catalogue does not name the patterns of {new_unnamed} lines that went \
             beyond its limits: more may be new, and what is called gone may be there."
        )?;
    }
    output.flush()
}

fn write_change(
    kind: &str,
    change: &Change<'_>,
    shown: Shown,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let mut text = String::new();
    push_cell(shown.text(&change.row), usize::MAX, &mut text);
    let percent = |share: f64| format!("{:.3} %", share * 100.0);
    let (old_share, new_share) = (percent(change.old_share), percent(change.new_share));
    let Change { old_count, new_count, .. } = change;
    writeln!(
        output,
        "{kind:<7} {old_count:>10} {old_share:>9} -> {new_count:>10} {new_share:>9}  {text}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::tests::catalogue_of;
    use crate::catalogue::{Limits, Threshold, diff};

    /// The text of what `new` has and has not that `old` has, where only `limit` patterns are kept.
    fn text(old: &str, new: &str, limit: usize) -> String {
        let limits = Limits::of_patterns(limit);
        let of = |log: &str| catalogue_of(log.as_bytes(), 100, limits);
        let (old, new) = (of(old), of(new));
        let mut text = Vec::new();
        write(&diff(&old, &new, Threshold::default()).unwrap(), Shown::Example, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn changes_have_a_line_each() {
        let lines = |parts: &[(&str, usize)]| -> String {
            parts.iter().map(|&(line, count)| line.repeat(count)).collect()
        };
        let old = lines(&[("a\n", 900), ("b=\n", 60), ("-\n", 20), ("(c)\n", 20)]);
        let new = lines(&[("b=\n", 240), ("a\n", 1720), ("(c)\n", 39), ("<d>\n", 1)]);
        let expected = "\
new              0   0.000 % ->          1   0.050 %  <d>
gone            20   2.000 % ->          0   0.000 %  -
changed         60   6.000 % ->        240  12.000 %  b=
1 new, 1 gone, 1 changed, 2 much as before
";
        assert_eq!(text(&old, &new, 9), expected);
    }

    #[test]
    fn lines_without_a_named_pattern_are_told() {
        let (old, new) = ("a\na\n(b)\n(b)\n(b)\n", "a\n");
        let told = text(old, new, 1);
        assert!(told.contains("older catalogue does not name the patterns of 3 lines"), "{told}");
        let told = text(new, old, 1);
        assert!(told.contains("newer catalogue does not name the patterns of 3 lines"), "{told}");
    }

    #[test]
    fn no_example_turns_a_terminal() {
        let text = text("a\n", "a\n\u{202e}(b)\x1b[31m\n", 9);
        assert!(text.contains("\\xE2\\x80\\xAE(b)\\x1B[31m\n"), "{text:?}");
    }
}
