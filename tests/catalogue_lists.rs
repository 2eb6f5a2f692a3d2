//! Very many catalogues at once: one after the other in a stream, and named in lists.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::codec::codecs;
use common::directory::{Directory, utf8};

/// Returns a directory with the catalogues `a`, `b` and `c` of three logs, in both formats, and with
/// `sum.tsv`, the catalogue of the logs one after the other.
fn directory_with_catalogues() -> Directory {
    let logs = [("a.log", "x 1\n(y)\n"), ("b.log", "(\"kind\":\"header\")\n[z]\n"), ("c.log", "")];
    let directory = Directory::with(logs);
    for (log, _) in logs {
        for extension in ["tsv", "jsonl"] {
            let catalogue = log.replace("log", extension);
            directory.succeeds(&format!("lognorm-mmap {log} --patterns {catalogue}"));
        }
    }
    directory.succeeds("lognorm-mmap patterns count a.log b.log c.log a.log -o sum.tsv");
    directory
}

#[test]
fn a_stream_may_have_several_catalogues() {
    let directory = directory_with_catalogues();
    let sum = directory.read("sum.tsv");
    // Editors and programs write line ends, marks and spaces of their own.
    let edited = "sed 's/$/\\r/' b.tsv >b.crlf; printf '\\357\\273\\277' | cat - a.tsv >a.mark
                  sed 's/:/: /; s/,/ , /; s/^{/{ /' a.jsonl >a.spaced; echo | cat a.tsv - >a.ended";
    directory.succeeds(edited);
    for stream in [
        "a.tsv b.tsv c.tsv a.tsv",
        "a.jsonl b.jsonl c.jsonl a.jsonl",
        "a.jsonl b.tsv c.tsv a.jsonl",
        "a.mark b.crlf c.jsonl a.mark",
        "a.ended b.jsonl a.spaced c.tsv",
        "c.tsv a.tsv c.tsv c.jsonl b.tsv c.jsonl a.tsv",
    ] {
        let merged = directory.succeeds(&format!("cat {stream} | lognorm-mmap patterns merge -"));
        assert_eq!(merged, sum, "{stream}");
        directory.succeeds(&format!("cat {stream} >all"));
        assert_eq!(directory.succeeds("lognorm-mmap patterns merge all"), sum, "{stream}");
    }
    let script = "cat b.tsv c.tsv | lognorm-mmap patterns merge a.tsv - a.jsonl";
    assert_eq!(directory.succeeds(script), sum);
    for codec in codecs() {
        let script = format!(
            "for i in a b c a; do {} $i.tsv; done | lognorm-mmap patterns merge -",
            codec.program
        );
        assert_eq!(directory.succeeds(&script), sum, "{}", codec.name);
    }
}

#[test]
fn one_catalogue_of_a_stream_that_is_wrong_is_told_by_its_line() {
    let directory = directory_with_catalogues();
    directory.succeeds("sed -i 's/x 1/x 2/' a.jsonl; sed '$d' b.tsv >short; head -c -3 a.tsv >cut");
    directory.succeeds("lognorm-mmap --rules words a.log --patterns words.tsv");
    for (stream, reason) in [
        ("b.tsv a.jsonl b.tsv", "line 8: the rows are not those that were written"),
        ("a.tsv short a.tsv", "line 8: the counts add up to 1, and the header says 2 lines"),
        ("a.tsv cut", "line 8: the file is cut short"),
        ("a.tsv a.log", "line 5: 1 columns instead of 10"),
        ("a.log a.tsv", "line 1: no catalogue"),
        ("a.tsv words.tsv", "made by version 1 of the word rules"),
        ("/dev/null", "line 1: no catalogue: the file is empty"),
    ] {
        directory.succeeds(&format!("cat {stream} >all"));
        let given = directory.fails("lognorm-mmap patterns merge all -o sum.tsv", "all");
        assert!(given.contains(reason), "{stream}: {given}");
        let script = "lognorm-mmap patterns merge - -o sum.tsv <all";
        assert_eq!(directory.fails(script, "standard input"), given);
    }
}

#[test]
fn several_catalogues_are_not_one() {
    let directory = directory_with_catalogues();
    for extension in ["tsv", "jsonl"] {
        directory.succeeds(&format!("cat a.{extension} b.{extension} >all"));
        let line = if extension == "tsv" { 5 } else { 4 };
        let reason = format!(
            "line {line}: another catalogue begins here; use `patterns merge` to add them up"
        );
        for script in ["patterns show all", "patterns diff a.tsv all", "a.log --known all"] {
            assert_eq!(directory.fails(&format!("lognorm-mmap {script}"), "all"), reason);
        }
    }
}

#[test]
fn catalogues_may_be_named_in_a_list() {
    let directory = directory_with_catalogues();
    let sum = directory.read("sum.tsv");
    directory.succeeds("cp b.tsv \"$(printf 'b\\n tsv')\"; cat b.tsv c.tsv >bc");
    directory.succeeds("printf 'a.tsv\\nb.jsonl\\n\\nc.tsv\\na.tsv' >list");
    directory.succeeds("printf 'a.tsv\\0b\\n tsv\\0c.tsv\\0a.jsonl\\0' >list0");
    directory.succeeds(
        "printf 'a.tsv\\n-\\na.tsv\\n' >with-stdin; : >none; printf 'c.tsv\\na.tsv' >rest",
    );
    for script in [
        "patterns merge --files-from list",
        "patterns merge --files-from=- <list",
        "patterns merge --files0-from list0",
        "patterns merge --files0-from - <list0",
        "patterns merge --files0-from /dev/stdin <list0",
        "patterns merge a.tsv b.tsv --files-from rest",
        "patterns merge --files-from rest a.tsv b.tsv",
        "patterns merge --files-from with-stdin <bc",
        "patterns merge --files-from none a.tsv bc a.tsv",
    ] {
        assert_eq!(directory.succeeds(&format!("lognorm-mmap {script}")), sum, "{script}");
    }
}

#[test]
fn a_list_that_is_wrong_is_refused() {
    let directory = directory_with_catalogues();
    directory.succeeds("printf 'a.tsv\\0b.tsv' >list0; printf 'a.tsv\\0\\0b.tsv' >empty; : >none");
    directory.succeeds(
        "printf 'a.tsv\\n-\\n' >stdin; printf 'a.tsv\\nno.tsv\\nb.tsv\\n' >missing; mkdir d",
    );
    directory.succeeds("yes a.tsv | head -2000 >names; cp sum.tsv out.tsv");
    for (arguments, path, reason) in [
        ("--files-from list0", "list0", "line 1 has a NUL byte; is it a list for --files0-from?"),
        ("--files0-from empty", "empty", "name 2 is empty"),
        (
            "--files0-from names",
            "names",
            "name 1 too long for a name; is it a list for --files-from?",
        ),
        (
            "--files-from - <stdin",
            "standard input",
            "line 2 names standard input, which the list is read from",
        ),
        (
            "a.tsv - --files-from stdin <b.tsv",
            "standard input",
            "is in the list, and was read before",
        ),
        ("--files-from none", "none", "names no catalogue"),
        ("--files-from missing", "no.tsv", "No such file or directory"),
        ("--files-from no-list", "no-list", "No such file or directory"),
        ("--files0-from d", "d", "Is a directory"),
        ("--files-from - <&-", "standard input", "Bad file descriptor"),
    ] {
        let script = format!("lognorm-mmap patterns merge -o out.tsv {arguments}");
        assert_eq!(directory.fails(&script, path), reason, "{arguments}");
    }
    for (arguments, reason) in [
        ("--files-from none --files0-from none", "cannot be used with"),
        ("- --files-from - <none", "more than one CATALOGUE or list is standard input"),
        ("- - <none", "more than one CATALOGUE or list is standard input"),
        ("", "CATALOGUE"),
    ] {
        let Output { status, stderr, .. } =
            directory.run(&format!("lognorm-mmap patterns merge {arguments}"));
        let message = utf8(stderr);
        assert_eq!(status.code(), Some(2), "{arguments}: {message}");
        assert!(message.contains(reason), "{arguments}: {message}");
    }
}

#[test]
fn very_many_take_no_more_memory_and_files_than_few() {
    const COUNT: u64 = 20_000;
    let directory = directory_with_catalogues();
    let list = "a.tsv\n".repeat(COUNT as usize);
    fs::write(directory.path("list"), list).unwrap();
    fs::write(directory.path("all"), directory.read("a.tsv").repeat(COUNT as usize)).unwrap();
    for arguments in ["--files-from list", "--files-from - <list", "all", "- <all"] {
        let limits = "ulimit -n 16; ulimit -d 20000";
        let sum = directory.succeeds(&format!("{limits}; lognorm-mmap patterns merge {arguments}"));
        let (lines, bytes) = (2 * COUNT, 8 * COUNT);
        assert!(sum.contains(&format!("\tlines={lines}\tbytes={bytes}\t")), "{arguments}: {sum}");
        let first = format!(
            "pattern\t{COUNT}\t0.500000000\t1\t0\t{}\t{}\t0={COUNT}\tx 1\tY Y",
            lines - 1,
            bytes - 8
        );
        assert_eq!(sum.lines().nth(2), Some(&*first), "{arguments}");
    }
}
