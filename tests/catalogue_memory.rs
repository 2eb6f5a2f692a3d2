//! The memory of catalogues of very long patterns, and what happens without it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::directory::{Directory, utf8};

/// Runs `script` under limits from `min` to `max` MB of address space, and asserts that each run
/// succeeds, or fails with one line and leaves no file. Returns the number of runs that succeed.
#[track_caller]
fn sweep(directory: &Directory, script: &str, min: u64, max: u64, output: Option<&str>) -> u64 {
    let mut complete = 0;
    for limit in (min..=max).step_by(((max - min) / 8) as usize) {
        let before = directory.names();
        let Output { status, stderr, .. } =
            directory.run(&format!("ulimit -v {}; exec {script} >/dev/null", limit * 1000));
        let message = utf8(stderr);
        let what = format!("{limit} MB: {script}: {status}: {message}");
        match status.code() {
            Some(0) => complete += 1,
            Some(1) => {
                assert!(message.starts_with("lognorm-mmap: ") && message.ends_with('\n'), "{what}");
                assert_eq!(message.lines().count(), 1, "{what}");
            }
            _ => panic!("{what}"),
        }
        if let Some(output) = output.filter(|_| status.success()) {
            fs::remove_file(directory.path(output)).unwrap();
        }
        assert_eq!(directory.names(), before, "{what}");
    }
    complete
}

#[test]
fn a_long_pattern_in_columns_takes_the_memory_that_there_is_or_is_not_written_and_read() {
    write_and_read("tsv");
}

#[test]
fn a_long_pattern_in_an_object_takes_the_memory_that_there_is_or_is_not_written_and_read() {
    write_and_read("jsonl");
}

/// Writes and reads a catalogue of one long pattern under limits.
fn write_and_read(extension: &str) {
    const SIZE: usize = 1_200_000;
    let directory = Directory::with([]);
    fs::write(directory.path("in.log"), [&vec![0xff; SIZE][..], b"\n"].concat()).unwrap();
    let make = format!("lognorm-mmap -j1 in.log --patterns p.{extension}");
    let complete = sweep(&directory, &make, 14, 62, Some(&format!("p.{extension}")));
    assert!((1..9).contains(&complete), "{extension}: {complete}");
    directory.succeeds(&format!("lognorm-mmap in.log --patterns old.{extension}"));
    for script in ["patterns show", "patterns merge", "in.log -j1 --known", "in.log -j1 --only"] {
        let script = format!("lognorm-mmap {script} old.{extension}");
        let complete = sweep(&directory, &script, 14, 62, None);
        assert!((1..9).contains(&complete), "{script}: {complete}");
    }
    assert_eq!(directory.succeeds(&format!("lognorm-mmap in.log --known old.{extension}")), "");
}

#[test]
fn a_line_that_nobody_wrote_takes_no_more_than_it_is_long() {
    const SIZE: usize = 4_000_000;
    let directory = Directory::with([("in.log", "a\n")]);
    directory
        .succeeds("lognorm-mmap in.log --patterns a.tsv; lognorm-mmap in.log --patterns a.jsonl");
    let (tsv, jsonl) = (directory.read("a.tsv"), directory.read("a.jsonl"));
    let head =
        |text: &str, lines: usize| text.split_inclusive('\n').take(lines).collect::<String>();
    let row = jsonl.lines().nth(1).unwrap().trim_end_matches('}').to_owned();
    for (name, before, byte, reason) in [
        ("tabs", head(&tsv, 2), "\t", "line 3: 4000001 columns instead of 10"),
        ("nested", head(&jsonl, 1) + &row + ",\"x\":", "[", "line 2: EOF while parsing"),
        ("text", head(&jsonl, 1) + &row + ",\"example_escaped\":\"", "\\\\", "line 2: EOF while"),
        ("header", String::new(), "\t", "line 1: no catalogue"),
    ] {
        let file = before + &byte.repeat(SIZE / byte.len()) + "\n";
        fs::write(directory.path("bad"), file).unwrap();
        for script in ["lognorm-mmap patterns show bad", "lognorm-mmap in.log --known bad"] {
            let given = directory.fails(script, "bad");
            assert!(given.starts_with(reason), "{name}: {given}");
            assert_eq!(sweep(&directory, script, 16, 48, None), 0, "{name}");
        }
    }
}
