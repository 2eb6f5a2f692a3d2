//! Catalogues of patterns: how they are made, written, merged, compared and shown.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::collections::HashMap;
use std::fs;
use std::process::Output;

use common::directory::{Directory, LOG, PATTERNS, utf8};
use common::text::{hostile_lines, log_lines, sample};
use common::{fixtures, needs, oracle};
use lognorm_mmap::Kernel;
use proptest::collection::vec;

/// Returns a log of some thousand lines, many of them alike, with bytes of every kind.
fn log() -> Vec<u8> {
    let fixtures: Vec<_> = fixtures("log").iter().map(|log| fs::read(log).unwrap()).collect();
    let lines = [sample(vec(log_lines(), 100)), sample(vec(hostile_lines(), 50))].concat();
    [fixtures.concat(), lines.concat(), fixtures.concat(), b"(the end)".to_vec()].concat()
}

/// Returns the figures of each pattern, by other means: count, line and offset of the first and the
/// last line.
fn naive(log: &[u8]) -> HashMap<Vec<u8>, [u64; 5]> {
    let patterns = oracle::patterns(log);
    let mut rows: HashMap<Vec<u8>, [u64; 5]> = HashMap::new();
    let mut offset = 0;
    let lines = log.split_inclusive(|&byte| byte == b'\n');
    for ((line, pattern), number) in lines.zip(patterns.split(|&byte| byte == b'\n')).zip(1..) {
        let row = rows.entry(pattern.to_vec()).or_insert([0, number, offset, 0, 0]);
        *row = [row[0] + 1, row[1], row[2], number, offset];
        offset += line.len() as u64;
    }
    rows
}

/// Returns the rows of a catalogue in TSV: pattern, figures and example of each, unescaped.
fn rows(catalogue: &str) -> Vec<(Vec<u8>, [u64; 5], Vec<u8>)> {
    let rows = catalogue.lines().skip(2).map(|line| {
        let columns: Vec<_> = line.split('\t').collect();
        let [kind, count, _, first, first_offset, last, last_offset, _, example, pattern] =
            columns[..]
        else {
            panic!("{line}")
        };
        assert_eq!(kind, "pattern");
        let figures = [count, first, first_offset, last, last_offset].map(|it| it.parse().unwrap());
        (unescape(pattern), figures, unescape(example))
    });
    rows.collect()
}

fn unescape(text: &str) -> Vec<u8> {
    let mut parts = text.split('\\');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    while let Some(part) = parts.next() {
        let (byte, rest) = match part.as_bytes().first() {
            None => (b'\\', parts.next().unwrap()),
            Some(b't') => (b'\t', &part[1..]),
            Some(b'n') => (b'\n', &part[1..]),
            Some(b'r') => (b'\r', &part[1..]),
            Some(b'x') => (u8::from_str_radix(&part[1..3], 16).unwrap(), &part[3..]),
            Some(_) => panic!("{text}"),
        };
        bytes.push(byte);
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}

#[test]
fn the_catalogue_is_exact_and_the_same_in_every_way() {
    let (directory, log) = (Directory::with([]), log());
    fs::write(directory.path("in.log"), &log).unwrap();
    let expected = naive(&log);
    assert!(expected.len() > 500, "{} patterns", expected.len());
    let run = |options: &str| {
        directory.succeeds(&format!("lognorm-mmap {options} --patterns p.tsv"));
        directory.read("p.tsv")
    };
    let catalogue = run("in.log");
    let rows = rows(&catalogue);
    let mut before = (u64::MAX, 0);
    for (pattern, figures, example) in &rows {
        assert_eq!(Some(figures), expected.get(pattern), "{}", pattern.escape_ascii());
        let order = (figures[0], figures[1]);
        assert!(order.0 < before.0 || (order.0 == before.0 && order.1 > before.1), "{order:?}");
        before = order;
        let line = log[figures[2] as usize..].split(|&byte| byte == b'\n').next().unwrap();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(line.starts_with(example) && example.len() >= line.len().min(1021));
    }
    assert_eq!(rows.len(), expected.len());
    assert_eq!(
        rows.iter().map(|row| row.1[0]).sum::<u64>(),
        expected.values().map(|row| row[0]).sum::<u64>()
    );

    let several = run("in.log --examples=7");
    let mut catalogues = [("", &catalogue), ("--examples=7", &several)].into_iter().cycle();
    for kernel in Kernel::available().map(Kernel::name) {
        for threads in [1, 3, 8] {
            for chunk_size in [1, 100, 5000, 1 << 20] {
                for input in ["in.log", "--no-mmap in.log", "- <in.log"] {
                    let (examples, expected) = catalogues.next().unwrap();
                    let options = format!(
                        "--kernel={kernel} --threads={threads} --chunk-size={chunk_size} \
                         {examples} {input}"
                    );
                    assert!(run(&options) == *expected, "{options}");
                }
            }
        }
    }
    if needs::program("zstd") {
        directory.succeeds("zstd -q in.log");
        assert!(run("in.log.zst") == catalogue);
    }
}

#[test]
fn the_patterns_are_written_too_where_that_is_wanted() {
    let directory = Directory::with([LOG]);
    for (arguments, printed, files) in [
        ("in.log --patterns p.tsv", "", "in.log p.tsv"),
        ("in.log - --patterns p.jsonl", PATTERNS, "in.log p.jsonl"),
        ("in.log out --patterns p.tsv", "", "in.log out p.tsv"),
        ("--patterns p.tsv <in.log", "", "in.log p.tsv"),
    ] {
        let script = format!("lognorm-mmap {arguments}");
        assert_eq!(directory.succeeds(&script), printed, "{script}");
        assert_eq!(directory.succeeds("ls | tr '\\n' ' '").trim(), files, "{script}");
        if files.contains("out") {
            assert_eq!(directory.read("out"), PATTERNS);
        }
        directory.succeeds("rm -f out p.*");
    }
    directory.succeeds("lognorm-mmap in.log --patterns p.tsv");
    for script in ["lognorm-mmap in.log --patterns -", "lognorm-mmap in.log out --patterns -"] {
        assert_eq!(directory.succeeds(script), directory.read("p.tsv"), "{script}");
    }
}

#[test]
fn both_formats_say_the_same_and_can_be_read_again() {
    let directory = Directory::with([]);
    fs::write(directory.path("in.log"), log()).unwrap();
    directory
        .succeeds("lognorm-mmap in.log --patterns a.tsv; lognorm-mmap in.log --patterns a.jsonl");
    for other in ["a.tsv", "a.jsonl"] {
        directory.succeeds(&format!("lognorm-mmap patterns merge {other} -o b.tsv"));
        directory.succeeds(&format!("lognorm-mmap patterns merge {other} -o b.jsonl"));
        assert!(directory.read("a.tsv") == directory.read("b.tsv"), "{other}");
        assert!(directory.read("a.jsonl") == directory.read("b.jsonl"), "{other}");
        let printed = directory.succeeds(&format!("lognorm-mmap patterns merge {other}"));
        assert!(printed == directory.read("a.tsv"), "{other}");
    }
    let lines = directory.read("a.jsonl");
    let header: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&header["schema"], &header["rules"]), (&2.into(), &"shape/1".into()));
}

#[test]
fn patterns_beyond_the_limit_are_counted_together() {
    let directory = Directory::with([("in.log", "a\na b\na b c\na\na b\n(d)\n")]);
    let run = "lognorm-mmap in.log --patterns p.tsv --max-patterns 2 --stats";
    for options in ["", "--chunk-size=1 --threads=4", "--no-mmap"] {
        let Output { status, stderr, .. } = directory.run(&format!("{run} {options}"));
        assert_eq!(status.code(), Some(0));
        let lines = directory.read("p.tsv");
        let kinds: Vec<_> = lines.lines().skip(2).map(|line| line.split('\t').take(2)).collect();
        let kinds: Vec<String> =
            kinds.into_iter().map(|kind| kind.collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(kinds, ["pattern 2", "pattern 2", "other 2"], "{options}");
        let summary = utf8(stderr);
        assert!(summary.contains("2 patterns, and 2 lines of others"), "{summary}");
    }
}

#[test]
fn the_catalogues_of_the_parts_add_up_to_that_of_the_whole() {
    let (directory, log) = (Directory::with([]), log());
    let cut = log.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(700).unwrap().0 + 1;
    let (one, two) = log.split_at(cut);
    for (name, bytes) in [("whole", &log[..]), ("one", one), ("two", two)] {
        fs::write(directory.path(name), bytes).unwrap();
        directory.succeeds(&format!("lognorm-mmap {name} --patterns {name}.tsv"));
    }
    directory.succeeds("lognorm-mmap patterns merge one.tsv two.tsv -o sum.tsv");
    // The places of a log are those from its own start.
    let without_places = |name: &str| {
        directory.succeeds(&format!("sed '1s/\\tleast_level.*//' {name} | cut -f 1-7,9-"))
    };
    assert!(without_places("sum.tsv") == without_places("whole.tsv"));
    // The sum may be one of the parts.
    directory.succeeds("lognorm-mmap patterns merge one.tsv two.tsv -o one.tsv");
    assert!(directory.read("one.tsv") == directory.read("sum.tsv"));
}

#[test]
fn what_is_no_catalogue_or_not_of_these_rules_is_refused() {
    let directory = Directory::with([LOG]);
    directory.succeeds("lognorm-mmap in.log --patterns a.tsv; cp a.tsv out.tsv; sed s,shape/1,shape/2, a.tsv >b.tsv");
    directory.succeeds("head -n 3 a.tsv >cut.tsv; head -c -3 a.tsv >cut2.tsv; mkdir d.tsv");
    for (arguments, path, reason) in [
        ("merge a.tsv b.tsv -o out.tsv", "b.tsv", "version 2 of the shape rules"),
        ("merge a.tsv in.log -o out.tsv", "in.log", "line 1: no catalogue"),
        ("merge cut.tsv -o out.tsv", "cut.tsv", "the counts add up to 1"),
        ("merge cut2.tsv -o out.tsv", "cut2.tsv", "cut short"),
        ("merge no-such.tsv -o out.tsv", "no-such.tsv", "No such file"),
        ("merge a.tsv -o no-such/out.tsv", "no-such/out.tsv", "No such file"),
        ("diff a.tsv d.tsv", "d.tsv", "Is a directory"),
        ("diff a.tsv b.tsv", "b.tsv", "version 2"),
        ("show in.log", "in.log", "no catalogue"),
    ] {
        let got = directory.fails(&format!("lognorm-mmap patterns {arguments}"), path);
        assert!(got.contains(reason), "{arguments}: {got}");
    }
    let got = directory.fails("lognorm-mmap in.log --known b.tsv", "b.tsv");
    assert!(got.contains("version 2"), "{got}");
    directory.fails("lognorm-mmap no-such.log --patterns out.tsv", "no-such.log");
    directory.fails("lognorm-mmap in.log --patterns d.tsv", "d.tsv");
    directory.fails("lognorm-mmap in.log --patterns - >/dev/full", "standard output");
    directory.fails("lognorm-mmap patterns show a.tsv >/dev/full", "standard output");
    for (arguments, allowed) in [
        ("in.log --patterns p.csv", ".jsonl"),
        ("in.log - --patterns -", "are the same"),
        ("in.log p.tsv --patterns p.tsv", "are the same"),
        ("-t . in.log --patterns p.tsv", "cannot be used with"),
        ("-t . in.log --known a.tsv", "cannot be used with"),
        ("-t . in.log --max-patterns 1", "cannot be used with"),
        ("-t . in.log --raw", "cannot be used with"),
        ("in.log --raw", "--known"),
        ("in.log --patterns p.tsv --max-patterns 0", "--max-patterns"),
        ("patterns merge a.tsv -o c", ".jsonl"),
        ("patterns merge", "CATALOGUE"),
        ("patterns", "merge"),
    ] {
        let Output { status, stderr, .. } = directory.run(&format!("lognorm-mmap {arguments}"));
        let message = utf8(stderr);
        assert_eq!(status.code(), Some(2), "{arguments}: {message}");
        assert!(message.contains(allowed), "{arguments}: {message}");
    }
}

#[test]
fn a_terminal_shows_a_table_that_fits_it() {
    if !needs::program("script") {
        return;
    }
    let directory = Directory::with([]);
    fs::write(directory.path("in.log"), log()).unwrap();
    for (columns, colour) in [(80, ""), (200, ""), (80, "NO_COLOR=1")] {
        let run =
            format!("stty cols {columns} rows 24; {colour} lognorm-mmap -q in.log --patterns -");
        directory.succeeds(&format!("script -q -e -c '{run}' typescript >shown"));
        let shown = directory.read("shown");
        let lines: Vec<_> = shown.lines().collect();
        assert!(lines[0].contains("COUNT") && lines[0].contains("EXAMPLE"), "{}", lines[0]);
        assert_eq!(shown.contains('\u{1b}'), colour.is_empty());
        // Without the sequences that colour them, which are of no width.
        let plain = |line: &str| {
            let parts = line.trim_end().split('\u{1b}').enumerate();
            let text = |(index, part): (usize, &str)| match index {
                0 => part.chars().count(),
                _ => part.split_once('m').unwrap().1.chars().count(),
            };
            parts.map(text).sum::<usize>()
        };
        let width = lines.iter().map(|line| plain(line)).max().unwrap();
        assert!(columns - 20 <= width && width <= columns, "{width} of {columns}: {shown}");
        let bar = lines[0].find("EXAMPLE").unwrap() - lines[0].find("WHERE").unwrap() - 2;
        assert_eq!(bar, columns.min(160) / 4, "{shown}");
    }
}
