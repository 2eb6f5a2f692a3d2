//! Many logs whose outputs lead to one file that does not exist yet.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Output;

use common::directory::{Directory, LOG, PATTERNS, utf8};
use lognorm_mmap::{
    Error, Existing, InArchives, Job, Options, Rules, SinkOptions, SourceOptions, Targets, run_all,
};

#[test]
fn a_link_to_what_another_job_makes_is_a_clash() {
    let directory =
        Directory::with([("a.log", "one\n"), ("b.log", "(two)\n"), ("c.log", "three 3\n")]);
    directory.succeeds(
        "mkdir out to here; ln -s b.log out/a.log; ln -s ../out/c.log out/b.log; \
         ln -s ../out/b.log to/a.log; ln -s ../new.log here/a.log; ln -s new.log late.log",
    );
    for (arguments, reason) in [
        ("out a.log b.log", "out/b.log: is the same file as out/a.log"),
        ("out b.log a.log", "out/a.log: is the same file as out/b.log"),
        ("out a.log c.log", "out/c.log: is the same file as out/a.log"),
        ("$PWD/out b.log ./c.log", "$PWD/out/c.log: is the same file as $PWD/out/b.log"),
        // One job reads the file that another creates.
        (
            "here a.log new.log",
            "here/a.log: is new.log, which does not exist until a.log is written to it",
        ),
        (
            "here late.log a.log",
            "here/a.log: is late.log, which does not exist until a.log is written to it",
        ),
    ] {
        for threads in [1, 2] {
            let before = directory.succeeds("ls -R; cat a.log b.log c.log");
            let script = format!("lognorm-mmap -j{threads} -t {arguments}");
            let Output { status, stderr, .. } = directory.run(&script);
            let reason =
                reason.replace("$PWD", directory.path("").to_str().unwrap().trim_end_matches('/'));
            let expected = format!("lognorm-mmap: {reason}\n");
            assert_eq!((status.code(), utf8(stderr)), (Some(1), expected), "{script}");
            assert_eq!(directory.succeeds("ls -R; cat a.log b.log c.log"), before, "{script}");
        }
    }
    // A single dangling link is followed.
    directory.succeeds("lognorm-mmap -t to a.log c.log");
    assert_eq!(directory.succeeds("cat out/c.log to/c.log"), "Y\nY Y\n");
}

#[test]
fn the_library_takes_no_path_twice() {
    let directory = Directory::with([LOG]);
    let job = |input: &str, output: &str| Job {
        input: directory.path(input),
        output: directory.path(output),
    };
    let run = |jobs: &[Job]| {
        let (source, sink) = (SourceOptions::default(), SinkOptions::default());
        let rename = |name: &OsStr| name.to_owned();
        let (path, existing) = (directory.path(""), Existing::Replaced);
        let in_archives = InArchives::Done;
        let targets = Targets { directory: &path, rename: &rename, sink, existing, in_archives };
        let mut results = Vec::new();
        let mut report = |_: &Path, result| results.push(result);
        run_all(jobs, &source, &targets, Rules::Shape, &Options::default(), &mut report)?;
        Ok(results)
    };
    for jobs in [
        [job("in.log", "new"), job("in.log", "new")],
        [job("in.log", "new"), job("in.log", "./new")],
        [job("in.log", "new"), job("new", "newer")],
        [job("new", "newer"), job("in.log", "new")],
    ] {
        assert!(matches!(run(&jobs), Err(Error::Conflict { .. })), "{jobs:?}");
        assert_eq!(directory.names(), ["in.log"], "{jobs:?}");
    }
    for outcome in run(&[job("in.log", "new"), job("in.log", "newer")]).unwrap() {
        outcome.unwrap();
    }
    assert_eq!(directory.read("new") + &directory.read("newer"), PATTERNS.repeat(2));
    // By default, the library replaces a file of patterns and no other file.
    fs::write(directory.path("newer"), "old\n").unwrap();
    let outcomes = run(&[job("in.log", "new"), job("in.log", "newer")]).unwrap();
    assert!(matches!(&outcomes[..], [Ok(_), Err(Error::WouldOverwrite { .. })]), "{outcomes:?}");
}
