//! Runs that leave out the logs whose outputs exist.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::archive::{archive, file};
use common::directory::{Directory, LOG, PATTERNS, utf8};

/// Runs `script` and returns the inputs that were done, those that failed, and those that were
/// skipped.
#[track_caller]
fn figures(directory: &Directory, script: &str) -> [u64; 3] {
    let Output { status, stderr, .. } = directory.run(script);
    let message = utf8(stderr);
    let stats: serde_json::Value = serde_json::from_str(message.lines().next().unwrap()).unwrap();
    let figures = ["inputs", "failed", "skipped"].map(|key| stats[key].as_u64().unwrap());
    assert_eq!(status.code(), Some(i32::from(figures[1] > 0)), "{script}: {message}");
    figures
}

#[test]
fn logs_whose_outputs_exist_are_left_out_and_counted() {
    let directory = Directory::with([LOG, ("old.log", "(a)\n"), ("gone", "(b)\n")]);
    // What the output holds does not matter, but an empty one is done again.
    directory
        .succeeds("mkdir out; echo kept >out/old.log; : >out/in.log; echo b >out/gone; rm gone");
    for options in ["-j1", "-j4"] {
        let run = format!("lognorm-mmap {options} --skip-existing --stats=json -t out");
        assert_eq!(figures(&directory, &format!("{run} in.log old.log gone")), [1, 0, 2]);
        assert_eq!(figures(&directory, &format!("{run} in.log old.log gone")), [0, 0, 3]);
        assert_eq!(figures(&directory, &format!("{run} old.log")), [0, 0, 1]);
        assert_eq!(figures(&directory, &format!("{run} in.log no-such")), [1, 1, 1]);
        assert_eq!(directory.read("out/in.log"), PATTERNS);
        assert_eq!(directory.read("out/old.log"), "kept\n");
        directory.succeeds(": >out/in.log");
    }
    directory.succeeds("lognorm-mmap --compress gzip --skip-existing -t out in.log");
    assert_eq!(directory.succeeds("ls out"), "gone\nin.log\nin.log.gz\nold.log\n");
    let message = utf8(directory.run("lognorm-mmap --skip-existing --stats -t out old.log").stderr);
    assert!(message.contains(", 1 skipped"), "{message}");
}

#[test]
fn what_cannot_be_an_output_is_not_taken_for_one() {
    let directory = Directory::with([LOG, ("b.log", "(b)\n")]);
    directory.succeeds("mkdir -p out/in.log; ln -s ../new out/b.log");
    let run = "lognorm-mmap --skip-existing --stats=json -t out in.log b.log";
    assert_eq!(figures(&directory, run), [2, 1, 0]);
    assert_eq!(directory.read("new"), "(X)\n");
    assert_eq!(figures(&directory, run), [1, 1, 1]);
}

#[test]
fn the_files_of_an_archive_are_left_out_one_by_one() {
    let directory = Directory::with([LOG]);
    let log = LOG.1.as_bytes();
    // The second has the name that the archive would have.
    let files = [file("a", log), file("x", log), file("d/b", log)];
    fs::write(directory.path("x.tar"), archive(&files)).unwrap();
    directory.succeeds("mkdir -p out/d; gzip -k x.tar");
    for input in ["x.tar", "x.tar.gz", "in.log x.tar", "- <x.tar"] {
        directory.succeeds("rm -rf out; mkdir -p out/d; echo kept >out/x; : >out/d/b");
        let run = format!("lognorm-mmap --skip-existing --stats=json -t out {input}");
        let others = u64::from(input.starts_with("in"));
        assert_eq!(figures(&directory, &run), [2 + others, 0, 1], "{input}");
        assert_eq!(figures(&directory, &run), [0, 0, 3 + others], "{input}");
        assert_eq!(directory.read("out/x"), "kept\n", "{input}");
        assert_eq!(directory.read("out/a") + &directory.read("out/d/b"), PATTERNS.repeat(2));
    }
}

#[test]
fn it_goes_with_a_directory_and_with_no_other_word_on_what_exists() {
    let directory = Directory::with([LOG]);
    directory.succeeds("mkdir out");
    for arguments in [
        "--skip-existing in.log new",
        "--skip-existing --force -t out in.log",
        "--skip-existing --no-clobber -t out in.log",
    ] {
        let Output { status, .. } = directory.run(&format!("lognorm-mmap {arguments}"));
        assert_eq!(status.code(), Some(2), "{arguments}");
    }
    assert_eq!(directory.succeeds("ls out"), "");
}
