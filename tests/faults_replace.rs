//! What exists is replaced only by what it is: patterns by patterns, a catalogue by a catalogue.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::big::BigLog;
use common::codec::{Codec, codecs};
use common::directory::{Directory, LOG, PATTERNS, utf8};

const NO_PATTERNS: &str = "exists and does not hold patterns; --force replaces it";
/// The same where it may be that many logs were to be counted.
const NO_PATTERNS_OF_MANY: &str = "exists and does not hold patterns, \
    and `lognorm-mmap patterns count` takes many logs; --force replaces it";
const NO_CATALOGUE: &str = "exists and does not hold a catalogue; --force replaces it";

#[test]
fn a_log_that_was_taken_for_the_output_is_kept() {
    let directory = Directory::with([LOG, ("b.log", "the only copy\n")]);
    directory
        .succeeds("mkdir logs; cp in.log logs/a; cp b.log logs/b; ln -s b.log link; ln b.log hard");
    for (script, path) in [
        ("lognorm-mmap in.log b.log", "b.log"),
        ("lognorm-mmap in.log link", "link"),
        ("lognorm-mmap in.log hard", "hard"),
        ("lognorm-mmap --no-mmap in.log b.log", "b.log"),
        ("lognorm-mmap - b.log <in.log", "b.log"),
        ("lognorm-mmap --sync --compress=none in.log b.log", "b.log"),
    ] {
        assert_eq!(directory.fails(script, path), NO_PATTERNS, "{script}");
    }
    for Codec { program, extension, .. } in codecs() {
        directory.succeeds(&format!(
            "mkdir -p z; rm -f z/*; for log in a b; do {program} logs/$log >z/$log.{extension}; done"
        ));
        let script = "lognorm-mmap z/* --compress=none --patterns -";
        let path = format!("z/b.{extension}");
        let script = script.replace(
            " --compress=none",
            if ["gz", "zst"].contains(extension) { "" } else { " --compress=none" },
        );
        assert_eq!(directory.fails(&script, &path), NO_PATTERNS_OF_MANY, "{script}");
    }
    let reason = directory.fails("lognorm-mmap logs/* --patterns -", "logs/b");
    assert_eq!(reason, NO_PATTERNS_OF_MANY);
    for force in ["-f", "--force"] {
        fs::write(directory.path("b.log"), "the only copy\n").unwrap();
        directory.succeeds(&format!("lognorm-mmap {force} in.log b.log"));
        assert_eq!(directory.read("b.log"), PATTERNS, "{force}");
    }
}

#[test]
fn what_an_earlier_run_has_written_is_replaced() {
    let directory = Directory::with([LOG, ("empty", "")]);
    fs::write(directory.path("other.log"), BigLog::new(300_000).bytes).unwrap();
    let long = "(a-b) ".repeat(30_000);
    fs::write(directory.path("long.log"), format!("{long}\n{long}\r\n")).unwrap();
    for earlier in [
        "lognorm-mmap other.log out",
        "lognorm-mmap --compress=gzip other.log out",
        "lognorm-mmap --compress=zstd other.log out",
        "lognorm-mmap other.log | gzip >out",
        "lognorm-mmap other.log | sed 's/$/\\r/' >out",
        // One line is longer than what is looked at.
        "lognorm-mmap long.log out",
        "printf 'Y Y' >out",
        "cp empty out",
        "gzip <empty >out",
        // What is not decompressed keeps its first bytes.
        "gzip <in.log >in.gz; lognorm-mmap --decompress=none in.gz out",
    ] {
        directory.succeeds(&format!("rm -f out; {earlier}; lognorm-mmap in.log out"));
        assert_eq!(directory.read("out"), PATTERNS, "{earlier}");
    }
}

#[test]
fn patterns_of_either_rule_set_are_replaced_by_a_run_of_either() {
    let directory = Directory::with([LOG]);
    fs::write(directory.path("other.log"), BigLog::new(300_000).bytes).unwrap();
    fs::write(directory.path("long.log"), "key=12 a:b, (c) ".repeat(10_000)).unwrap();
    directory
        .succeeds("for rules in shape words; do lognorm-mmap --rules $rules in.log $rules; done");
    for earlier in [
        "other.log out",
        "--compress=gzip other.log out",
        "other.log | zstd >out",
        "other.log | sed 's/$/\\r/' >out",
        "long.log out",
        "in.log out",
    ] {
        for (old, new) in
            [("shape", "words"), ("words", "shape"), ("words", "words"), ("shape", "shape")]
        {
            directory.succeeds(&format!(
                "rm -f out; lognorm-mmap --rules {old} {earlier}; \
                 lognorm-mmap --rules {new} in.log out; cmp out {new}"
            ));
        }
    }
    // Text without values is its own pattern by the word rules, and may be anything else.
    for text in ["alice\\nbob\\n", "from *\\nport 22\\n"] {
        directory.succeeds(&format!("printf '{text}' >out"));
        for rules in ["shape", "words"] {
            let script = format!("lognorm-mmap --rules {rules} in.log out");
            assert_eq!(directory.fails(&script, "out"), NO_PATTERNS, "{text}, {rules}");
        }
    }
}

#[test]
fn all_whole_lines_of_the_beginning_tell() {
    let directory = Directory::with([LOG, ("out", "")]);
    let whole = "Y Y (X)\n".repeat(9000);
    let script = "lognorm-mmap in.log out";
    for (content, is_own) in [
        ("Y Y\nold".to_owned(), false),
        ("Y Y\nYY\n".into(), false),
        (format!("{}a\n", &whole[..8 * 4000]), false),
        (format!("{}\nold\n", &whole[..8 * 4000]), false),
        // Further than that nobody looks.
        (format!("{whole}old\n"), true),
        // Of one line that is longer, its runs tell.
        ("old ".repeat(20_000), false),
        ("\0".repeat(100_000), false),
        ("Y ".repeat(50_000), true),
    ] {
        fs::write(directory.path("out"), &content).unwrap();
        let what = &content[content.len().saturating_sub(20)..];
        if is_own {
            assert_eq!(directory.succeeds(script), "", "{what:?}");
        } else {
            assert_eq!(directory.fails(script, "out"), NO_PATTERNS, "{what:?}");
        }
    }
    // What cannot be read may be anything.
    fs::write(directory.path("out"), "Y\n").unwrap();
    directory.set_mode("out", 0o200);
    let why = directory.run(script);
    let expected = "lognorm-mmap: out: exists and cannot be read to see what it holds \
                    (Permission denied); --force replaces it\n";
    assert_eq!((why.status.code(), &*utf8(why.stderr)), (Some(1), expected));
    directory.succeeds("lognorm-mmap -f in.log out");
}

#[test]
fn of_many_logs_the_others_are_done() {
    let directory = Directory::with([LOG]);
    directory.succeeds("mkdir out; cp in.log one.log; cp in.log two.log; echo old >out/one.log");
    for threads in [1, 2] {
        let script = format!("lognorm-mmap -j{threads} -t out one.log two.log");
        let Output { status, stderr, .. } = directory.run(&script);
        let message = format!("lognorm-mmap: out/one.log: {NO_PATTERNS}\n");
        assert_eq!((status.code(), utf8(stderr)), (Some(1), message));
        assert_eq!(
            directory.succeeds("cat out/one.log; cat out/two.log"),
            format!("old\n{PATTERNS}")
        );
    }
    directory.succeeds("lognorm-mmap --force -t out one.log two.log; cmp out/one.log out/two.log");
}

#[test]
fn a_catalogue_replaces_nothing_but_a_catalogue() {
    let directory =
        Directory::with([LOG, ("p.tsv", "a\ttable\n"), ("p.jsonl", "{\"level\":\"info\"}\n")]);
    directory.succeeds("echo one | lognorm-mmap --patterns a.tsv");
    for script in [
        "lognorm-mmap in.log --patterns FILE",
        "lognorm-mmap in.log new.log --patterns FILE",
        "lognorm-mmap patterns merge a.tsv -o FILE",
    ] {
        for file in ["p.tsv", "p.jsonl"] {
            assert_eq!(
                directory.fails(&script.replace("FILE", file), file),
                NO_CATALOGUE,
                "{script}"
            );
            for own in [
                ": >",
                "cp a.tsv ",
                "sed 's/$/\\r/' a.tsv >",
                "lognorm-mmap in.log --force --patterns ",
            ] {
                let replaced = script.replace("FILE", file);
                directory
                    .succeeds(&format!("cp {file} kept; {own}{file}; {replaced}; mv kept {file}"));
            }
            let forced = format!("{} --force", script.replace("FILE", file));
            directory.succeeds(&format!("cp {file} kept; {forced}; mv kept {file}; rm -f new.log"));
        }
    }
    // Patterns are no catalogue, nor is a catalogue patterns.
    directory.succeeds("echo Y >y.tsv");
    assert_eq!(directory.fails("lognorm-mmap in.log --patterns y.tsv", "y.tsv"), NO_CATALOGUE);
    assert_eq!(directory.fails("lognorm-mmap in.log a.tsv", "a.tsv"), NO_PATTERNS);
}

#[test]
fn nothing_is_asked_where_nothing_is_replaced_or_nothing_can_be_told() {
    let directory = Directory::with([LOG, ("old.log", "old\n")]);
    directory.succeeds("echo one | lognorm-mmap --patterns known.tsv");
    // Lines of a log come out, over lines of a log.
    directory
        .succeeds("for run in 1 2; do lognorm-mmap in.log new.log --known known.tsv --raw; done");
    assert_eq!(directory.read("new.log"), LOG.1);
    directory.succeeds("lognorm-mmap in.log /dev/null; lognorm-mmap in.log /dev/stdout >>old.log");
    assert_eq!(directory.read("old.log"), format!("old\n{PATTERNS}"));
    directory.succeeds("mkfifo fifo; cat fifo >read & lognorm-mmap in.log fifo; wait");
    assert_eq!(directory.read("read"), PATTERNS);
    for script in
        ["lognorm-mmap -f --no-clobber in.log new", "lognorm-mmap --no-clobber --force -t . in.log"]
    {
        let Output { status, stderr, .. } = directory.run(script);
        assert_eq!(status.code(), Some(2), "{script}");
        assert!(utf8(stderr).contains("cannot be used with"), "{script}");
    }
    // What is there is kept, whatever it holds.
    for file in ["new.log", "old.log"] {
        let script = format!("lognorm-mmap --no-clobber in.log {file} --known known.tsv --raw");
        assert_eq!(directory.fails(&script, file), "File exists");
    }
}
