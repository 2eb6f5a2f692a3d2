//! The word rules: their examples, their statements, and the library against the oracle.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::path::Path;
use std::{env, fs};

use common::text::{any_bytes, assert_same, hostile_words, log_lines};
use common::word_oracle;
use lognorm_mmap::{Counts, Kernel, Normalizer, Rules};
use proptest::collection::vec;
use proptest::prelude::*;

/// The table of the rules page.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok /etc/httpd/conf/workers2.properties",
        "[* * * * *] [notice] workerEnv.init() ok *",
    ),
    ("Jul  1 09:00:55 host-7 kernel[0]: AppleThunderboltNHIType2", "* * * * kernel[*]: *"),
    ("blk_-6952295868487656571 from /10.251.73.220:50010", "* from *"),
    ("std::vec2 fe80::1 a:b a: :b 12:30", "std::* *::* a:b a: :b *"),
    ("x=1;y=2|z=-3", "x=*;y=*|z=*"),
    ("it's (don't)", "it's (don't)"),
    ("naïve Österreich 7", "naïve Österreich *"),
    ("Monday Mon MON may May", "Monday * MON may *"),
    ("deadbeef added facade DEADBEEF", "* added facade *"),
    (r#""dur_ms": 12.5 ,  "ok":true"#, r#""dur_ms": * , "ok":true"#),
    (
        "Failed password for root from 5.36.59.76 port 42393 ssh2",
        "Failed password for root from * port * *",
    ),
    (
        r#"{"ts":1764097200.25,"level":"error","msg":"db down"}"#,
        r#"{"ts":*,"level":"error","msg":"db down"}"#,
    ),
];

/// The statements of the rules page, each with an input and its output.
const STATEMENTS: &[(&str, &[u8], &[u8])] = &[
    ("each line gives one, in order", b"a1\n-\n[b]\n", b"*\n-\n[b]\n"),
    ("CR before LF is dropped", b"a\r\n1\r\n", b"a\n*\n"),
    ("but only one", b"a\r\r\n", b"a\r\n"),
    ("any other CR is a separator", b"a\r1\n\rb\n", b"a\r*\n\rb\n"),
    ("CR and LF alone are an empty line", b"\r\n", b"\n"),
    ("bytes after the last LF are a line", b"1\nb", b"*\nb\n"),
    ("CR before the end is dropped", b"a\r", b"a\n"),
    ("but only one at the end, too", b"a\r\r", b"a\r\n"),
    ("a last CR alone is an empty line", b"a\n\r", b"a\n\n"),
    ("an empty line gives an empty line", b"\n\n1\n\n", b"\n\n*\n\n"),
    ("an empty input gives an empty output", b"", b""),
    ("NUL is a separator", b"a\x001\n\0", b"a\0*\n\0\n"),
    ("DEL is a separator", b"a\x7f1\x7f", b"a\x7f*\x7f\n"),
    ("invalid UTF-8 is part of a token", b"a\xff1 \xc3(b\n\x80", b"* \xc3(b\n\x80\n"),
    ("blanks become one wherever they are", b"  a \t b\t\n \n\t", b" a b \n \n \n"),
    ("blanks before CR stay one", b"a  \r\n", b"a \n"),
    ("a CR between blanks parts them", b" \r \r\n", b" \r \n"),
    ("a colon at the end of a line parts", b"a:\n1:\r\na:", b"a:\n*:\na:\n"),
    ("a colon at the start of a line parts", b"a\n:1\n", b"a\n:*\n"),
    ("a colon next to a separator parts", b"a:[1] =:b1", b"a:[*] =:*\n"),
    ("a value ends before a colon that parts", b"Jan: Jan:x a1:", b"*: Jan:x *:\n"),
    ("seven hexadecimal digits are a word", b"abcdefa abcdefab", b"abcdefa *\n"),
    ("a date word is a whole token", b"Jan. Jan-Feb (Jan) Jan", b"Jan. Jan-Feb (*) *\n"),
];

fn words(input: &[u8]) -> Vec<u8> {
    words_by(Kernel::best(), input)
}

fn words_by(kernel: Kernel, input: &[u8]) -> Vec<u8> {
    let mut patterns = Vec::new();
    Normalizer::with_rules(kernel, Rules::Words).normalize(input, &mut patterns);
    patterns
}

#[track_caller]
fn assert_gives(input: &[u8], expected: &[u8], what: &str) {
    assert_same(&word_oracle::patterns(input), expected, format!("{what} (oracle)"));
    for kernel in Kernel::available() {
        assert_same(&words_by(kernel, input), expected, format!("{what} ({kernel:?})"));
    }
}

#[test]
fn every_example_holds() {
    for (line, pattern) in EXAMPLES {
        assert_gives(line.as_bytes(), format!("{pattern}\n").as_bytes(), line);
    }
}

#[test]
fn every_statement_holds() {
    for (what, input, expected) in STATEMENTS {
        assert_gives(input, expected, what);
    }
}

#[test]
fn every_byte_alone_and_between_others_is_as_the_oracle_says() {
    for byte in 0..=u8::MAX {
        for text in [&[byte][..], &[b'a', byte, b'1'], &[b' ', byte, b'a'], &[b':', byte, b':']] {
            assert_gives(text, &word_oracle::patterns(text), "one byte");
        }
    }
}

#[test]
fn every_word_of_three_letters_is_as_the_oracle_says() {
    let letters = || b'a'..=b'z';
    let mut text = Vec::new();
    for (a, b, c) in
        letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| (a, b, c))))
    {
        text.extend([a.to_ascii_uppercase(), b, c, b' ']);
    }
    assert_gives(&text, &word_oracle::patterns(&text), "words of three letters");
}

#[test]
fn every_text_of_up_to_five_symbols_is_as_the_oracle_says() {
    const SYMBOLS: [u8; 8] = *b":a1 \t=\r\n";
    for length in 0..=5 {
        for number in 0..SYMBOLS.len().pow(length) {
            let digits = (0..length).map(|place| number / SYMBOLS.len().pow(place));
            let text: Vec<u8> = digits.map(|digit| SYMBOLS[digit % SYMBOLS.len()]).collect();
            assert_gives(&text, &word_oracle::patterns(&text), "symbols");
        }
    }
}

/// `LOGNORM_WORDS_CORPUS` names a directory of logs, `NAME.log`, with their patterns beside them,
/// `NAME.words`.
#[test]
fn the_logs_of_a_corpus_give_the_patterns_beside_them() {
    let Some(corpus) = env::var_os("LOGNORM_WORDS_CORPUS") else {
        eprintln!("not tested: LOGNORM_WORDS_CORPUS names no directory of logs");
        return;
    };
    let mut count = 0;
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "words") {
            let read = |path: &Path| fs::read(path).unwrap();
            assert_gives(&read(&path.with_extension("log")), &read(&path), "a log");
            count += 1;
        }
    }
    assert!(count > 0, "no patterns");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_are_as_the_oracle_says(text in any_bytes()) {
        assert_gives(&text, &word_oracle::patterns(&text), "any bytes");
    }

    #[test]
    fn hostile_words_are_as_the_oracle_says(text in hostile_words()) {
        assert_gives(&text, &word_oracle::patterns(&text), "hostile words");
    }

    #[test]
    fn log_lines_are_as_the_oracle_says(text in log_lines()) {
        assert_gives(&text, &word_oracle::patterns(&text), "log lines");
    }

    #[test]
    fn pieces_cut_after_newlines_give_what_the_whole_gives(
        (text, cuts) in (prop_oneof![hostile_words(), log_lines()], vec(any::<bool>(), 300))
    ) {
        let mut cuts = cuts.into_iter().cycle();
        let mut is_cut = move || cuts.next().unwrap();
        let mut normalizer = Normalizer::with_rules(Kernel::best(), Rules::Words);
        let (mut patterns, mut counts, mut piece) = (Vec::new(), Counts::default(), Vec::new());
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            piece.extend(line);
            if is_cut() {
                counts += normalizer.normalize(&std::mem::take(&mut piece), &mut patterns);
            }
        }
        counts += normalizer.normalize(&piece, &mut patterns);
        assert_same(&patterns, &words(&text), "pieces");
        prop_assert_eq!(counts, Counts {
            lines: patterns.iter().filter(|&&byte| byte == b'\n').count() as u64,
            bytes_in: text.len() as u64,
            bytes_out: patterns.len() as u64,
        });
        prop_assert!(patterns.len() <= text.len() + 1);
    }
}
