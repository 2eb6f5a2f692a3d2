//! Several examples of each pattern: which they are, in both formats, and in sums of catalogues.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::directory::{Directory, LOG};
use serde_json::Value;

const LINES: &str =
    "no ann 1\nno bob 2\nno ann 1\r\n(x)\nno cyd 3\nno bob 2\n\n(y)\n(x)\nno dan 4\n";

/// Returns the rows of a catalogue in TSV from the example on, without trailing TABs.
fn texts(tsv: &str) -> Vec<String> {
    let names: Vec<_> = tsv.lines().nth(1).unwrap().split('\t').collect();
    let start = names.iter().position(|&name| name == "example").unwrap();
    let rows = tsv.lines().skip(2).map(|row| row.split('\t').skip(start).collect::<Vec<_>>());
    rows.map(|cells| cells.join("|").trim_end_matches('|').to_owned()).collect()
}

#[test]
fn the_first_lines_that_differ_are_kept() {
    let directory = Directory::with([("in.log", LINES)]);
    for (options, names, rows) in [
        ("", "pattern", ["no ann 1|Y Y Y", "(x)|(X)", ""]),
        ("--examples 1", "pattern", ["no ann 1|Y Y Y", "(x)|(X)", ""]),
        (
            "--examples 3",
            "pattern\texample_lines\texample_2\texample_3",
            ["no ann 1|Y Y Y|1 2 5|no bob 2|no cyd 3", "(x)|(X)|4 8|(y)", "||7"],
        ),
    ] {
        let script = format!("lognorm-mmap in.log {options} --patterns -");
        let tsv = directory.succeeds(&script);
        let (head, header) = (tsv.lines().next().unwrap(), tsv.lines().nth(1).unwrap());
        assert_eq!(head.contains("\texamples=3\t"), names != "pattern", "{head}");
        assert!(header.ends_with(&format!("\texample\t{names}")), "{header}");
        let tabs = |line: &str| line.matches('\t').count();
        assert!(tsv.lines().skip(2).all(|row| tabs(row) == tabs(header)), "{tsv}");
        assert_eq!(texts(&tsv), rows, "{script}");
        assert_eq!(
            directory.succeeds(&format!("lognorm-mmap patterns count {options} in.log")),
            tsv
        );
    }
}

#[test]
fn objects_have_an_array_of_them() {
    let log = [LINES.as_bytes(), b"(\xff)\n"].concat();
    let directory = Directory::with([]);
    fs::write(directory.path("in.log"), log).unwrap();
    let examples =
        |row: &str, name: &str| serde_json::from_str::<Value>(row).unwrap()[name].clone();
    for (count, texts, lines) in [
        (1, r#"["(x)"]"#, "[4]"),
        (2, r#"["(x)","(y)"]"#, "[4,8]"),
        (9, r#"["(x)","(y)","(�)"]"#, "[4,8,11]"),
    ] {
        directory.succeeds(&format!("lognorm-mmap in.log --examples {count} --patterns p.jsonl"));
        let shown = directory.succeeds("lognorm-mmap patterns show --format jsonl p.jsonl");
        for row in
            [directory.read("p.jsonl").lines().nth(2).unwrap(), shown.lines().nth(1).unwrap()]
        {
            assert_eq!(examples(row, "examples").to_string(), texts, "{row}");
            assert_eq!(examples(row, "example_lines").to_string(), lines, "{row}");
            assert_eq!(examples(row, "example"), Value::Null, "{row}");
            let escaped = examples(row, "examples_escaped");
            assert_eq!(escaped.is_array(), count == 9, "{row}");
            assert!(escaped.is_null() || escaped[2] == r"(\xFF)", "{row}");
        }
        // Read again, and written in the other format, they are the same.
        directory.succeeds(&format!("lognorm-mmap in.log --examples {count} --patterns p.tsv"));
        for (from, to) in [("jsonl", "tsv"), ("tsv", "jsonl")] {
            directory.succeeds(&format!("lognorm-mmap patterns merge p.{from} -o again.{to}"));
            assert_eq!(directory.read(&format!("again.{to}")), directory.read(&format!("p.{to}")));
        }
    }
}

#[test]
fn a_sum_has_as_many_as_the_catalogue_that_has_fewer() {
    let directory = Directory::with([("a.log", LINES), ("b.log", "no eve 1\nno ann 1\n(z)\n")]);
    directory.succeeds("printf '' >none.log");
    for name in ["a", "b", "none"] {
        for count in [1, 2, 5] {
            let patterns = format!("--examples {count} --patterns {name}{count}.tsv");
            directory.succeeds(&format!("lognorm-mmap {name}.log {patterns}"));
        }
    }
    let merge = |names: &str| directory.succeeds(&format!("lognorm-mmap patterns merge {names}"));
    let count = |examples: usize, names: &str| {
        directory.succeeds(&format!("lognorm-mmap patterns count --examples {examples} {names}"))
    };
    let both = "a.log b.log";
    for (examples, sums) in [
        (1, &["a1.tsv b1.tsv", "a1.tsv b5.tsv", "a5.tsv b1.tsv", "none5.tsv a1.tsv b5.tsv"][..]),
        (2, &["a2.tsv b2.tsv", "a2.tsv b5.tsv", "a5.tsv b2.tsv", "a5.tsv none1.tsv b2.tsv"]),
        (5, &["a5.tsv b5.tsv", "none1.tsv a5.tsv b5.tsv none2.tsv"]),
    ] {
        for sum in sums {
            assert_eq!(merge(sum), count(examples, both), "{sum}");
        }
        assert_eq!(merge(&format!("none{examples}.tsv")), count(examples, "none.log"));
    }
    let five = "no ann 1|Y Y Y|1 2 5 10 11|no bob 2|no cyd 3|no dan 4|no eve 1";
    assert_eq!(texts(&count(5, both))[0], five);
    assert_eq!(
        texts(&count(5, "b.log a.log"))[0],
        "no eve 1|Y Y Y|1 2 5 8 13|no ann 1|no bob 2|no cyd 3|no dan 4"
    );
}

#[test]
fn the_parts_of_a_log_have_those_of_the_whole() {
    let directory = Directory::with([("in.log", LINES)]);
    for examples in [1, 2, 5] {
        let whole =
            directory.succeeds(&format!("lognorm-mmap in.log --examples {examples} --patterns -"));
        for parts in [2, 3, 8] {
            let sum = directory.succeeds(&format!(
                "for part in $(seq {parts}); do lognorm-mmap --shard $part/{parts} in.log \
                 --examples {examples} --patterns $part.tsv; done; \
                 lognorm-mmap patterns merge $(seq -f %g.tsv {parts})"
            ));
            assert_eq!(sum, whole, "{examples} examples, {parts} parts");
        }
    }
}

#[test]
fn the_lines_beyond_the_limit_have_them_too() {
    let directory = Directory::with([("in.log", LINES)]);
    directory.succeeds("split -l 3 in.log part.");
    let whole = directory.succeeds(
        "lognorm-mmap --threads 1 in.log --max-patterns 1 --examples 4 --patterns - 2>/dev/null",
    );
    // Of two patterns, whose lines take turns.
    assert_eq!(texts(&whole)[1], "(x)||4 7 8||(y)");
    for parts in ["part.*", "in.log", "--threads 3 part.*"] {
        let script = format!(
            "lognorm-mmap patterns count --max-patterns 1 --examples 4 --chunk-size 1 {parts} 2>/dev/null"
        );
        assert_eq!(texts(&directory.succeeds(&script)), texts(&whole), "{script}");
    }
    let sum = directory.succeeds(
        "for part in part.*; do lognorm-mmap $part --examples 4 --patterns $part.tsv; done; \
         lognorm-mmap patterns merge --max-patterns 1 part.*.tsv 2>/dev/null",
    );
    assert_eq!(texts(&sum), texts(&whole));
}

#[test]
fn folded_patterns_have_the_first_of_all_of_theirs() {
    let directory = Directory::with([("in.log", LINES)]);
    directory.succeeds("lognorm-mmap --rules words in.log --examples 3 --patterns p.jsonl");
    let shown = directory.succeeds("lognorm-mmap patterns show --fold=2 --format jsonl p.jsonl");
    let row = shown.lines().find(|row| row.contains("\"no * *\"")).unwrap();
    let row: Value = serde_json::from_str(row).unwrap();
    assert_eq!(row["examples"].to_string(), r#"["no ann 1","no bob 2","no cyd 3"]"#);
    assert_eq!(row["example_lines"].to_string(), "[1,2,5]");
}

#[test]
fn the_number_is_from_one_to_a_hundred_and_needs_a_catalogue() {
    let directory = Directory::with([LOG]);
    for number in ["0", "101", "-1", "x", "1.5"] {
        let message = directory
            .message(&format!("lognorm-mmap patterns count --examples={number} in.log"), 2);
        assert!(message.contains("--examples"), "{message}");
    }
    let message = directory.message("lognorm-mmap in.log --examples 2", 2);
    assert!(message.contains("--patterns"), "{message}");
    let tsv = directory.succeeds("lognorm-mmap patterns count --examples 100 in.log");
    assert!(tsv.lines().nth(1).unwrap().ends_with("\texample_100"), "{tsv}");
}
