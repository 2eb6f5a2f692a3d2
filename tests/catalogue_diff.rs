//! Catalogues compared with each other, and logs with a catalogue: what is new and what is gone.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::process::Output;

use common::directory::{Directory, utf8};

#[test]
fn a_comparison_says_what_is_new_and_gone_and_exits_3_if_anything_is_new() {
    let directory =
        Directory::with([("old.log", "up 1\nup 2\ndown (3)\n"), ("new.log", "up 1\n[x] up\n")]);
    directory.succeeds("for it in old new; do lognorm-mmap $it.log --patterns $it.tsv; done");
    let Output { status, stdout, stderr } =
        directory.run("lognorm-mmap patterns diff old.tsv new.tsv");
    assert_eq!((status.code(), &*utf8(stderr)), (Some(3), ""));
    let lines = utf8(stdout);
    let has = |kind: &str, example: &str| {
        lines.lines().any(|line| line.starts_with(kind) && line.ends_with(example))
    };
    assert!(has("new ", "  [x] up") && has("gone ", "  down (3)"), "{lines}");
    assert!(lines.ends_with("1 new, 1 gone, 0 changed, 1 much as before\n"), "{lines}");
    directory.succeeds("head -n 2 old.log >less.log; lognorm-mmap less.log --patterns less.jsonl");
    let gone = directory.succeeds("lognorm-mmap patterns diff old.tsv less.jsonl");
    assert!(gone.ends_with("0 new, 1 gone, 0 changed, 1 much as before\n"), "{gone}");
}

#[test]
fn only_what_is_new_is_written() {
    let old = "up 1\ndown (3)\n";
    let new = "up 2\n[x] up\r\ndown (4)\nup up up";
    let directory = Directory::with([("old.log", old), ("new.log", new)]);
    directory.succeeds("lognorm-mmap old.log --patterns old.tsv");
    for options in ["", "--threads=4 --chunk-size=1", "--no-mmap"] {
        let run = format!("lognorm-mmap {options} --known old.tsv");
        assert_eq!(directory.succeeds(&format!("{run} new.log")), "[X] Y\nY Y Y\n", "{options}");
        let raw = directory.succeeds(&format!("{run} --raw new.log out; cat out"));
        assert_eq!(raw, "[x] up\r\nup up up\n", "{options}");
        assert_eq!(directory.succeeds(&format!("{run} --raw old.log")), "", "{options}");
    }
    let script = "lognorm-mmap --known old.tsv new.log --stats=json 2>&1 >out";
    let stats: serde_json::Value = serde_json::from_str(&directory.succeeds(script)).unwrap();
    assert_eq!((&stats["lines"], &stats["bytes_out"]), (&4.into(), &12.into()));
}
