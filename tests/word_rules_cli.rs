//! The word rules from the command line: every way in and out, catalogues and folding.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::process::Output;

use common::directory::{Directory, LOG, PATTERNS, utf8};
use serde_json::Value;

/// The patterns of [`LOG`] by the word rules.
const WORDS: &str = "took * ms (cached)\nretry [*]\n";

/// Runs `script`, asserts its exit code and that nothing is printed on standard output if it is
/// that of an error, and returns what it prints on standard output and standard error.
#[track_caller]
fn exits(directory: &Directory, code: i32, script: &str) -> (String, String) {
    let Output { status, stdout, stderr } = directory.run(script);
    let (stdout, stderr) = (utf8(stdout), utf8(stderr));
    assert_eq!(status.code(), Some(code), "{script}: {stderr}");
    assert!([0, 3].contains(&code) || stdout.is_empty(), "{script}: {stdout}");
    (stdout, stderr)
}

/// A log of a login of each of `users`.
fn logins(users: &[&str]) -> String {
    users.iter().map(|user| format!("Failed password for {user} from 10.0.0.7\n")).collect()
}

#[test]
fn every_way_in_and_out_has_the_word_rules() {
    let directory = Directory::with([LOG]);
    for script in [
        "lognorm-mmap --rules words in.log",
        "lognorm-mmap --rules=words --no-mmap in.log",
        "lognorm-mmap --rules words <in.log",
        "cat in.log | lognorm-mmap --rules words -",
        "lognorm-mmap --rules words -j3 --chunk-size 1 in.log",
        "lognorm-mmap --rules words --kernel scalar in.log",
        "lognorm-mmap --rules words --kernel portable in.log",
        "lognorm-mmap --rules words in.log out.log; cat out.log",
        "lognorm-mmap --rules words in.log out.log; lognorm-mmap --rules words out.log",
        "lognorm-mmap --rules words in.log out.gz; gzip -dc out.gz",
        "gzip -k in.log; lognorm-mmap --rules words in.log.gz",
        "gzip -c in.log | lognorm-mmap --rules words",
        "mkdir -p d; lognorm-mmap --rules words -t d in.log in.log.gz 2>&-; \
         lognorm-mmap --rules words -t d in.log; cat d/in.log",
    ] {
        assert_eq!(directory.succeeds(script), WORDS, "{script}");
    }
    assert_eq!(directory.succeeds("lognorm-mmap --rules shape in.log"), PATTERNS);
    assert_eq!(directory.succeeds("lognorm-mmap in.log"), PATTERNS);
}

#[test]
fn a_catalogue_and_the_figures_name_the_rules() {
    let directory = Directory::with([LOG]);
    let show = "lognorm-mmap --rules words in.log out.log --patterns p.tsv; cat out.log; cat p.tsv";
    let text = directory.succeeds(show);
    let catalogue = text.strip_prefix(WORDS).unwrap();
    assert!(catalogue.lines().next().unwrap().contains("rules=words/1"), "{catalogue}");
    assert!(catalogue.ends_with("\tretry [*]\n"), "{catalogue}");
    let text =
        directory.succeeds("lognorm-mmap --rules words --patterns p.jsonl in.log; cat p.jsonl");
    let rows: Vec<Value> = text.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    assert_eq!(rows[0]["rules"], "words/1");
    assert_eq!(rows[1]["pattern"], "took * ms (cached)");
    let figures = "lognorm-mmap --stats=json in.log out.log --rules";
    for rules in ["words", "shape"] {
        let (_, figures) = exits(&directory, 0, &format!("{figures} {rules} -f"));
        assert_eq!(serde_json::from_str::<Value>(&figures).unwrap()["rules"], rules);
    }
    // The rules of a known catalogue are those of the run.
    let (_, figures) = exits(&directory, 0, "lognorm-mmap --stats=json in.log - --known p.tsv");
    assert_eq!(serde_json::from_str::<Value>(&figures).unwrap()["rules"], "words");
    let (_, figures) = exits(&directory, 0, "lognorm-mmap --stats --rules words in.log out.log");
    assert!(figures.contains("words"), "{figures}");
}

#[test]
fn a_known_catalogue_brings_its_rules() {
    let directory = Directory::with([LOG, ("new.log", "took 7 ms (new)\nretry [2/5]\n")]);
    directory.succeeds(
        "lognorm-mmap --rules words in.log --patterns words.tsv; gzip -k words.tsv;
         lognorm-mmap in.log --patterns shape.tsv",
    );
    let new = "took * ms (new)\n";
    for (arguments, printed) in [
        ("new.log --known words.tsv", new),
        ("new.log --known words.tsv.gz", new),
        ("new.log --known words.tsv --rules words", new),
        ("new.log --known words.tsv --raw", "took 7 ms (new)\n"),
        ("new.log --known - <words.tsv", new),
        ("- --known words.tsv <new.log", new),
        ("new.log --known shape.tsv", ""),
        ("new.log --known shape.tsv --rules shape", ""),
    ] {
        assert_eq!(
            directory.succeeds(&format!("lognorm-mmap {arguments}")),
            printed,
            "{arguments}"
        );
    }
    for (arguments, line) in [
        (
            "new.log out.log --known words.tsv --rules shape",
            "--rules shape does not go with --known: words.tsv was made by the word rules; \
             leave --rules out",
        ),
        (
            "new.log out.log --rules words --known - <shape.tsv",
            "--rules words does not go with --known: standard input was made by the shape rules; \
             leave --rules out",
        ),
    ] {
        let (_, message) = exits(&directory, 2, &format!("lognorm-mmap {arguments}"));
        assert_eq!(message.lines().next(), Some(&*format!("error: {line}")), "{message}");
        assert!(!directory.path("out.log").exists(), "{arguments}");
    }
    // A catalogue that cannot be read fails while running, whatever the rules.
    directory.fails("lognorm-mmap new.log --known no.tsv --rules words", "no.tsv");
}

#[test]
fn catalogues_add_up_by_rules_and_do_not_mix() {
    let directory = Directory::with([LOG, ("empty.log", "")]);
    directory.succeeds(
        "lognorm-mmap --rules words in.log --patterns words.tsv
         lognorm-mmap in.log --patterns shape.tsv
         lognorm-mmap empty.log --patterns empty.tsv
         lognorm-mmap --rules words empty.log --patterns empty-words.tsv
         lognorm-mmap patterns count --rules words in.log in.log -o both.tsv",
    );
    let both = directory.read("both.tsv");
    for catalogues in ["words.tsv words.tsv", "empty.tsv words.tsv words.tsv empty.tsv"] {
        let merge = format!("lognorm-mmap patterns merge {catalogues}");
        assert_eq!(directory.succeeds(&merge), both, "{catalogues}");
    }
    let sum = directory.succeeds("lognorm-mmap patterns merge empty-words.tsv");
    assert_eq!(sum, directory.read("empty-words.tsv"));
    for (command, path) in [
        ("merge words.tsv shape.tsv", "shape.tsv"),
        ("merge -o sum.tsv shape.tsv empty.tsv words.tsv", "words.tsv"),
        ("diff words.tsv shape.tsv", "shape.tsv"),
        ("diff --fold words.tsv shape.tsv", "shape.tsv"),
        ("diff --fold shape.tsv words.tsv", "words.tsv"),
    ] {
        let reason = directory.fails(&format!("lognorm-mmap patterns {command}"), path);
        assert!(reason.contains("shape rules") && reason.contains("word rules"), "{reason}");
    }
}

#[test]
fn a_folded_catalogue_is_only_looked_at() {
    let users = logins(&["ann", "bob", "cyd", "dan", "eve"]);
    let directory = Directory::with([("in.log", &*users), LOG_OF_SHAPES]);
    directory.succeeds(
        "lognorm-mmap --rules words in.log --patterns p.tsv
         lognorm-mmap shape.log --patterns shape.tsv",
    );
    let before = directory.read("p.tsv");
    let rows = |options: &str| -> Vec<Value> {
        let show = format!("lognorm-mmap patterns show --format jsonl {options} p.tsv");
        let text = directory.succeeds(&show);
        text.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
    };
    let single = rows("");
    assert_eq!(single.len(), 5);
    assert_eq!(single[0]["pattern"], "Failed password for ann from *");
    assert_eq!(single[0]["members"], serde_json::json!(["Failed password for ann from *"]));
    assert_eq!(rows("--fold=6").len(), 5);
    for fold in ["--fold", "--fold=5", "--fold=2"] {
        let folded = rows(fold);
        assert_eq!(folded.len(), 1, "{fold}");
        assert_eq!(folded[0]["pattern"], "Failed password for * from *");
        assert_eq!((&folded[0]["count"], &folded[0]["last_line"]), (&5.into(), &5.into()));
        assert_eq!(folded[0]["members"].as_array().unwrap().len(), 5);
    }
    let table =
        |options| directory.succeeds(&format!("lognorm-mmap patterns show {options} p.tsv"));
    assert_eq!(table(""), table("--format table"));
    // What was joined is only seen in the pattern.
    let bar = "█       ".repeat(5);
    let expected = format!(
        "COUNT     SHARE  {:<40}  PATTERN\n    5  100.00 %  {bar}  Failed password for * from *\n\
         5 lines, 1 pattern\n",
        "WHERE IN THE LOG"
    );
    assert_eq!(table("--fold"), expected);
    assert!(table("--fold=6").contains("Failed password for ann from *\n"));
    assert!(table("--fold").lines().count() < table("").lines().count());
    assert_eq!(
        directory.succeeds("lognorm-mmap patterns show --fold - <p.tsv"),
        table("--format=table --fold")
    );
    assert_eq!(directory.read("p.tsv"), before);
    let reason = directory.fails("lognorm-mmap patterns show --fold shape.tsv", "shape.tsv");
    assert!(reason.contains("no words to fold"), "{reason}");
    let reason =
        directory.fails("lognorm-mmap patterns diff --fold shape.tsv shape.tsv", "shape.tsv");
    assert!(reason.contains("no words to fold"), "{reason}");
    directory.fails("lognorm-mmap patterns show --fold p.tsv >/dev/full", "standard output");
}

const LOG_OF_SHAPES: (&str, &str) = ("shape.log", "a b\n");

#[test]
fn a_new_name_is_new_unless_names_fold() {
    let (old, new) = (logins(&["ann", "bob", "cyd", "dan"]), logins(&["ann", "eve"]));
    let disk = format!("{new}disk sda is full\n");
    let directory = Directory::with([("old.log", &*old), ("new.log", &*new), ("disk.log", &*disk)]);
    directory.succeeds(
        "for log in old new disk; do
             lognorm-mmap --rules words $log.log --patterns $log.tsv
         done",
    );
    for (arguments, code, last) in [
        ("old.tsv new.tsv", 3, "1 new, 3 gone, 0 changed, 1 much as before"),
        ("--fold old.tsv new.tsv", 0, "0 new, 0 gone, 0 changed, 1 much as before"),
        ("--fold=6 old.tsv new.tsv", 3, "1 new, 3 gone, 0 changed, 1 much as before"),
        ("--fold old.tsv disk.tsv", 3, "1 new, 0 gone, 0 changed, 1 much as before"),
        ("--fold - disk.tsv <disk.tsv", 0, "0 new, 0 gone, 0 changed, 3 much as before"),
    ] {
        let (text, _) = exits(&directory, code, &format!("lognorm-mmap patterns diff {arguments}"));
        assert_eq!(text.lines().last(), Some(last), "{arguments}: {text}");
    }
    let (text, _) = exits(&directory, 3, "lognorm-mmap patterns diff --fold old.tsv disk.tsv");
    assert!(text.contains("disk sda is full"), "{text}");
}

#[test]
fn a_slip_of_the_keyboard_is_wrong_usage() {
    let directory = Directory::with([LOG]);
    directory.succeeds("lognorm-mmap --rules words in.log --patterns p.tsv");
    for (arguments, told) in [
        ("--rules word in.log", "shape, words"),
        ("--rules in.log", "shape, words"),
        ("--rule words in.log", "--rules"),
        ("patterns show --fold=x p.tsv", "--fold"),
        ("patterns show --fold=1 p.tsv", "2.."),
        ("patterns show --fold 5 p.tsv", "unexpected argument"),
        ("patterns show --format text p.tsv", "table, tsv, jsonl, html"),
        ("patterns show --folds p.tsv", "--fold"),
        ("patterns diff --fold p.tsv", "NEW"),
        ("patterns merge --fold p.tsv", "--fold"),
        ("patterns diff --fold - -", "both standard input"),
    ] {
        let (_, message) = exits(&directory, 2, &format!("lognorm-mmap {arguments}"));
        assert!(message.contains(told), "{arguments}: {message}");
    }
}
