//! `--strip-ansi`: a log with escape sequences has the patterns of the same log without them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::codec::codecs;
use common::directory::{Directory, LOG, utf8};
use common::text::assert_same;
use common::{ansi_oracle, expected_patterns, oracle};
use lognorm_mmap::Rules;

/// Colours, links and titles, in both of their forms; sequences that are cut by the end of their
/// line; lines that have nothing else; UTF-8; no last newline.
const TEXT: &[u8] = b"\x1b[32mINFO\x1b[0m took 12 ms (cached)\r\n\
    no sequence [at all]\n\
    \x1b]0;title\x07\x1b[1;31mERROR\x1b(B\x1b[m (\x1b[4mx\x1b[24m)\n\
    \x1b[2K\n\
    see \x1b]8;;http://a.b/c?d=(e)\x1b\\the \"link\"\x1b]8;;\x1b\\\r\n\
    cut \x1b[31\n\
    cut \x1b]0;(\n\
    \x9b32mone byte\x9b0m \x9d0;title\x9cto \xe2\x9b\x93 \xe2\x80\x9d\n\
    spl\x1b[1mit to\x1b[0mken 7\xff\n\
    \x1b[32mINFO\x1b[0m took 9 ms (new)\n\
    \x1b[m";

/// What [`TEXT`] is for the rules.
fn stripped() -> Vec<u8> {
    // The last line is empty, and a line.
    [&ansi_oracle::strip(TEXT)[..], b"\n"].concat()
}

/// The ways to give `in`, which write to `out`.
const WAYS_IN: [&str; 7] = [
    "lognorm-mmap OPTIONS in out",
    "lognorm-mmap OPTIONS --no-mmap in out",
    "lognorm-mmap OPTIONS - out <in",
    "cat in | lognorm-mmap OPTIONS - out",
    "lognorm-mmap OPTIONS -t dir in in.log; mv dir/in out",
    "lognorm-mmap OPTIONS --threads 3 --chunk-size 1 in out",
    "lognorm-mmap OPTIONS --kernel scalar --chunk-size 50 in out",
];

/// Returns a directory with [`TEXT`], and the same without sequences.
fn directory() -> Directory {
    let directory = Directory::with([LOG]);
    fs::write(directory.path("in"), TEXT).unwrap();
    fs::write(directory.path("plain"), stripped()).unwrap();
    directory.succeeds("mkdir dir");
    directory
}

#[test]
fn every_way_in_gives_the_patterns_of_the_stripped_text() {
    let directory = directory();
    for rules in Rules::ALL {
        for (options, text) in [("--strip-ansi", stripped()), ("", TEXT.to_vec())] {
            for way_in in WAYS_IN {
                let options = format!("{options} --rules {}", rules.name());
                directory.succeeds(&way_in.replace("OPTIONS", &options));
                let output = fs::read(directory.path("out")).unwrap();
                assert_same(&output, &expected_patterns(rules, &text), (way_in, options));
                fs::remove_file(directory.path("out")).unwrap();
            }
        }
    }
}

#[test]
fn archives_are_stripped_too() {
    let directory = directory();
    for codec in codecs() {
        directory.succeeds(&format!("{} in >packed", codec.program));
        directory.succeeds("lognorm-mmap --strip-ansi packed >out");
        let output = fs::read(directory.path("out")).unwrap();
        assert_same(&output, &oracle::patterns(&stripped()), codec);
    }
}

#[test]
fn sequences_in_utf_16_are_stripped_too() {
    let directory = Directory::with([]);
    let utf_16 = "\u{feff}\u{1b}[32ma\u{1b}[m (b)\n".encode_utf16().flat_map(u16::to_le_bytes);
    fs::write(directory.path("in"), utf_16.collect::<Vec<_>>()).unwrap();
    assert_eq!(directory.succeeds("lognorm-mmap --strip-ansi in"), "Y (X)\n");
}

/// Returns the rows of a catalogue, each as its cells.
fn rows(catalogue: &str) -> Vec<Vec<&str>> {
    catalogue.lines().skip(2).map(|row| row.split('\t').collect()).collect()
}

#[test]
fn catalogues_have_stripped_examples_and_positions_in_the_log() {
    let directory = directory();
    for rules in Rules::ALL.map(Rules::name) {
        let run = |rest: &str| directory.succeeds(&format!("lognorm-mmap --rules {rules} {rest}"));
        let plain = run("--patterns - plain");
        let catalogue = run("--patterns - --strip-ansi in");
        for way in ["--no-mmap in", "- <in", "--threads 2 --chunk-size 9 in"] {
            assert_eq!(run(&format!("--patterns - --strip-ansi {way}")), catalogue, "{way}");
        }
        let (plain, catalogue) = (rows(&plain), rows(&catalogue));
        assert_eq!(plain.len(), catalogue.len());
        let starts: Vec<_> = TEXT
            .split_inclusive(|&byte| byte == b'\n')
            .scan(0, |end, line| Some(std::mem::replace(end, *end + line.len())))
            .collect();
        for (plain, row) in plain.iter().zip(&catalogue) {
            // The kind, the count and its share, the lines, the example and the pattern.
            for cell in [0, 1, 2, 3, 5, 8, 9] {
                assert_eq!(plain[cell], row[cell], "{row:?}");
            }
            for line in [3, 5] {
                let number: usize = row[line].parse().unwrap();
                assert_eq!(row[line + 1], starts[number - 1].to_string(), "{row:?}");
            }
        }
    }
    let total = directory.succeeds("lognorm-mmap --strip-ansi in --patterns - | head -1");
    assert!(total.contains(&format!("lines=11\tbytes={}\t", TEXT.len())), "{total}");
}

#[test]
fn known_patterns_are_known_in_colour_and_raw_lines_keep_it() {
    let directory = directory();
    directory.succeeds("lognorm-mmap plain --patterns all.tsv");
    directory.succeeds("head -1 plain | lognorm-mmap - --patterns one.tsv");
    for way in ["in", "--no-mmap in", "- <in", "--threads 2 --chunk-size 9 in"] {
        let run =
            |rest: &str| directory.run(&format!("lognorm-mmap --strip-ansi {way} {rest}")).stdout;
        assert_eq!(run("--known all.tsv"), b"", "{way}");
        // All but the first line and the one like it.
        let lines: Vec<_> = TEXT.split(|&byte| byte == b'\n').collect();
        let expected = [&lines[1..9], &lines[10..], &[&b""[..]]].concat().join(&b'\n');
        assert_same(&run("--known one.tsv --raw"), &expected, way);
        let patterns = oracle::patterns(&stripped());
        let patterns: Vec<_> = patterns.split_inclusive(|&byte| byte == b'\n').collect();
        let expected = [&patterns[1..9], &patterns[10..]].concat().concat();
        assert_same(&run("--known one.tsv"), &expected, way);
    }
    let Output { status, stdout, .. } = directory.run("lognorm-mmap in --known all.tsv --raw");
    assert_eq!(status.code(), Some(0));
    assert!(stdout.starts_with(b"\x1b[32mINFO"), "{}", stdout.escape_ascii());
}

#[test]
fn an_example_has_no_less_of_its_line_for_the_sequences() {
    let directory = Directory::with([]);
    let line = format!("{}{}\n", "\u{1b}[1;31m".repeat(1000), "a-b.".repeat(1000));
    fs::write(directory.path("in"), &line).unwrap();
    let catalogue = directory.succeeds("lognorm-mmap --strip-ansi in --patterns -");
    assert_eq!(rows(&catalogue)[0][8], &"a-b.".repeat(1000)[..1024]);
}

#[test]
fn the_figures_are_those_of_the_log() {
    let directory = directory();
    let Output { stderr, .. } = directory.run("lognorm-mmap --strip-ansi --stats=json in out");
    let stats: serde_json::Value = serde_json::from_slice(&stderr).unwrap();
    let out = fs::metadata(directory.path("out")).unwrap().len();
    assert_eq!((&stats["bytes_in"], &stats["lines"]), (&TEXT.len().into(), &11.into()));
    assert_eq!((&stats["bytes_out"], &stats["source"]), (&out.into(), &"mapped".into()));
}

#[test]
fn a_line_of_nothing_but_sequences_is_an_empty_line() {
    let directory = Directory::with([]);
    for piece in ["\u{1b}", "\u{1b}[", "\u{1b}]", "\u{1b}[1;31m", "\u{1b}Pq", "\u{1b}(B\u{1b}\\"] {
        let log = piece.repeat((1 << 20) / piece.len());
        fs::write(directory.path("in"), format!("{log}\nb\n{log}")).unwrap();
        for options in ["", "--chunk-size 1000", "--patterns p.tsv --force"] {
            directory.succeeds(&format!("lognorm-mmap --strip-ansi {options} in out"));
            assert_eq!(directory.read("out"), "\nY\n\n", "{piece:?} {options}");
        }
    }
}

#[test]
fn without_the_option_sequences_are_bytes() {
    let directory = Directory::with([("in", "\u{1b}[1mred\u{1b}[0m\n")]);
    assert_eq!(utf8(directory.run("lognorm-mmap in").stdout), "\u{1b}[Y\u{1b}[Y\n");
}
