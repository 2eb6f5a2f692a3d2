//! The table as a terminal shows it.

use unicode_width::UnicodeWidthStr;

use super::*;
use crate::catalogue::tests::{catalogue_by, catalogue_of};
use crate::catalogue::{Limits, file};
use crate::report::style::PLAIN;
use crate::rules::Rules;

fn written(catalogue: &Catalogue, shown: Shown, style: Style) -> String {
    let mut output = Vec::new();
    write(catalogue, shown, style, &mut output).unwrap();
    String::from_utf8(output).unwrap()
}

fn table(catalogue: &Catalogue, width: usize, colour: bool) -> String {
    written(catalogue, Shown::Example, Style { width, max_rows: usize::MAX, colour })
}

/// Returns a log with `start` in its first line, `stop` in its last, and `tick` in all others.
fn log() -> String {
    [
        "start up now and do not wait for anything that takes long\n",
        &"tick: 1\n".repeat(1200),
        "stop\t!\n",
    ]
    .concat()
}

#[test]
fn lines_are_counted_and_shown_where_they_are() {
    let catalogue = catalogue_of(log().as_bytes(), 1000, Limits::default());
    let expected = "\
COUNT     SHARE  WHERE IN THE LOG      EXAMPLE
1,200   99.83 %  ████████████████████  tick: 1
    1   0.083 %  █                     start up now and do not wait f…
    1   0.083 %                     █  stop\\t!
1,202 lines, 3 patterns
";
    assert_eq!(table(&catalogue, 70, false), expected);
    let expected = "\
COUNT     SHARE  WHERE IN THE LOG                          EXAMPLE
1,200   99.83 %  ▇███████████████████████████████████████  tick: 1
    1   0.083 %  █                                         start up now and do not wait for anything that takes long
    1   0.083 %                                         █  stop\\t!
1,202 lines, 3 patterns
";
    assert_eq!(table(&catalogue, 120, false), expected);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for limits in [Limits::default(), Limits::of_patterns(1)] {
        let catalogue = catalogue_of(log().as_bytes(), 1000, limits);
        for width in [30, 69, 70, 80, 119, 120, 200] {
            for line in table(&catalogue, width, false).lines() {
                assert!(line.width() <= width, "{} columns of {width}: {line}", line.width());
            }
        }
    }
}

#[test]
fn without_colours_nothing_but_text_is_sent_and_with_them_the_text_is_the_same() {
    let catalogue = catalogue_of(log().as_bytes(), 1000, Limits::of_patterns(1));
    let plain = table(&catalogue, 80, false);
    assert!(!plain.contains('\x1b'));
    let mut coloured = table(&catalogue, 80, true);
    assert!(coloured.starts_with(Colour::Bold.sequence()));
    let colours = [Colour::Bold, Colour::Dim, Colour::Cyan].map(Colour::sequence);
    for colour in colours.into_iter().chain([PLAIN]) {
        coloured = coloured.replace(colour, "");
    }
    assert_eq!(coloured, plain);
}

#[test]
fn the_others_come_last_and_are_no_pattern() {
    let catalogue = catalogue_of(log().as_bytes(), 1000, Limits::of_patterns(1));
    let plain = table(&catalogue, 100, false);
    let lines: Vec<_> = plain.lines().collect();
    assert!(lines[1].contains("start up now"), "{plain}");
    assert!(lines[2].ends_with("(all other patterns, beyond the limits)"), "{plain}");
    assert_eq!(lines[3], "1,202 lines, 1 pattern, and 1,201 lines of others, beyond the limits");
}

#[test]
fn a_catalogue_that_does_not_know_where_lines_are_has_no_bars() {
    let catalogue = file::read(
        &b"# lognorm-mmap patterns\tschema=1\trules=shape/1\tlines=3\tbytes=8\n\
        kind\tcount\tshare\tfirst_line\tfirst_offset\tlast_line\tlast_offset\texample\tpattern\n\
        pattern\t2\t0.7\t1\t0\t3\t6\ta\tY\n\
        pattern\t1\t0.3\t2\t2\t2\t2\t(b)\t(X)\n"[..],
    )
    .unwrap();
    let expected = "COUNT     SHARE  EXAMPLE\n    2   66.67 %  a\n    1   33.33 %  (b)\n\
                    3 lines, 2 patterns\n";
    assert_eq!(table(&catalogue, 200, false), expected);
}

#[test]
fn what_there_is_no_room_for_is_told_in_the_last_line() {
    let mut lines = vec!["up\n"; 96];
    lines.extend(["(a)\n", "(a)\n", "<b>\n", "[c]\n"]);
    let end = |catalogue, width, max_rows| {
        let style = Style { width, max_rows, colour: false };
        let table = written(catalogue, Shown::Example, style);
        let rows = 1 + max_rows.min(catalogue.rows().unwrap().len());
        table.lines().skip(rows).map(str::to_owned).collect::<Vec<_>>()
    };
    let catalogue = catalogue_of(lines.concat().as_bytes(), 1000, Limits::default());
    let sum = "100 lines, 4 patterns";
    assert_eq!(end(&catalogue, 200, 4), [sum]);
    assert_eq!(end(&catalogue, 200, usize::MAX), [sum]);
    let more = "2 more patterns, 2.00 % of the lines: --top N shows more, --top 0 all";
    assert_eq!(end(&catalogue, 200, 2), [sum, more]);
    assert_eq!(end(&catalogue, 69, 2), [sum, more]);
    let short = "2 more patterns: --top N shows more, --top 0 all";
    assert_eq!(end(&catalogue, 68, 2), [sum, short]);
    let one = "1 more pattern, 1.00 % of the lines: --top N shows more, --top 0 all";
    assert_eq!(end(&catalogue, 200, 3), [sum, one]);
    // The row of the others is the last. It is no pattern.
    let catalogue = catalogue_of(lines.concat().as_bytes(), 1000, Limits::of_patterns(2));
    let sum = "100 lines, 2 patterns, and 2 lines of others, beyond the limits";
    assert_eq!(end(&catalogue, 200, 2), [sum]);
    let one = "1 more pattern, 2.00 % of the lines: --top N shows more, --top 0 all";
    assert_eq!(end(&catalogue, 200, 1), [sum, one]);
}

#[test]
fn values_in_patterns_are_dim() {
    let catalogue = catalogue_by(Rules::Words, b"took 7 ms\n", 100, Limits::default());
    let style = Style { width: 80, max_rows: 9, colour: true };
    let table = written(&catalogue, Shown::Pattern, style);
    assert!(table.contains("  took \x1b[2m*\x1b[22m ms\n"), "{table:?}");
    let table = written(&catalogue, Shown::Pattern, Style { colour: false, ..style });
    assert!(table.contains("  took * ms\n"), "{table:?}");
}
