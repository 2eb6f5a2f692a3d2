//! The table as a terminal shows it.

use unicode_width::UnicodeWidthStr;

use super::*;
use crate::catalogue::tests::catalogue_of;
use crate::catalogue::{Limits, file};

fn table(catalogue: &Catalogue, width: usize, colour: bool) -> String {
    let mut output = Vec::new();
    write(catalogue, Shown::Example, Style { width, colour }, &mut output).unwrap();
    String::from_utf8(output).unwrap()
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
    assert!(coloured.starts_with(BOLD));
    for colour in [BOLD, DIM, CYAN, PLAIN] {
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
fn figures_are_for_people() {
    assert_eq!([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    let shares = [0.0, 1e-9, 0.00001, 0.0099, 0.01, 1.0].map(percent);
    assert_eq!(shares, ["0.000 %", "<0.001 %", "0.001 %", "0.990 %", "1.00 %", "100.00 %"]);
}
