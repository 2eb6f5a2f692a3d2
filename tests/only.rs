//! `--only`: from patterns back to their lines, by a catalogue or by what other programs leave of one.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::directory::{Directory, utf8};
use common::needs;

const LOG: &str = "user ann 1\n(1) down\nuser ann 22\r\n[2] up\nuser bob 3\n(3) down";

/// What comes out for the catalogues of [`directory`], whole and with the first row alone.
const USERS: &str = "user ann 1\nuser ann 22\r\n";

/// Returns a directory with [`LOG`] and its catalogue by the word rules in both formats. Most lines are
/// of the user ann.
fn directory() -> Directory {
    let directory = Directory::with([("in.log", LOG)]);
    for name in ["all.tsv", "all.jsonl"] {
        directory.succeeds(&format!("lognorm-mmap --rules words in.log --patterns {name}"));
    }
    directory
}

/// Runs `script`, which succeeds, and returns what it printed on standard output and its warnings.
#[track_caller]
fn output(directory: &Directory, script: &str) -> (String, String) {
    let Output { status, stdout, stderr } = directory.run(script);
    let stderr = utf8(stderr);
    assert_eq!(status.code(), Some(0), "{script}: {stderr}");
    (utf8(stdout), stderr)
}

fn taken_as_list(name: &str, patterns: &str) -> String {
    format!("lognorm-mmap: warning: {name}: not a whole catalogue; taken as a list of {patterns}\n")
}

#[test]
fn a_whole_catalogue_selects_all_lines_of_its_log() {
    let directory = directory();
    directory.succeeds(
        "gzip -k all.tsv; sed s/$/\\\\r/ all.jsonl >crlf; printf '\\357\\273\\277' | cat - all.tsv >bom",
    );
    for name in ["all.tsv", "all.jsonl", "all.tsv.gz", "crlf", "bom"] {
        for way in ["in.log", "--no-mmap in.log", "- <in.log", "-j3 --chunk-size=1 in.log"] {
            let run = format!("lognorm-mmap --only {name}");
            let raw = directory.succeeds(&format!("{run} --raw {way}"));
            assert_eq!(raw, format!("{LOG}\n"), "{name} {way}");
            let patterns = directory.succeeds(&format!("{run} {way}"));
            assert_eq!(patterns, directory.succeeds("lognorm-mmap --rules words in.log"));
        }
    }
    assert_eq!(
        directory.succeeds("lognorm-mmap in.log --only - <all.tsv --rules words | wc -l"),
        "6\n"
    );
    directory.succeeds(": >empty.log; lognorm-mmap empty.log --patterns none.tsv");
    assert_eq!(directory.succeeds("lognorm-mmap in.log --only none.tsv"), "");
}

#[test]
fn only_and_known_divide_a_log() {
    let directory = directory();
    directory.succeeds("head -1 in.log | lognorm-mmap - --rules words --patterns one.jsonl");
    for (options, first, rest) in [
        ("--raw", USERS, "(1) down\n[2] up\nuser bob 3\n(3) down\n"),
        ("", "user ann *\nuser ann *\n", "(*) down\n[*] up\nuser bob *\n(*) down\n"),
    ] {
        let run = format!("lognorm-mmap in.log out.log -f {options}");
        directory.succeeds(&format!("{run} --only one.jsonl"));
        assert_eq!(directory.read("out.log"), first);
        directory.succeeds(&format!("{run} --known one.jsonl"));
        assert_eq!(directory.read("out.log"), rest);
    }
    let script = "lognorm-mmap --only one.jsonl in.log --stats=json 2>&1 >out";
    let stats: serde_json::Value = serde_json::from_str(&directory.succeeds(script)).unwrap();
    assert_eq!((&stats["lines"], &stats["bytes_out"]), (&6.into(), &22.into()));
    assert_eq!((&stats["rules"], &stats["warnings"]), (&"words".into(), &serde_json::json!([])));
}

#[test]
fn columns_that_were_cut_down_are_a_list() {
    let directory = directory();
    for (cut, count) in [
        ("grep -e '^#' -e '^kind' -e ann all.tsv", "1 pattern"),
        ("head -3 all.tsv", "1 pattern"),
        ("grep -h ann all.tsv all.tsv", "1 pattern"),
        ("sed 1d all.tsv | head -2", "1 pattern"),
        ("sed 2d all.tsv | head -2", "1 pattern"),
        ("(tail -1 all.tsv; grep ann all.tsv) | tail -1", "1 pattern"),
        ("sort -t '\t' -k 2nr all.tsv | head -1", "1 pattern"),
        (
            "head -2 all.tsv >t; grep 'no such' all.tsv >>t; head -3 all.tsv | cat t - | gzip",
            "1 pattern",
        ),
    ] {
        let run = format!("{{ {cut}; }} | lognorm-mmap in.log --raw --only");
        let warning = taken_as_list("standard input", count);
        assert_eq!(output(&directory, &format!("{run} -")), (USERS.into(), warning), "{cut}");
        assert_eq!(output(&directory, &format!("{run} - -q")), (USERS.into(), String::new()));
    }
    // Rows that are all there are a whole catalogue in any order, and none without the header.
    let (_, warning) = output(&directory, "sort all.tsv | lognorm-mmap in.log --only -");
    assert_eq!(warning, "");
    directory.succeeds("grep '^[po]' all.tsv >rows.tsv");
    let (stdout, warning) = output(&directory, "lognorm-mmap in.log --raw --only rows.tsv");
    assert_eq!((stdout, warning), (format!("{LOG}\n"), taken_as_list("rows.tsv", "4 patterns")));
    let stats = "lognorm-mmap in.log out.log --only rows.tsv --stats=json";
    let (_, stats) = output(&directory, stats);
    let stats: serde_json::Value = serde_json::from_str(&stats).unwrap();
    let warning = "rows.tsv: not a whole catalogue; taken as a list of 4 patterns";
    assert_eq!(stats["warnings"], serde_json::json!([warning]));
}

#[test]
fn objects_that_jq_writes_are_a_list() {
    let directory = directory();
    let ann = r#"select(.pattern == "user ann *")"#;
    for (jq, options) in [
        (format!("jq '{ann}'"), ""),
        (format!("jq -c '{ann}'"), ""),
        (format!("jq -S --tab '{ann} | {{examples, pattern}}'"), ""),
        (format!("jq '{ann} | {{pattern}}'"), "--rules words"),
        (format!("jq -s 'map({ann})'"), ""),
        (format!("jq -ac '{ann} | del(.kind, .count)'"), ""),
    ] {
        if needs::program("jq") {
            let script = format!("{jq} all.jsonl | lognorm-mmap in.log --raw {options} --only -");
            let warning = taken_as_list("standard input", "1 pattern");
            assert_eq!(output(&directory, &script), (USERS.into(), warning), "{jq}");
        }
    }
    for cut in ["grep ann", "head -2", "sed -n 2p"] {
        let script = format!("{cut} all.jsonl | lognorm-mmap in.log --raw --only -");
        let warning = taken_as_list("standard input", "1 pattern");
        assert_eq!(output(&directory, &script), (USERS.into(), warning), "{cut}");
    }
    fs::write(directory.path("bytes.log"), b"na\xc3\xafve 1\n\xff 2\n").unwrap();
    directory.succeeds("lognorm-mmap bytes.log --patterns bytes.jsonl");
    if needs::program("jq") {
        for (jq, status) in [
            (".", 0),
            ("{pattern, pattern_escaped}", 0),
            ("{pattern_escaped, pattern}", 0),
            ("{pattern}", 1),
        ] {
            let run = "lognorm-mmap bytes.log out.log -f --raw --rules shape -q --only";
            let script = format!("jq -a '{jq}' bytes.jsonl | {run} -");
            assert_eq!(directory.run(&script).status.code(), Some(status), "{jq}");
            let raw = fs::read(directory.path("out.log")).unwrap();
            assert_eq!(raw, b"na\xc3\xafve 1\n\xff 2\n", "{jq}");
        }
    }
}

#[test]
fn the_rules_are_those_of_the_header_or_of_the_examples_or_said() {
    let directory = Directory::with([("in.log", LOG), ("same.log", "--\n+ -\n")]);
    for rules in ["shape", "words"] {
        directory.succeeds(&format!(
            "lognorm-mmap --rules {rules} in.log --patterns {rules}.tsv
             lognorm-mmap --rules {rules} same.log --patterns same.tsv
             sed 1,2d {rules}.tsv >{rules}.rows; tail -1 same.tsv >same.{rules}
             sed 's/\\tuser ann 1\\t/\\tuser ann one\\t/' {rules}.tsv >edited.{rules}
             sed 1,2d edited.{rules} >edited.{rules}.rows"
        ));
        let expected = directory.succeeds(&format!("lognorm-mmap --rules {rules} in.log"));
        for run in [
            format!("--only {rules}.rows"),
            format!("--only {rules}.rows --rules {rules}"),
            format!("--only edited.{rules}"),
        ] {
            let (stdout, _) = output(&directory, &format!("lognorm-mmap in.log {run}"));
            assert_eq!(stdout, expected, "{run}");
        }
        let other = if rules == "shape" { "words" } else { "shape" };
        for name in [format!("{rules}.tsv"), format!("{rules}.rows")] {
            let run = format!("lognorm-mmap in.log out.log --rules {other} --only {name}");
            let message = directory.message(&run, 2);
            let title = if rules == "shape" { "shape rules" } else { "word rules" };
            let expected = format!(
                "error: --rules {other} does not go with --only: {name} was made by the {title}; \
                 leave --rules out"
            );
            assert_eq!(message.lines().next(), Some(&*expected));
        }
        // Both rule sets make the same of these dashes.
        let run = format!("lognorm-mmap same.log --raw --only same.{rules}");
        let message = directory.message(&run, 2);
        let expected = format!(
            "error: --only needs --rules beside it: neither a header nor the examples of \
             same.{rules} tell by which rules its patterns were made"
        );
        assert_eq!(message.lines().next(), Some(&*expected));
        for said in ["shape", "words"] {
            let (stdout, _) = output(&directory, &format!("{run} --rules {said}"));
            assert!(stdout == "--\n" || stdout == "+ -\n", "{stdout}");
        }
    }
    // An example that was edited fits no rules.
    let message = directory.message("lognorm-mmap in.log --only edited.words.rows", 2);
    assert!(message.contains("--only needs --rules"), "{message}");
    let newer = "sed s,words/1,words/2, words.tsv | lognorm-mmap in.log --only -";
    assert!(directory.fails(newer, "standard input").contains("version 2 of the word rules"));
}

#[test]
fn what_is_no_list_is_refused() {
    let directory = directory();
    for (list, reason) in [
        ("grep 'no such' all.tsv", "line 1: no pattern: the file is empty; did grep"),
        ("head -2 all.tsv", "line 2: no pattern after the header; did grep"),
        ("head -1 all.jsonl", "line 1: no pattern after the header; did grep"),
        ("cut -f 10 all.tsv | tail -1", "line 1: 1 column, which no row of a catalogue has; leave"),
        (
            "cut -f 1-7 all.tsv | tail -1",
            "line 1: 7 columns, which no row of a catalogue has; leave",
        ),
        (
            "cut -f 1-9 all.tsv | tail -1",
            "line 1: 9 columns, which no row of a catalogue has; leave",
        ),
        ("cut -f 1-9 all.tsv", "line 3: 9 columns, which no row of a catalogue has; leave"),
        (
            "yes '[{\"level\": 3},' | tr -d '\\n'",
            "line 1: neither a catalogue nor rows of one; make",
        ),
        ("cat in.log", "line 1: 1 column, which no row of a catalogue has; leave"),
        ("grep -H ann all.tsv", "line 1: \"all.tsv:pattern\" has a name or a number of grep"),
        ("grep -n ann all.tsv", "line 1: \"3:pattern\" has a name or a number of grep"),
        ("head -c -5 all.tsv", "line 6: the last row has no line end, and may be cut short"),
        ("head -c -5 all.jsonl", "line 5: the file is cut short"),
        ("echo '{\"level\": 3}'", "line 1: neither a catalogue nor rows of one; make it with"),
        ("head -c 100000 /dev/zero", "line 1: neither a catalogue nor rows of one; make it with"),
    ] {
        let script = format!("{list} | lognorm-mmap in.log --only -");
        let given = directory.fails(&script, "standard input");
        assert!(given.starts_with(reason), "{list}: {given}");
    }
    directory.fails("lognorm-mmap in.log --only no.tsv", "no.tsv");
    directory.fails("lognorm-mmap no.log --only all.tsv", "no.log");
    // Other commands still ask for the whole catalogue.
    directory.succeeds("head -3 all.tsv >cut.tsv");
    for command in ["in.log --known cut.tsv", "patterns merge cut.tsv", "patterns show cut.tsv"] {
        let given = directory.fails(&format!("lognorm-mmap {command}"), "cut.tsv");
        assert!(given.contains("the counts add up to"), "{command}: {given}");
    }
}

#[test]
fn patterns_that_are_not_named_select_nothing_and_that_is_said() {
    let directory = Directory::with([("in.log", "a\n(b)\n(c)\n-\n")]);
    directory
        .succeeds("lognorm-mmap in.log --max-patterns 1 -q --patterns p.tsv; sed 1d p.tsv >q.tsv");
    let warning = |name: &str| {
        format!(
            "lognorm-mmap: warning: {name}: \
             lines whose patterns are beyond the limit, and are not named: 3\n"
        )
    };
    let only = "lognorm-mmap in.log --raw --only";
    assert_eq!(output(&directory, &format!("{only} p.tsv")), ("a\n".into(), warning("p.tsv")));
    let both = taken_as_list("q.tsv", "1 pattern") + &warning("q.tsv");
    let shape = format!("{only} q.tsv --rules shape");
    assert_eq!(output(&directory, &shape), ("a\n".into(), both));
    assert_eq!(output(&directory, &format!("{only} p.tsv -q")).1, "");
}

#[test]
fn what_does_not_go_with_it_is_wrong_usage() {
    let directory = directory();
    directory.succeeds("ln -s all.tsv soft.tsv");
    for (arguments, reason) in [
        ("in.log all.tsv --only all.tsv", "--only and OUTPUT are the same"),
        ("in.log soft.tsv --only all.tsv --raw", "--only and OUTPUT are the same"),
        ("in.log all.tsv --only - <all.tsv", "--only and OUTPUT are the same"),
        ("--only - <all.tsv", "--only and INPUT are both standard input"),
        ("- out --only /dev/stdin <all.tsv", "--only and INPUT are both standard input"),
        ("in.log --only all.tsv --known all.tsv", "cannot be used with"),
        (
            "in.log --only all.tsv --patterns new.tsv",
            "--only <FILE>' cannot be used with '--patterns <FILE>'",
        ),
        (
            "in.log --known all.tsv --patterns new.tsv",
            "--known <FILE>' cannot be used with '--patterns <FILE>'",
        ),
        ("-t . in.log --only all.tsv", "cannot be used with"),
        ("in.log --raw", "<--known <FILE>|--only <FILE>>"),
    ] {
        let before = directory.names();
        let message = directory.message(&format!("lognorm-mmap {arguments}"), 2);
        assert!(message.contains(reason), "{arguments}: {message}");
        assert_eq!(directory.names(), before, "{arguments}");
    }
    assert_eq!(directory.succeeds("cmp all.tsv soft.tsv; wc -l <all.tsv"), "6\n");
}
