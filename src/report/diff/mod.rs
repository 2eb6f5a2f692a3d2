//! The difference of two catalogues as text: a line for each change, and one that sums up.
//!
//! ```text
//! KIND     BEFORE     SHARE  NOW     SHARE  EXAMPLE
//! new           0   0.000 %    1   0.050 %  Failed password for root from 10.0.0.7
//! changed      60    6.00 %  240   12.00 %  Connection closed by 10.0.0.9
//! 1 new, 0 gone, 1 changed, 12 much as before
//! ```

pub mod jsonl;

use std::io::{self, Write};

use super::Shown;
use super::style::{Colour, HOW_TO_SEE_MORE, PERCENT_WIDTH, Style, grouped, percent};
use crate::catalogue::{Change, Diff};
use crate::rules::Rules;
use crate::text::plural_suffix;

/// The number of lines of a difference that are no changes, if not all changes are shown.
pub const LINES_BESIDE_CHANGES: usize = 3;

/// The least width that a text is cut to, however narrow the terminal is.
const MIN_TEXT: usize = 10;

/// Writes `diff`, of catalogues by `rules`, a line at a time: `output` should be buffered.
///
/// New patterns come first, then those that are gone, and then those that changed, the greatest
/// change of a share first. The changes that `style` has no room for are left out, and a line says how
/// many they are.
///
/// Control characters are shown as `\t`, `\x1B` and the like, so that no log moves the
/// cursor.
///
/// # Errors
///
/// Returns the errors of `output`.
pub fn write(
    diff: &Diff<'_>,
    rules: Rules,
    shown: Shown,
    style: Style,
    output: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    let changes = changes(diff)?;
    let kept = &changes[..changes.len().min(style.max_rows)];
    let layout = Layout::new(kept, rules, shown, style);
    let mut line = String::new();
    if !kept.is_empty() {
        layout.push_head(&mut line);
        output.write_all(line.as_bytes())?;
    }
    for (kind, change) in kept {
        line.clear();
        layout.push_change(*kind, change, &mut line);
        output.write_all(line.as_bytes())?;
    }
    let more = (changes.len() - kept.len()) as u64;
    if more > 0 {
        line.clear();
        let more = format!("{} more change{}", grouped(more), plural_suffix(more));
        style.push(Colour::Dim, &format!("{more}: {HOW_TO_SEE_MORE}"), &mut line);
        writeln!(output, "{line}")?;
    }
    write_sum(diff, output)?;
    output.flush()
}

fn write_sum(diff: &Diff<'_>, output: &mut (impl Write + ?Sized)) -> io::Result<()> {
    let Diff { new, gone, changed, unchanged, old_unnamed, new_unnamed } = diff;
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
    Ok(())
}

/// What became of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    New,
    Gone,
    Changed,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Changed => "changed",
        }
    }

    fn colour(self) -> Colour {
        match self {
            Self::New => Colour::Green,
            Self::Gone => Colour::Red,
            Self::Changed => Colour::Magenta,
        }
    }
}

/// Returns all changes, in the order of [`write`].
fn changes<'a>(diff: &'a Diff<'_>) -> io::Result<Vec<(Kind, &'a Change<'a>)>> {
    let lists = [(Kind::New, &diff.new), (Kind::Gone, &diff.gone), (Kind::Changed, &diff.changed)];
    let mut changes = Vec::new();
    changes.try_reserve_exact(lists.iter().map(|(_, list)| list.len()).sum())?;
    for (kind, list) in lists {
        changes.extend(list.iter().map(|change| (kind, change)));
    }
    let change_of_share = |change: &Change<'_>| (change.new_share - change.old_share).abs();
    let (_, changed) = changes.split_at_mut(diff.new.len() + diff.gone.len());
    // The order of the list decides between equals.
    changed.sort_by(|(_, one), (_, other)| change_of_share(other).total_cmp(&change_of_share(one)));
    Ok(changes)
}

/// The widths of the columns.
struct Layout {
    style: Style,
    rules: Rules,
    shown: Shown,
    before: usize,
    now: usize,
    has_shares: bool,
    text: usize,
}

impl Layout {
    const KIND: usize = "changed".len();
    /// The number of spaces between columns.
    const GAP: usize = 2;

    fn new(changes: &[(Kind, &Change<'_>)], rules: Rules, shown: Shown, style: Style) -> Self {
        let widest = |title: &str, count: fn(&Change<'_>) -> u64| {
            let digits = changes.iter().map(|(_, change)| grouped(count(change)).len()).max();
            digits.unwrap_or(0).max(title.len())
        };
        let before = widest("BEFORE", |change| change.old_count);
        let now = widest("NOW", |change| change.new_count);
        let has_shares = style.width >= Style::NARROW;
        let shares = if has_shares { 2 * (PERCENT_WIDTH + Self::GAP) } else { 0 };
        let taken = Self::KIND + before + now + shares + 3 * Self::GAP;
        let text = style.width.saturating_sub(taken).max(MIN_TEXT);
        Self { style, rules, shown, before, now, has_shares, text }
    }

    fn push_head(&self, line: &mut String) {
        let mut head = self.figures("KIND", ["BEFORE", "NOW"], ["SHARE", "SHARE"]);
        head.push_str(self.shown.title());
        self.style.push(Colour::Bold, &head, line);
        line.push('\n');
    }

    fn push_change(&self, kind: Kind, change: &Change<'_>, line: &mut String) {
        let counts = [change.old_count, change.new_count].map(grouped);
        let shares = [change.old_share, change.new_share].map(percent);
        let figures = self.figures(
            kind.name(),
            counts.each_ref().map(String::as_str),
            shares.each_ref().map(String::as_str),
        );
        self.style.push(kind.colour(), &figures, line);
        let mut text = String::new();
        self.shown.push(&change.row, self.rules, self.text, self.style, &mut text);
        match kind {
            Kind::New => self.style.push(kind.colour(), &text, line),
            Kind::Gone | Kind::Changed => line.push_str(&text),
        }
        line.push('\n');
    }

    /// Returns the columns before the text.
    fn figures(&self, kind: &str, counts: [&str; 2], shares: [&str; 2]) -> String {
        let mut figures = format!("{kind:<width$}  ", width = Self::KIND);
        for ((count, share), width) in counts.iter().zip(shares).zip([self.before, self.now]) {
            figures += &format!("{count:>width$}  ");
            if self.has_shares {
                figures += &format!("{share:>PERCENT_WIDTH$}  ");
            }
        }
        figures
    }
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
        let style = Style { width: 200, max_rows: usize::MAX, colour: false };
        let diff = diff(&old, &new, Threshold::default()).unwrap();
        write(&diff, Rules::Shape, Shown::Example, style, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    /// Returns the text of a difference with a change of each kind.
    fn styled(style: Style) -> String {
        let [old, new] = logs().map(|log| catalogue_of(log.as_bytes(), 100, Limits::default()));
        let mut text = Vec::new();
        let diff = diff(&old, &new, Threshold::default()).unwrap();
        write(&diff, Rules::Shape, Shown::Pattern, style, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn logs() -> [String; 2] {
        let lines = |parts: &[(&str, usize)]| -> String {
            parts.iter().map(|&(line, count)| line.repeat(count)).collect()
        };
        [
            lines(&[("a\n", 4500), ("b=\n", 300), ("-\n", 100), ("(c)\n", 95), ("_\n", 5)]),
            lines(&[("b=\n", 240), ("a\n", 1710), ("(c)\n", 39), ("<d>\n", 1), ("_\n", 10)]),
        ]
    }

    #[test]
    fn changes_have_a_line_each_and_the_greatest_comes_first() {
        let [old, new] = logs();
        let expected = "\
KIND     BEFORE     SHARE  NOW     SHARE  EXAMPLE
new           0   0.000 %    1   0.050 %  <d>
gone        100    2.00 %    0   0.000 %  -
changed     300    6.00 %  240   12.00 %  b=
changed       5   0.100 %   10   0.500 %  _
1 new, 1 gone, 2 changed, 2 much as before
";
        assert_eq!(text(&old, &new, 9), expected);
        assert_eq!(text(&old, &old, 9), "0 new, 0 gone, 0 changed, 5 much as before\n");
    }

    #[test]
    fn a_terminal_is_neither_too_narrow_nor_too_low() {
        let style = |width, max_rows| Style { width, max_rows, colour: false };
        let expected = "\
KIND     BEFORE  NOW  PATTERN
new           0    1  <X>
gone        100    0  -
2 more changes: --top N shows more, --top 0 all
1 new, 1 gone, 2 changed, 2 much as before
";
        assert_eq!(styled(style(60, 2)), expected);
        assert_eq!(styled(style(60, 4)).lines().count(), 6);
    }

    #[test]
    fn kinds_have_colours_and_values_are_dim() {
        let style = Style { width: 60, max_rows: 3, colour: true };
        let coloured = styled(style);
        let lines: Vec<_> = coloured.lines().collect();
        assert_eq!(
            lines[1],
            "\x1b[32mnew           0    1  \x1b[0m\x1b[32m<\x1b[2mX\x1b[22m>\x1b[0m"
        );
        assert_eq!(lines[2], "\x1b[31mgone        100    0  \x1b[0m-");
        assert_eq!(lines[3], "\x1b[35mchanged     300  240  \x1b[0m\x1b[2mY\x1b[22m=");
        let plain = coloured.split('\x1b').map(|part| match part.split_once('m') {
            Some((colour, text)) if colour.starts_with('[') => text,
            _ => part,
        });
        assert_eq!(plain.collect::<String>(), styled(Style { colour: false, ..style }));
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
