//! Differences as text.

use super::*;
use crate::catalogue::tests::catalogue_of;
use crate::catalogue::{Limits, Threshold, diff};

/// The text of what `new` has and has not that `old` has, where only `limit` patterns are kept.
fn text(old: &str, new: &str, limit: usize) -> String {
    let limits = Limits::of_patterns(limit);
    let of = |log: &str| catalogue_of(log.as_bytes(), 100, limits);
    let (old, new) = (of(old), of(new));
    let mut text = Vec::new();
    let style = Style { width: 119, max_rows: usize::MAX, colour: false };
    let diff = diff(&old, &new, Threshold::default()).unwrap();
    let comparison = Comparison { old: &old, new: &new, diff: &diff };
    write(&comparison, Shown::Example, style, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// Returns the text of a difference with a change of each kind.
fn styled(style: Style) -> String {
    let [old, new] = logs().map(|log| catalogue_of(log.as_bytes(), 100, Limits::default()));
    let mut text = Vec::new();
    let diff = diff(&old, &new, Threshold::default()).unwrap();
    let comparison = Comparison { old: &old, new: &new, diff: &diff };
    write(&comparison, Shown::Pattern, style, &mut text).unwrap();
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
1 new, 1 gone, 2 changed, 2 much as before
2 more changes: --top N shows more, --top 0 all
";
    assert_eq!(styled(style(60, 2)), expected);
    assert_eq!(styled(style(60, 4)).lines().count(), 6);
}

#[test]
fn a_wide_terminal_shows_where_each_pattern_is() {
    let old = "up\n".repeat(900) + &"[down]\n".repeat(100);
    let new = ["(new)\n", &"up\n".repeat(499)].concat();
    let of = |log: &str| catalogue_of(log.as_bytes(), 1 << 20, Limits::default());
    let (old, new) = (of(&old), of(&new));
    let diff = diff(&old, &new, Threshold::default()).unwrap();
    let lines = |width| {
        let style = Style { width, max_rows: 9, colour: false };
        let mut text = Vec::new();
        let comparison = Comparison { old: &old, new: &new, diff: &diff };
        write(&comparison, Shown::Example, style, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    };
    let expected = "\
KIND     BEFORE     SHARE  NOW     SHARE  WHERE IN THE LOG      EXAMPLE
new           0   0.000 %    1   0.200 %  █                     (new)
gone        100   10.00 %    0   0.000 %                 ▁████  [down]
1 new, 1 gone, 0 changed, 1 much as before
";
    assert_eq!(lines(120), expected);
    assert!(!lines(119).contains("WHERE"));
}

#[test]
fn kinds_have_colours_and_values_are_dim() {
    let style = Style { width: 60, max_rows: 3, colour: true };
    let coloured = styled(style);
    let lines: Vec<_> = coloured.lines().collect();
    assert_eq!(lines[1], "\x1b[32mnew           0    1  \x1b[0m\x1b[32m<\x1b[2mX\x1b[22m>\x1b[0m");
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
