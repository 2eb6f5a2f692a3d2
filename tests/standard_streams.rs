//! Standard output that cannot be written to, or whose reader goes away, for everything that
//! prints.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::process::Output;

use common::directory::{Directory, LOG, PATTERNS, utf8};

/// Arguments with which the program prints on standard output. `p.tsv` is a catalogue.
const PRINTING: [&str; 16] = [
    "-h",
    "--help",
    "-V",
    "--version",
    "--man",
    "--completions bash",
    "patterns --help",
    "patterns show p.tsv",
    "patterns merge p.tsv",
    "patterns diff p.tsv p.tsv",
    "patterns show --format=jsonl p.tsv",
    "patterns show --fold w.tsv",
    "patterns diff --fold w.tsv w.tsv",
    "in.log",
    "in.log --patterns -",
    "in.log --compress=gzip",
];

#[test]
fn what_cannot_be_printed_is_a_failure_whatever_it_is() {
    let directory = Directory::with([LOG]);
    directory.succeeds("lognorm-mmap in.log --patterns p.tsv");
    directory.succeeds("lognorm-mmap --rules words in.log --patterns w.tsv");
    for arguments in PRINTING {
        for (redirection, reason) in [
            ("1</dev/null", "Bad file descriptor"),
            (">&-", "Bad file descriptor"),
            (">/dev/full", "No space left on device"),
        ] {
            let script = format!("lognorm-mmap {arguments} {redirection}");
            assert_eq!(directory.fails(&script, "standard output"), reason, "{script}");
        }
    }
}

/// A log whose patterns are more than a pipe holds, and whose catalogue is too.
fn long_log() -> String {
    (0..20_000).map(|line| format!("{line:020b} x\n").replace('0', ".").replace('1', "-")).collect()
}

/// Runs `script` with a reader that goes away, and returns the exit code and the message.
fn into_nothing(directory: &Directory, script: &str) -> (String, String) {
    let script = format!("{{ ({script}) 2>message; echo $? >code; }} | true");
    assert_eq!(directory.run(&script).status.code(), Some(0), "{script}");
    (directory.read("code").trim().to_owned(), directory.read("message"))
}

#[test]
fn a_reader_that_goes_away_is_told_of_only_if_something_else_is_missing() {
    let log = long_log();
    let directory = Directory::with([("in.log", &*log)]);
    directory
        .succeeds("lognorm-mmap in.log --patterns p.tsv; echo x | lognorm-mmap --patterns k.tsv");
    for quiet in [
        "lognorm-mmap in.log",
        "lognorm-mmap <in.log",
        "lognorm-mmap in.log --known k.tsv",
        "lognorm-mmap in.log --patterns -",
        "lognorm-mmap patterns merge p.tsv",
        "lognorm-mmap patterns show p.tsv",
        "lognorm-mmap patterns diff k.tsv p.tsv",
    ] {
        assert_eq!(into_nothing(&directory, quiet), ("141".into(), String::new()), "{quiet}");
        let (code, message) = into_nothing(&directory, &format!("trap '' PIPE; {quiet}"));
        let expected = "lognorm-mmap: standard output: Broken pipe\n";
        assert_eq!((&*code, &*message), ("1", expected), "{quiet}, with SIGPIPE ignored");
    }
    for (script, missing) in [
        ("lognorm-mmap in.log - --patterns new.tsv", "new.tsv"),
        ("lognorm-mmap - - --patterns new.tsv <in.log", "new.tsv"),
        ("lognorm-mmap in.log new.log --patterns -", "new.log"),
    ] {
        let (code, message) = into_nothing(&directory, script);
        let expected =
            format!("lognorm-mmap: {missing}: not written, because standard output was closed\n");
        assert_eq!((code, message), ("1".into(), expected), "{script}");
        assert!(!directory.names().iter().any(|name| name.contains("new")), "{script}");
    }
}

#[test]
fn arguments_in_messages_move_no_cursor() {
    let directory = Directory::with([LOG]);
    for arguments in [
        "--threads \"$(printf '\\033[31mx')\"",
        "\"$(printf -- '--no\\033[31m\\rsuch')\"",
        "one two \"$(printf 'three\\033]0;title\\007')\"",
        "--decompress \"$(printf 'gz\\bip')\"",
        "patterns \"$(printf 'sh\\007ow')\"",
    ] {
        let script = format!("lognorm-mmap {arguments} <in.log");
        let Output { status, stdout, stderr } = directory.run(&script);
        let message = utf8(stderr);
        assert_eq!((status.code(), utf8(stdout)), (Some(2), String::new()), "{script}");
        let is_moving = |char: char| char.is_control() && char != '\n';
        assert!(!message.contains(is_moving), "{script}: {message:?}");
    }
    let Output { stderr, .. } = directory.run("lognorm-mmap --threads \"$(printf '\\033[31mx')\"");
    assert!(utf8(stderr).contains(r"invalid value '\u{1b}[31mx'"));
}

#[test]
fn a_small_limit_on_the_stack_changes_nothing() {
    let directory = Directory::with([LOG]);
    // In KiB. An environment takes its part of it.
    for limit in [24, 100, 1000] {
        for (arguments, expected) in [("in.log", PATTERNS), ("--no-mmap -j3 in.log", PATTERNS)] {
            let program = "env -i $(command -v lognorm-mmap)";
            let script = format!("ulimit -s {limit}; exec {program} {arguments}");
            assert_eq!(directory.succeeds(&script), expected, "{script}");
        }
        let help = directory.succeeds(&format!("ulimit -s {limit}; exec lognorm-mmap --help"));
        assert!(help.contains("Usage: "), "{limit}: {help}");
    }
}
