//! Escape sequences by example, and against an oracle.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

#[path = "../../../tests/common/ansi_oracle.rs"]
mod ansi_oracle;

/// Returns `lines` as the rules see them.
fn strip(lines: &[u8]) -> Vec<u8> {
    if !has_sequences(lines) {
        return lines.to_vec();
    }
    let mut stripped = Vec::new();
    strip_lines(lines, &mut stripped);
    stripped
}

/// Examples: bytes of a line, and what is left of them.
const EXAMPLES: &[(&[u8], &[u8])] = &[
    (b"", b""),
    (b"no sequence", b"no sequence"),
    // Control sequences.
    (b"\x1b[31mred\x1b[0m", b"red"),
    (b"\x1b[38;2;1;2;3mrgb\x1b[m", b"rgb"),
    (b"\x1b[38:2::1:2:3mrgb", b"rgb"),
    (b"\x1b[?25lhidden\x1b[2K", b"hidden"),
    (b"\x1b[1 q|\x1b[!p|\x1b[1@|\x1b[2~", b"|||"),
    (b"\x1b[ 1mwrong order", b"wrong order"),
    (b"\x1b[3", b""),
    (b"\x1b[", b""),
    (b"\x1b[3\x1b[4mtwo", b"two"),
    (b"\x1b[3\rreturn", b"\rreturn"),
    (b"\x1b[3\x7fdelete", b"\x7fdelete"),
    ("\x1b[3ï".as_bytes(), "ï".as_bytes()),
    // Commands, and other strings.
    (b"\x1b]0;title\x07text", b"text"),
    (b"\x1b]0;title\x1b\\text", b"text"),
    (b"\x1b]0;title\x9ctext", b"text"),
    ("\x1b]0;✓ \u{9c}\x07text".as_bytes(), b"text"),
    (b"\x1b]8;;http://a/b\x1b\\link\x1b]8;;\x1b\\", b"link"),
    (b"\x1b]0;cut at the end", b""),
    (b"\x1b]0;\r", b""),
    (b"\x1b]0;title\x1b[31mred", b"red"),
    (b"\x1b]0;title\x18text", b"text"),
    (b"\x1b]0;title\x1atext", b"text"),
    (b"\x1bPq#0\x07~\x1b\\text", b"text"),
    (b"\x1bXs\x1b\\\x1b^p\x9c\x1b_a\x1b\\text", b"text"),
    // Designations, and two bytes.
    (b"\x1b(B\x1b[mnormal", b"normal"),
    (b"\x1b%Gutf\x1b #8cut\x1b(", b"utfcut"),
    (b"\x1b(\x1bctwo", b"two"),
    (b"\x1b7\x1b=\x1bM\x1bc\x1b~text", b"text"),
    // ESC alone.
    (b"\x1b", b""),
    (b"\x1b\x1b\x1b[1mtext", b"text"),
    (b"\x1b\x00nul", b"\x00nul"),
    (b"\x1b\x9b1mtext", b"text"),
    ("\u{1b}ï".as_bytes(), "ï".as_bytes()),
    // Of one byte.
    (b"\x9b31mred\x9b0m", b"red"),
    (b"\x9d0;title\x07text\x9d0;\x9ctext", b"texttext"),
    (b"\xe2\x9b31mtext", b"\xe2text"),
    ("⛓ › \u{9b}31m \u{9d}0; 🛠".as_bytes(), "⛓ › \u{9b}31m \u{9d}0; 🛠".as_bytes()),
    (
        b"\x93quoted\x94 \x85 \x80\x90\x98\x9e\x9f\x9c",
        b"\x93quoted\x94 \x85 \x80\x90\x98\x9e\x9f\x9c",
    ),
];

#[test]
fn examples() {
    for &(line, expected) in EXAMPLES {
        for ending in [&b""[..], b"\n"] {
            let lines = [b"before\n", line, ending].concat();
            // A last line that is empty now is still a line.
            let is_empty = expected.is_empty() && !line.is_empty();
            let ending = if is_empty { b"\n" } else { ending };
            let expected = [b"before\n", expected, ending].concat();
            assert_eq!(
                strip(&lines).escape_ascii().to_string(),
                expected.escape_ascii().to_string()
            );
            assert!(expected.starts_with(&ansi_oracle::strip(&lines)), "the oracle is wrong");
        }
    }
}

#[test]
fn every_line_stays_a_line() {
    assert_eq!(strip(b"a\n\x1b[m"), b"a\n\n");
    assert_eq!(strip(b"\x1b[m"), b"\n");
    assert_eq!(strip(b"\x1b]0;a\nb\x1b[1\n\x1b\n"), b"\nb\n\n");
}

#[test]
fn the_start_of_a_line_is_that_of_the_stripped_line() {
    let line = b"\x1b[1mab\x1b[0mc\x1b]0;t";
    for (len, expected) in [(0, &b""[..]), (1, b"a"), (2, b"ab"), (3, b"abc"), (4, b"abc")] {
        let start = strip_start(line, len);
        assert_eq!(*start, *expected, "{len}");
    }
    assert!(matches!(strip_start(b"a line", 3), Cow::Borrowed(b"a line")));
}

/// Texts in which nearly every byte means something.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&[u8]] = &[
        b"\x1b",
        b"\x1b[",
        b"\x1b]",
        b"\x1bP",
        b"\x1b(",
        b"\x9b",
        b"\x9d",
        b"\x9c",
        b"\x07",
        b"\x1b\\",
        b"\x18",
        b"[",
        b"]",
        b"P",
        b"1",
        b";",
        b" ",
        b"m",
        b"~",
        b"\r",
        b"\n",
        b"\xe2",
        b"\x80",
        b"\xf0\x9f",
        b"\xc2",
        "✓".as_bytes(),
        "🛠".as_bytes(),
        b"text",
        b"\0",
    ];
    vec(select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn sequences_are_those_of_the_oracle(text in texts()) {
        let whole = [&text[..], b"\n"].concat();
        prop_assert_eq!(strip(&whole), ansi_oracle::strip(&whole));
    }

    #[test]
    fn a_text_may_be_cut_after_any_newline(text in texts()) {
        let stripped = strip(&text);
        let lines = text.split_inclusive(|&byte| byte == b'\n');
        let pieces: Vec<_> = lines.map(strip).collect();
        prop_assert_eq!(pieces.concat(), &stripped[..]);
        for cut in (0..text.len()).filter(|&cut| text[cut] == b'\n') {
            let (start, rest) = text.split_at(cut + 1);
            prop_assert_eq!([strip(start), strip(rest)].concat(), &stripped[..]);
        }
    }

    #[test]
    fn nothing_is_left_and_no_line_is_lost(text in texts()) {
        let stripped = strip(&text);
        prop_assert!(!has_sequences(&stripped));
        let lines = |text: &[u8]| text.split_inclusive(|&byte| byte == b'\n').count();
        prop_assert_eq!(lines(&stripped), lines(&text));
        for len in 0..stripped.len() + 2 {
            let whole = strip(&[&text[..], b"\n"].concat());
            let start = strip_start(&text, len);
            prop_assert!(whole.starts_with(&start) && start.len() >= len.min(whole.len() - 1));
        }
    }
}
