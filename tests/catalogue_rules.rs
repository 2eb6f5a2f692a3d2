//! Catalogues know the rules that made their patterns, and those of different rules do not mix.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::directory::Directory;
use common::text::{hostile_lines, log_lines, sample};
use common::word_oracle;
use proptest::collection::vec;

const LOG: (&str, &str) = ("in.log", "no ann 1\nup\nno bob 2\nno ann 3\n");

/// Makes `shape.tsv` and `words.tsv`, and the same with `.jsonl`, of `in.log`.
fn directory_with_both() -> Directory {
    let directory = Directory::with([LOG]);
    directory.succeeds(
        "for rules in shape words; do for it in tsv jsonl; do \
         lognorm-mmap in.log --rules $rules --patterns $rules.$it; done; done",
    );
    directory
}

#[test]
fn a_file_names_its_rules_and_has_their_patterns() {
    let directory = directory_with_both();
    for rules in ["shape", "words"] {
        let tsv = directory.read(&format!("{rules}.tsv"));
        assert!(tsv.starts_with(&format!("# lognorm-mmap patterns\tschema=2\trules={rules}/1\t")));
        let jsonl = directory.read(&format!("{rules}.jsonl"));
        assert!(jsonl.contains(&format!("\"rules\":\"{rules}/1\"")), "{jsonl}");
        for file in ["tsv", "jsonl"] {
            let merged = directory.succeeds(&format!("lognorm-mmap patterns merge {rules}.{file}"));
            assert!(merged == tsv, "{rules}.{file}");
            let shown = directory.succeeds(&format!("lognorm-mmap patterns show {rules}.{file}"));
            assert!(shown.contains("no ann 1"), "{shown}");
        }
    }
    let patterns = directory.succeeds("tail -n +3 words.tsv | cut -f 2,10");
    assert_eq!(patterns, "2\tno ann *\n1\tup\n1\tno bob *\n");
}

#[test]
fn any_text_is_counted_by_the_word_rules_as_the_oracle_counts_it() {
    let directory = Directory::with([]);
    let lines = [sample(vec(log_lines(), 300)), sample(vec(hostile_lines(), 300))].concat();
    let log = lines.concat();
    fs::write(directory.path("in.log"), &log).unwrap();
    let mut patterns: Vec<_> = word_oracle::patterns(&log)
        .split_inclusive(|&byte| byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let lines = patterns.len();
    patterns.sort();
    patterns.dedup();
    directory.succeeds("lognorm-mmap --rules words in.log --patterns whole.tsv");
    let whole = directory.read("whole.tsv");
    assert_eq!(whole.lines().count() - 2, patterns.len());
    let counts = whole.lines().skip(2).map(|row| row.split('\t').nth(1).unwrap());
    assert_eq!(counts.map(|count| count.parse::<usize>().unwrap()).sum::<usize>(), lines);
    // The parts add up, however they are read.
    directory.succeeds(
        "for it in 1 2 3; do lognorm-mmap --rules words --no-mmap -j3 --chunk-size 100 \
         in.log --shard $it/3 --patterns part.$it.tsv; done",
    );
    let sum = directory.succeeds("lognorm-mmap patterns merge part.*.tsv");
    assert!(sum == whole);
}

#[test]
fn catalogues_of_different_rules_are_neither_added_up_nor_compared() {
    let directory = directory_with_both();
    for (one, other) in [("shape", "words"), ("words", "shape")] {
        let title = |name| if name == "words" { "word rules" } else { "shape rules" };
        let reason = format!(
            "made by version 1 of the {}, the one before by version 1 of the {}; make both with the \
             same --rules and program",
            title(other),
            title(one)
        );
        for command in ["merge", "diff"] {
            for format in ["tsv", "jsonl"] {
                let script = format!("lognorm-mmap patterns {command} {one}.tsv {other}.{format}");
                let given = directory.fails(&script, &format!("{other}.{format}"));
                assert_eq!(given, reason, "{script}");
            }
        }
    }
}

#[test]
fn files_from_before_there_were_word_rules_are_of_the_shape_rules() {
    let directory = directory_with_both();
    directory.succeeds("sed 's,shape/1,1,' shape.tsv >old.tsv");
    directory.succeeds("sed 's,\"shape/1\",1,' shape.jsonl >old.jsonl; ! cmp -s shape.tsv old.tsv");
    assert!(directory.read("old.jsonl").contains("\"rules\":1,"));
    for old in ["old.tsv", "old.jsonl"] {
        let merged = directory.succeeds(&format!("lognorm-mmap patterns merge {old}"));
        assert!(merged == directory.read("shape.tsv"), "{old}");
        assert_eq!(directory.succeeds(&format!("lognorm-mmap in.log --known {old}")), "");
        let diff = directory.succeeds(&format!("lognorm-mmap patterns diff {old} shape.tsv"));
        assert!(diff.starts_with("0 new, 0 gone, 0 changed"), "{diff}");
    }
}

#[test]
fn rules_of_a_newer_program_are_told_as_such() {
    let directory = directory_with_both();
    for (edit, reason) in [
        (
            "s,words/1,json/1,",
            "the rules json/1, which this program does not know; use a newer one",
        ),
        ("s,words/1,words,", "\"words\" is no rules"),
        ("s,words/1,words/0,", "\"words/0\" is no rules"),
    ] {
        for format in ["tsv", "jsonl"] {
            let new = format!("new.{format}");
            directory.succeeds(&format!("sed '{edit}' words.{format} >{new}"));
            for script in ["patterns show", "patterns merge", "in.log --known"] {
                let given = directory.fails(&format!("lognorm-mmap {script} {new}"), &new);
                assert!(given.starts_with("line 1: "), "{given}");
                assert!(given.ends_with(reason), "{script} {new}: {given}");
            }
        }
    }
    // Other versions of rules that are known go with their like, and not with this program.
    directory.succeeds("sed 's,words/1,words/2,' words.tsv >new.tsv");
    directory.succeeds("lognorm-mmap patterns merge new.tsv new.tsv");
    let given = directory.fails("lognorm-mmap in.log --known new.tsv", "new.tsv");
    assert_eq!(
        given,
        "made by version 2 of the word rules, and this program has version 1; make it again"
    );
}
