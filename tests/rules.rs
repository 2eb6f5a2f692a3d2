//! The shape rules: their examples, their statements, and the library against the oracle.

mod common;

use common::oracle;
use common::text::{any_bytes, assert_same, hostile_lines, log_lines};
use lognorm_mmap::{Counts, Normalizer, max_output_len, normalize};
use proptest::collection::vec;
use proptest::prelude::*;

/// The table of the rules page.
const EXAMPLES: &[(&str, &str)] = &[
    (
        r#"03-17 16:13:38.936  1702 14638 D PowerManagerService: release:lock=189667585, flg=0x0, tag="*launch*", name=android", ws=WorkSource{10113}, uid=1000, pid=1702"#,
        r#"Y-Y Y:Y:Y.Y  Y Y Y Y: Y:Y=Y, Y=Y, Y="X", Y=Y", Y=Y{X}, Y=Y, Y=Y"#,
    ),
    (
        "[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok /etc/httpd/conf/workers2.properties",
        "[X] [X] Y.Y(X) Y /Y/Y/Y/Y.Y",
    ),
    ("a_b", "Y_Y"),
    ("()", "(X)"),
    ("((a)b)", "(X)"),
    ("(a [b) c", "(Y [Y) Y"),
    (r#"(a "b" c"#, r#"(Y "X" Y"#),
    ("a]b)", "Y]Y)"),
    ("it's (don't)", "Y'Y (Y'Y)"),
    ("can't and won't", "Y'X'Y"),
    ("<<a>", "<<X>"),
    ("naïve", "YïY"),
];

/// The statements of the rules page on lines, each with an input and its output.
const LINES: &[(&str, &[u8], &[u8])] = &[
    ("each line gives one, in order", b"a\n-\n[b]\n", b"Y\n-\n[X]\n"),
    ("CR before LF is dropped", b"a\r\nb\r\n", b"Y\nY\n"),
    ("but only one", b"a\r\r\n", b"Y\r\n"),
    ("any other CR is a symbol", b"a\rb\n\rc\n", b"Y\rY\n\rY\n"),
    ("CR and LF alone are an empty line", b"\r\n", b"\n"),
    ("bytes after the last LF are a line", b"a\nb", b"Y\nY\n"),
    ("CR before the end is dropped", b"a\r", b"Y\n"),
    ("but only one at the end, too", b"a\r\r", b"Y\r\n"),
    ("a last CR alone is an empty line", b"a\n\r", b"Y\n\n"),
    ("an empty line gives an empty line", b"\n\na\n\n", b"\n\nY\n\n"),
    ("an empty input gives an empty output", b"", b""),
    ("NUL is a symbol", b"a\0b\n\0", b"Y\0Y\n\0\n"),
    ("invalid UTF-8 stays", b"a\xff\xc3(b\n\x80", b"Y\xff\xc3(Y\n\x80\n"),
    (
        "a byte-order mark that is not the start of an input stays",
        b"\xef\xbb\xbfa",
        b"\xef\xbb\xbfY\n",
    ),
    ("levels end with their line", b"(a\nb)\n\"\n\"\n", b"(Y\nY)\n\"\n\"\n"),
    ("runs end with their line", b"a\nb\n", b"Y\nY\n"),
];

#[track_caller]
fn assert_gives(input: &[u8], expected: &[u8], what: &str) {
    assert_same(&normalize(input), expected, what);
    assert_same(&oracle::patterns(input), expected, format!("{what} (oracle)"));
}

#[test]
fn every_example_holds() {
    for (line, pattern) in EXAMPLES {
        assert_gives(line.as_bytes(), format!("{pattern}\n").as_bytes(), line);
    }
}

#[test]
fn every_statement_on_lines_holds() {
    for (what, input, expected) in LINES {
        assert_gives(input, expected, what);
    }
}

#[test]
fn each_ascii_letter_and_digit_is_a_run_and_no_other_byte_is() {
    let runs: Vec<u8> = (0..=u8::MAX).filter(|&byte| normalize(&[byte]) == b"Y\n").collect();
    assert_eq!(runs, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

#[test]
fn a_line_grows_to_exactly_the_bound_and_not_beyond() {
    for pairs in 0..100 {
        let (line, pattern) = ("()".repeat(pairs), "(X)".repeat(pairs));
        let expected = if pairs > 0 { pattern + "\n" } else { pattern };
        assert_gives(line.as_bytes(), expected.as_bytes(), &line);
        assert!(pairs == 0 || expected.len() == max_output_len(line.len()), "{pairs} pairs");
    }
}

#[test]
fn every_text_of_up_to_five_symbols_is_as_the_oracle_says() {
    const SYMBOLS: [u8; 8] = *b"([])'a\r\n";
    for length in 0..=5 {
        for number in 0..SYMBOLS.len().pow(length) {
            let digits = (0..length).map(|place| number / SYMBOLS.len().pow(place));
            let text: Vec<u8> = digits.map(|digit| SYMBOLS[digit % SYMBOLS.len()]).collect();
            assert_same(&normalize(&text), &oracle::patterns(&text), text.escape_ascii());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_are_as_the_oracle_says(text in any_bytes()) {
        assert_same(&normalize(&text), &oracle::patterns(&text), "any bytes");
    }

    #[test]
    fn hostile_lines_are_as_the_oracle_says(text in hostile_lines()) {
        assert_same(&normalize(&text), &oracle::patterns(&text), "hostile lines");
    }

    #[test]
    fn log_lines_are_as_the_oracle_says(text in log_lines()) {
        assert_same(&normalize(&text), &oracle::patterns(&text), "log lines");
    }

    #[test]
    fn pieces_cut_after_newlines_give_what_the_whole_gives(
        (text, cuts) in (prop_oneof![hostile_lines(), log_lines()], vec(any::<bool>(), 300))
    ) {
        let mut cuts = cuts.into_iter().cycle();
        let mut is_cut = move || cuts.next().unwrap();
        let mut normalizer = Normalizer::new();
        let (mut patterns, mut counts, mut piece) = (Vec::new(), Counts::default(), Vec::new());
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            piece.extend(line);
            if is_cut() {
                counts += normalizer.normalize(&std::mem::take(&mut piece), &mut patterns);
            }
        }
        counts += normalizer.normalize(&piece, &mut patterns);

        let expected = oracle::patterns(&text);
        assert_same(&patterns, &expected, "pieces");
        prop_assert_eq!(counts, Counts {
            lines: expected.iter().filter(|&&byte| byte == b'\n').count() as u64,
            bytes_in: text.len() as u64,
            bytes_out: expected.len() as u64,
        });
        prop_assert!(expected.len() <= max_output_len(text.len()));
    }
}
