//! Texts in every encoding: a log in UTF-16, or one with a byte-order mark, has the patterns and the
//! catalogue of the same log in plain UTF-8.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::process::{Output, Stdio};

use common::codec::codecs;
use common::directory::{Directory, LOG, PATTERNS, lognorm_mmap, utf8};
use common::text::assert_same;
use common::{expected_patterns, needs, oracle};
use lognorm_mmap::{Rules, Source, SourceOptions};

/// Line ends, characters of two to four bytes, an empty line, no last newline.
const TEXT: &str = "took 12 ms (cached)\r\nna\u{ef}ve \u{2603} [x]\n\n\u{1f980} \"q\" retry [3/5]\n\
                    took 9 ms (new)\nthe end";

/// The ways to give `in`, which write to `out`.
const WAYS_IN: [&str; 6] = [
    "lognorm-mmap OPTIONS in out",
    "lognorm-mmap OPTIONS --no-mmap in out",
    "lognorm-mmap OPTIONS - out <in",
    "cat in | lognorm-mmap OPTIONS - out",
    "lognorm-mmap OPTIONS -t dir in in.log; mv dir/in out",
    "lognorm-mmap OPTIONS --threads 3 --chunk-size 1 in out",
];

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// Returns `text` in every encoding, with the options to read it.
fn encoded(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let marked = format!("\u{feff}{text}");
    vec![
        ("", text.into()),
        ("", marked.clone().into()),
        ("--encoding utf-8", marked.clone().into()),
        ("", utf_16(&marked, u16::to_le_bytes)),
        ("", utf_16(&marked, u16::to_be_bytes)),
        ("--encoding=auto --decompress=none", utf_16(&marked, u16::to_le_bytes)),
        ("--encoding utf-16le", utf_16(text, u16::to_le_bytes)),
        ("--encoding utf-16be", utf_16(text, u16::to_be_bytes)),
        ("--encoding utf-16le", utf_16(&marked, u16::to_le_bytes)),
    ]
}

#[test]
fn every_way_in_gives_the_patterns_of_the_text() {
    let directory = Directory::with([LOG]);
    directory.succeeds("mkdir dir");
    for (number, (options, log)) in encoded(TEXT).into_iter().enumerate() {
        fs::write(directory.path("in"), log).unwrap();
        for (way_in, rules) in WAYS_IN.iter().zip(Rules::ALL.into_iter().cycle()) {
            // UTF-16 makes no sense of the other log in the directory.
            let way_in = if number > 5 { way_in.replace("in.log", "") } else { (*way_in).into() };
            let options = format!("{options} --rules {}", rules.name());
            directory.succeeds(&way_in.replace("OPTIONS", &options));
            let patterns = expected_patterns(rules, TEXT.as_bytes());
            let output = fs::read(directory.path("out")).unwrap();
            assert_same(&output, &patterns, (number, way_in, options));
            fs::remove_file(directory.path("out")).unwrap();
        }
    }
}

#[test]
fn archives_have_texts_in_every_encoding() {
    let directory = Directory::with([]);
    let patterns = oracle::patterns(TEXT.as_bytes());
    for codec in codecs() {
        for (number, (options, log)) in encoded(TEXT).into_iter().enumerate() {
            let options = options.replace("--decompress=none", "");
            fs::write(directory.path("in"), log).unwrap();
            let printed = directory.succeeds(&format!(
                "{} in >packed; lognorm-mmap {options} packed; cat packed | lognorm-mmap {options}",
                codec.program
            ));
            assert_same(printed.as_bytes(), &patterns.repeat(2), (codec, number));
        }
    }
}

#[test]
fn catalogues_are_the_same_to_the_last_byte() {
    let directory = Directory::with([]);
    let mut expected = None;
    for (options, log) in encoded(TEXT) {
        fs::write(directory.path("in"), log).unwrap();
        for way in ["in", "--no-mmap in", "- <in", "--threads=2 --chunk-size=7 in"] {
            let script = format!("lognorm-mmap {options} --patterns=- {way}");
            let catalogue = directory.succeeds(&script);
            assert_eq!(&catalogue, expected.get_or_insert(catalogue.clone()), "{script}");
        }
    }
    assert!(expected.unwrap().contains(&format!("bytes={}\t", TEXT.len())));
}

#[test]
fn known_patterns_are_known_in_every_encoding_and_raw_lines_are_utf_8() {
    let directory = Directory::with([("plain", TEXT), ("known", "Y Y Y (X)\nY\n")]);
    directory.succeeds("lognorm-mmap plain --patterns all.tsv; head -1 plain >one");
    directory.succeeds("lognorm-mmap one --patterns one.tsv");
    let raw = "na\u{ef}ve \u{2603} [x]\n\n\u{1f980} \"q\" retry [3/5]\nthe end\n";
    for (options, log) in encoded(TEXT) {
        fs::write(directory.path("in"), log).unwrap();
        for way in ["in", "--no-mmap in", "- <in"] {
            let run =
                |rest: &str| directory.succeeds(&format!("lognorm-mmap {options} {way} {rest}"));
            assert_eq!(run("--known all.tsv"), "", "{options}");
            assert_eq!(run("--known one.tsv --raw"), raw, "{options}");
        }
    }
}

#[test]
fn a_mark_of_utf_8_costs_no_copy_and_utf_16_is_a_stream() {
    let directory = Directory::with([]);
    for (options, log) in encoded(TEXT) {
        fs::write(directory.path("in"), &log).unwrap();
        let run = format!("lognorm-mmap {options} --stats=json in out");
        let stats: serde_json::Value = serde_json::from_slice(&directory.run(&run).stderr).unwrap();
        let source = if log.contains(&0) { "stream" } else { "mapped" };
        assert_eq!(stats["source"], source, "{options}");
        // Bytes of text.
        assert_eq!(stats["bytes_in"], TEXT.len(), "{options}");
    }
}

#[test]
fn none_keeps_every_byte() {
    let directory = Directory::with([]);
    for (_, log) in encoded(TEXT) {
        fs::write(directory.path("in"), &log).unwrap();
        for way in ["in", "--no-mmap in", "- <in"] {
            directory.succeeds(&format!("lognorm-mmap --encoding none {way} >out"));
            assert_same(&fs::read(directory.path("out")).unwrap(), &oracle::patterns(&log), way);
        }
        fs::remove_file(directory.path("out")).unwrap();
    }
}

#[test]
fn a_mark_alone_is_an_empty_log_and_half_a_mark_is_a_line() {
    let directory = Directory::with([]);
    for (log, patterns) in [
        (&b"\xef\xbb\xbf"[..], &b""[..]),
        (b"\xff\xfe", b""),
        (b"\xfe\xff", b""),
        (b"\xef\xbb\xbf\n", b"\n"),
        (b"\xef\xbb\xbf\xef\xbb\xbf", b"\xef\xbb\xbf\n"),
        (b"\xef\xbb", b"\xef\xbb\n"),
        (b"\xff", b"\xff\n"),
        (b"\xef", b"\xef\n"),
        (b"a\n\xef\xbb\xbfb", b"Y\n\xef\xbb\xbfY\n"),
    ] {
        fs::write(directory.path("in"), log).unwrap();
        for way in ["in", "--no-mmap in", "- <in", "--decompress=none in"] {
            directory.succeeds(&format!("lognorm-mmap {way} >out"));
            assert_same(&fs::read(directory.path("out")).unwrap(), patterns, (way, log));
        }
    }
}

#[test]
fn what_is_not_well_formed_is_replaced_and_told_once() {
    let directory = Directory::with([LOG]);
    // Half a pair, twice, and an odd byte at the end.
    let ill_formed = b"\xff\xfea\0\x3e\xd8b\0\n\0\x80\xdd\n\0c".to_vec();
    fs::write(directory.path("in"), ill_formed).unwrap();
    directory.succeeds("mkdir dir; gzip -c in >in.gz");
    let patterns = "Y\u{fffd}Y\n\u{fffd}\n\u{fffd}\n";
    for (run, path) in [
        ("lognorm-mmap in out", "in"),
        ("lognorm-mmap --chunk-size 1 in out --patterns p.tsv", "in"),
        ("lognorm-mmap in.gz out", "in.gz"),
        ("cat in | lognorm-mmap - out", "standard input"),
        ("lognorm-mmap -t dir in.log in; mv dir/in out", "in"),
    ] {
        let Output { status, stderr, .. } = directory.run(run);
        let message = "has units that are not well-formed UTF-16, and are read as U+FFFD";
        let expected = format!("lognorm-mmap: warning: {path}: {message}\n");
        assert_eq!((status.code(), utf8(stderr)), (Some(0), expected), "{run}");
        assert_eq!(directory.read("out"), patterns, "{run}");
        directory.succeeds(&run.replace("lognorm-mmap", "lognorm-mmap --quiet"));
    }
    let Output { stderr, .. } = directory.run("lognorm-mmap --stats=json in out");
    let stats: serde_json::Value = serde_json::from_slice(&stderr).unwrap();
    assert_eq!(stats["warnings"].as_array().unwrap().len(), 1, "{stats}");
}

#[test]
fn utf_32_is_refused_unless_its_bytes_are_wanted() {
    let directory = Directory::with([("old", "kept\n")]);
    directory.succeeds("mkdir dir");
    for (mark, encoding) in [(b"\xff\xfe\0\0", "UTF-32LE"), (b"\0\0\xfe\xff", "UTF-32BE")] {
        let log = [&mark[..], b"a\0\0\0"].concat();
        fs::write(directory.path("in"), &log).unwrap();
        for (run, path) in [
            ("lognorm-mmap in old", "in"),
            ("lognorm-mmap --no-mmap in", "in"),
            ("lognorm-mmap <in", "standard input"),
            ("cat in | lognorm-mmap", "standard input"),
            ("lognorm-mmap -t dir in", "in"),
            ("gzip -c in | lognorm-mmap", "standard input"),
        ] {
            let reason = directory.fails(run, path);
            let start = format!("a text in {encoding}, which is not read; pipe it through `iconv");
            assert!(reason.starts_with(&start) && reason.contains("--encoding none"), "{reason}");
        }
        directory.succeeds("lognorm-mmap --encoding none in >out");
        assert_same(&fs::read(directory.path("out")).unwrap(), &oracle::patterns(&log), encoding);
    }
    // Little-endian UTF-16 may begin with NUL; it has to be told from UTF-32.
    fs::write(directory.path("in"), b"\xff\xfe\0\0\n\0").unwrap();
    assert_eq!(directory.succeeds("lognorm-mmap --encoding utf-16le in"), "\0\n");
}

#[test]
fn the_advice_for_utf_32_is_good() {
    if !needs::program("iconv") {
        return;
    }
    let directory = Directory::with([LOG]);
    directory.succeeds("iconv -f UTF-8 -t UTF-32 in.log >in");
    let reason = directory.fails("lognorm-mmap in", "in");
    let advice = reason.split('`').nth(1).unwrap();
    assert_eq!(directory.succeeds(&format!("{advice} <in | lognorm-mmap")), PATTERNS);
}

#[test]
fn a_long_text_is_the_same_whatever_threads_and_chunks() {
    let directory = Directory::with([]);
    // Pairs are cut at every position of a piece.
    let line = "a [\u{1f980}\u{2603}] na\u{ef}ve (b)\r\n";
    let text: String = (0..20_000).map(|number| format!("{number}{line}")).collect();
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        fs::write(directory.path("in"), utf_16(&format!("\u{feff}{text}"), bytes)).unwrap();
        let patterns = oracle::patterns(text.as_bytes());
        for options in ["", "--threads=3 --chunk-size=1000", "--threads=1 --chunk-size=100"] {
            directory.succeeds(&format!("lognorm-mmap {options} in >out"));
            assert_same(&fs::read(directory.path("out")).unwrap(), &patterns, options);
        }
    }
}

#[test]
fn lines_of_a_slow_pipe_come_at_once() {
    for (options, log) in encoded("took 12 ms\n") {
        let mut command = lognorm_mmap();
        command.args(options.split_whitespace()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        stdin.write_all(&log).unwrap();
        let mut pattern = [0; 6];
        stdout.read_exact(&mut pattern).expect(options);
        assert_eq!(&pattern, b"Y Y Y\n", "{options}");
        drop(stdin);
        assert!(child.wait().unwrap().success(), "{options}");
    }
}

#[test]
fn readers_of_the_library_have_the_text() {
    let directory = Directory::with([]);
    for (_, log) in encoded(TEXT).into_iter().take(6) {
        fs::write(directory.path("in"), log).unwrap();
        for map in [false, true] {
            let options = SourceOptions { map, ..SourceOptions::default() };
            let source = Source::open(&directory.path("in"), &options).unwrap();
            let mut text = String::new();
            source.into_reader().unwrap().read_to_string(&mut text).unwrap();
            assert_eq!(text, TEXT, "map: {map}");
        }
    }
}

#[test]
fn a_catalogue_that_a_windows_program_wrote_as_utf_16_is_read() {
    let directory = Directory::with([LOG]);
    directory.succeeds("lognorm-mmap in.log --patterns p.tsv");
    let catalogue = format!("\u{feff}{}", directory.read("p.tsv").replace('\n', "\r\n"));
    fs::write(directory.path("utf-16.tsv"), utf_16(&catalogue, u16::to_le_bytes)).unwrap();
    assert_eq!(directory.succeeds("lognorm-mmap in.log --known utf-16.tsv"), "");
}
