//! The files and streams that catalogues are written to and read from, and that none is lost.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::directory::{Directory, LOG, utf8};
use common::needs;

#[test]
fn a_catalogue_that_is_there_is_kept_if_that_is_wanted() {
    let directory = Directory::with([LOG]);
    directory.succeeds("echo one line | lognorm-mmap --patterns p.tsv");
    let old = directory.read("p.tsv");
    let why = directory.fails("lognorm-mmap --no-clobber in.log --patterns p.tsv", "p.tsv");
    assert_eq!(why, "File exists");
    assert_eq!(directory.read("p.tsv"), old);
    directory.succeeds("lognorm-mmap in.log --patterns p.tsv");
    assert!(directory.read("p.tsv").contains("lines=2"));
}

#[test]
fn a_catalogue_is_on_the_disk_before_the_run_is_done_if_that_is_wanted() {
    if !needs::program("strace") {
        return;
    }
    let directory = Directory::with([LOG]);
    for (option, count) in [("", 0), ("--sync", 2)] {
        let script = format!(
            "strace -f -o trace -e trace=fsync lognorm-mmap {option} in.log --patterns p.tsv"
        );
        directory.succeeds(&script);
        // Of the file, and of its directory.
        assert_eq!(directory.read("trace").matches("fsync(").count(), count, "{option}");
    }
}

#[test]
fn output_and_catalogue_are_never_one_file() {
    let directory = Directory::with([LOG, ("old.tsv", "old\n")]);
    directory
        .succeeds("ln old.tsv hard.tsv; ln -s old.tsv soft.tsv; ln -s p.tsv leads.tsv; mkdir a");
    for arguments in [
        "in.log p.tsv --patterns p.tsv",
        "in.log p.tsv --patterns ./p.tsv",
        "in.log ./p.tsv --patterns a/../p.tsv",
        "in.log old.tsv --patterns hard.tsv",
        "in.log soft.tsv --patterns old.tsv",
        "in.log p.tsv --patterns leads.tsv",
        "in.log leads.tsv --patterns p.tsv",
        "in.log - --patterns -",
        "in.log - --patterns p.tsv >p.tsv",
        "in.log p.tsv --patterns - >p.tsv",
        "in.log /dev/stdout --patterns - | cat",
    ] {
        let script = format!("{{ lognorm-mmap {arguments}; }} 2>message");
        directory.run(&script);
        let message = directory.read("message");
        assert!(message.contains("--patterns and OUTPUT are the same"), "{script}: {message}");
        assert_eq!(directory.read("old.tsv"), "old\n", "{script}");
        assert!(fs::read(directory.path("p.tsv")).unwrap_or_default().is_empty(), "{script}");
    }
    directory.succeeds("lognorm-mmap in.log /dev/null --patterns - >/dev/null");
}

#[test]
fn what_is_known_is_neither_written_over_nor_taken_for_the_log() {
    let directory = Directory::with([LOG]);
    directory.succeeds("lognorm-mmap in.log --patterns old.tsv; ln -s old.tsv soft.tsv");
    let old = directory.read("old.tsv");
    for (arguments, reason) in [
        ("in.log old.tsv --known old.tsv", "--known and OUTPUT are the same"),
        ("in.log soft.tsv --known old.tsv --raw", "--known and OUTPUT are the same"),
        ("in.log old.tsv --known - <old.tsv", "--known and OUTPUT are the same"),
        ("--known - <old.tsv", "both standard input"),
        ("- out --known - <old.tsv", "both standard input"),
    ] {
        let Output { status, stderr, .. } = directory.run(&format!("lognorm-mmap {arguments}"));
        let message = utf8(stderr);
        assert_eq!(status.code(), Some(2), "{arguments}: {message}");
        assert!(message.contains(reason), "{arguments}: {message}");
        assert_eq!(directory.read("old.tsv"), old, "{arguments}");
    }
    assert_eq!(directory.succeeds("lognorm-mmap in.log --known - <old.tsv"), "");
}

#[test]
fn an_output_stays_as_it_was_if_the_catalogue_cannot_be_written() {
    let directory = Directory::with([LOG, ("out.log", "Y Y\n")]);
    directory.succeeds("ln -s /dev/full full.tsv");
    let why = directory.fails("lognorm-mmap in.log out.log --patterns full.tsv", "full.tsv");
    assert_eq!(why, "No space left on device");
    assert_eq!(directory.read("out.log"), "Y Y\n");
}

#[test]
fn a_catalogue_is_read_from_a_pipe() {
    let directory = Directory::with([LOG]);
    let shown =
        directory.succeeds("lognorm-mmap in.log --patterns - | lognorm-mmap patterns show -");
    directory.succeeds("lognorm-mmap in.log --patterns p.tsv");
    assert_eq!(shown, directory.succeeds("lognorm-mmap patterns show p.tsv"));
    let why = directory.fails("echo | lognorm-mmap patterns show -", "standard input");
    assert!(why.contains("no catalogue"), "{why}");
    assert_eq!(
        directory.fails("lognorm-mmap patterns show - <&-", "standard input"),
        "Bad file descriptor"
    );
}

#[test]
fn a_merge_that_fails_leaves_no_file() {
    let directory = Directory::with([]);
    let lines: String = (0..3000).map(|line| format!("{}\n", ".".repeat(line % 600))).collect();
    fs::write(directory.path("in.log"), lines).unwrap();
    directory.succeeds("lognorm-mmap in.log --patterns p.tsv");
    let script = "ulimit -f 100; exec lognorm-mmap patterns merge p.tsv p.tsv -o sum.tsv";
    assert_eq!(directory.fails(script, "sum.tsv"), "File too large");
}

#[test]
fn what_a_catalogue_does_not_name_is_said_unless_nothing_is_to_be_said() {
    let directory = Directory::with([("in.log", "a\n(b)\n(c)\n-\n")]);
    let said = |script: &str| {
        let Output { status, stderr, .. } = directory.run(script);
        assert!(matches!(status.code(), Some(0 | 3)), "{script}: {status}");
        utf8(stderr)
    };
    let warning = |name: &str| {
        format!(
            "lognorm-mmap: warning: {name}: \
             lines whose patterns are beyond the limit, and are not named: 3\n"
        )
    };
    let make = "lognorm-mmap in.log --max-patterns 1 --patterns p.tsv";
    assert_eq!(said(make), warning("p.tsv"));
    assert_eq!(said(&format!("{make} -q")), "");
    directory.succeeds("lognorm-mmap in.log --patterns all.tsv");
    let merge = "lognorm-mmap patterns merge all.tsv --max-patterns 1 -o sum.tsv";
    assert_eq!(said(merge), warning("sum.tsv"));
    let known = "lognorm-mmap in.log --known p.tsv out.log";
    assert_eq!(said(known), warning("p.tsv"));
    assert_eq!(said(&format!("{known} -q")), "");

    // What is not named may be new.
    assert_eq!(directory.run("lognorm-mmap patterns diff all.tsv p.tsv").status.code(), Some(3));
    assert_eq!(directory.run("lognorm-mmap patterns diff p.tsv p.tsv").status.code(), Some(3));
    assert_eq!(directory.run("lognorm-mmap patterns diff all.tsv all.tsv").status.code(), Some(0));
}

#[test]
fn a_limit_on_patterns_that_are_not_counted_is_wrong_usage() {
    let directory = Directory::with([LOG]);
    let Output { status, stderr, .. } = directory.run("lognorm-mmap in.log --max-patterns 1");
    assert_eq!(status.code(), Some(2));
    assert!(utf8(stderr).contains("--patterns"));
    for script in ["--only all.tsv --max-patterns 1", "--known all.tsv --examples 2"] {
        let Output { status, stderr, .. } = directory.run(&format!("lognorm-mmap in.log {script}"));
        assert_eq!(status.code(), Some(2), "{script}");
        assert!(utf8(stderr).contains("cannot be used with"), "{script}");
    }
}

#[test]
fn no_log_and_no_list_is_replaced_by_a_catalogue_of_many_logs() {
    let directory = Directory::with([LOG]);
    let count = "lognorm-mmap patterns count";
    directory.succeeds("cp in.log a.tsv; ln -s a.tsv link.tsv; echo in.log >list.tsv");
    directory.succeeds(&format!("echo a.tsv >names; {count} in.log -o all.tsv"));
    let before = directory.read("all.tsv");
    for (script, path) in [
        ("a.tsv -o a.tsv -f", "a.tsv"),
        ("in.log link.tsv -o a.tsv -f --keep-going", "link.tsv"),
        ("--files-from list.tsv -o list.tsv -f", "list.tsv"),
        ("--files-from - -o a.tsv -f <names", "a.tsv"),
        ("in.log all.tsv -o all.tsv", "all.tsv"),
        ("a.tsv >>a.tsv", "a.tsv"),
    ] {
        let reason = directory.fails(&format!("{count} {script}"), path);
        assert_eq!(reason, "input and output are the same file", "{script}");
    }
    assert_eq!(directory.read("a.tsv"), directory.read("in.log"));
    assert_eq!(directory.read("all.tsv"), before);
    assert_eq!(directory.read("list.tsv"), "in.log\n");
}
