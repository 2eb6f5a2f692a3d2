//! The directory of the output: what happens to it and to the way there during the run, and where
//! it is.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{ChildStdin, Stdio};

use common::directory::{Directory, LOG, PATTERNS};
use common::running::Running;

/// An output that is already there.
const OLD: &str = "Y Y\n";

/// More than a pipe holds: what is written has been read, at least in part, and so the output was
/// opened.
const MORE_THAN_A_PIPE: usize = 1 << 20;

/// Starts `script`, which is to become the program and to read standard input. When this returns it
/// is at work.
fn start(directory: &Directory, script: &str) -> (Running, ChildStdin) {
    let mut program = Running::start(directory.process(script).stdin(Stdio::piped()));
    let mut stdin = program.stdin.take().unwrap();
    stdin.write_all(&vec![b'\n'; MORE_THAN_A_PIPE]).unwrap();
    (program, stdin)
}

#[track_caller]
fn finishes((program, mut stdin): (Running, ChildStdin)) {
    stdin.write_all(LOG.1.as_bytes()).unwrap();
    drop(stdin);
    let (status, message) = program.end();
    assert_eq!((status.code(), &*message), (Some(0), ""));
}

fn all_patterns() -> String {
    "\n".repeat(MORE_THAN_A_PIPE) + PATTERNS
}

/// What is done to the way to an output during the run, and where the output is then.
const CHANGES: [(&str, &str); 4] = [
    ("ln -sfn b way", "a/out.log"),
    ("rm way", "a/out.log"),
    ("mv a c", "c/out.log"),
    ("ln -sfn nowhere way; mv a c; mkdir a", "c/out.log"),
];

#[test]
fn the_way_to_the_output_may_change_during_the_run() {
    for (change, place) in CHANGES {
        for before in ["", "printf 'Y Y\\n' >a/out.log;"] {
            for options in ["", "--sync", "--no-clobber"] {
                if options == "--no-clobber" && !before.is_empty() {
                    continue;
                }
                let directory = Directory::with([]);
                directory.succeeds(&format!("mkdir a b; ln -s a way; {before}"));
                let script = format!("exec lognorm-mmap {options} - way/out.log");
                let program = start(&directory, &script);
                directory.succeeds(change);
                finishes(program);
                assert!(directory.read(place) == all_patterns(), "{before} {options} {change}");
                let files = directory.succeeds("find . -type f");
                assert_eq!(files, format!("./{place}\n"), "{before} {options} {change}");
            }
        }
    }
}

#[test]
fn many_outputs_go_to_one_directory_although_the_way_there_was_changed() {
    for (change, place) in CHANGES {
        let directory = Directory::with([LOG]);
        let place = place.trim_end_matches("/out.log");
        directory
            .succeeds("mkdir a b; ln -s a way; mkfifo 1.log; cp in.log 2.log; echo Y >a/2.log");
        // The first log comes when the change is made, and the second after it.
        let script = "exec lognorm-mmap --threads 1 -t way 1.log 2.log";
        let program = Running::start(&mut directory.process(script));
        let mut fifo = OpenOptions::new().write(true).open(directory.path("1.log")).unwrap();
        fifo.write_all(&vec![b'\n'; MORE_THAN_A_PIPE]).unwrap();
        directory.succeeds(change);
        fifo.write_all(LOG.1.as_bytes()).unwrap();
        drop(fifo);
        let (status, message) = program.end();
        assert_eq!((status.code(), &*message), (Some(0), ""), "{change}");
        assert!(directory.read(&format!("{place}/1.log")) == all_patterns(), "{change}");
        assert_eq!(directory.read(&format!("{place}/2.log")), PATTERNS, "{change}");
        let files = directory.succeeds("find . -mindepth 2 -type f | sort");
        assert_eq!(files, format!("./{place}/1.log\n./{place}/2.log\n"), "{change}");
    }
}

#[test]
fn a_signal_leaves_nothing_although_the_way_to_the_output_was_changed() {
    for (change, place) in CHANGES {
        let directory = Directory::with([]);
        directory.succeeds("mkdir a b; ln -s a way; printf 'Y Y\\n' >a/out.log");
        let (program, _stdin) = start(&directory, "exec lognorm-mmap - way/out.log");
        directory.succeeds(change);
        program.signal("TERM");
        assert_eq!(program.end().0.signal(), Some(15), "{change}");
        assert_eq!(directory.read(place), OLD, "{change}");
        assert_eq!(directory.succeeds("find . -type f"), format!("./{place}\n"), "{change}");
    }
}

#[test]
fn a_directory_that_is_removed_during_the_run_is_a_failure() {
    let directory = Directory::with([]);
    directory.succeeds("mkdir a");
    let (program, stdin) = start(&directory, "exec lognorm-mmap - a/out.log");
    directory.succeeds("rmdir a && mkdir a");
    drop(stdin);
    let (status, message) = program.end();
    let expected = "lognorm-mmap: a/out.log: No such file or directory\n";
    assert_eq!((status.code(), &*message), (Some(1), expected));
    assert_eq!(directory.succeeds("find ."), ".\n./a\n");
}

#[test]
fn the_current_directory_may_be_deep_or_below_one_that_cannot_be_searched() {
    // No shell goes below 4,096 bytes by itself.
    let deep = "p=$(for _ in $(seq 14); do printf '%0200d/' 0; done); mkdir -p $p; cd $p; \
                mkdir -p $p; here() { env -C $p sh -c \"$1\"; };";
    let hidden = "mkdir -p p/q; cd p/q; chmod 0 ..; here() { sh -c \"$1\"; };";
    for (place, end) in [(deep, ""), (hidden, "; code=$?; chmod 700 ..; exit $code")] {
        let input = format!("printf '{}'", LOG.1.escape_default());
        for command in [
            "lognorm-mmap - out.log".to_owned(),
            "lognorm-mmap --sync - out.log".to_owned(),
            "lognorm-mmap --no-clobber - ./out.log".to_owned(),
            "printf 'Y Y\\n' >out.log; lognorm-mmap - out.log".to_owned(),
            "ln -s out.log link; lognorm-mmap - link".to_owned(),
            "lognorm-mmap - - --patterns p.tsv >out.log; cat p.tsv >/dev/null".to_owned(),
            "cat >in.log; mkdir d; lognorm-mmap -t d in.log; mv d/in.log out.log".to_owned(),
        ] {
            let directory = Directory::with([]);
            let script = format!("{place} {input} | here \"{command} && cat out.log\" {end}");
            assert_eq!(directory.succeeds(&script), PATTERNS, "{script}");
            let stray = directory.succeeds("find . -name '.lognorm*'");
            assert_eq!(stray, "", "{script}");
        }
    }
}
