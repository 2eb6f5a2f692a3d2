//! More threads than work, chunks larger than the input, and fewer file descriptors than logs.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::directory::{Directory, LOG, PATTERNS, utf8};
use common::needs;

/// Runs `script`, in which `$TRACED` is the program, and returns how many threads it started.
fn threads_started(directory: &Directory, script: &str) -> usize {
    let traced = "strace -f -qq -e trace=clone,clone3 -e signal=none -o trace lognorm-mmap";
    directory.succeeds(&script.replace("$TRACED", traced));
    let trace = directory.read("trace");
    trace.lines().filter(|line| line.contains("clone") && !line.contains("resumed>")).count()
}

#[test]
fn no_more_threads_are_started_than_there_is_work_for() {
    if !needs::strace() {
        return;
    }
    let directory = Directory::with([LOG, ("b.log", "b\n"), ("c.log", "c\n")]);
    directory.succeeds("mkdir out; gzip -c in.log >in.log.gz");
    #[cfg(feature = "zstd")]
    let cpus = std::thread::available_parallelism().unwrap().get();
    for (script, max) in [
        // One thread waits for signals, and one reads an input that is not mapped.
        ("$TRACED -j4096 in.log", 1),
        ("$TRACED -j4096 in.log --no-mmap", 2),
        ("$TRACED -j4096 <in.log", 2),
        ("cat in.log | $TRACED -j4096", 2),
        ("cat in.log | $TRACED -j4096 - out.log --chunk-size=1GiB", 2),
        ("$TRACED -j4096 in.log --chunk-size=16", 3),
        ("$TRACED -j4096 in.log --patterns -", 1),
        ("$TRACED -j4096 -t out in.log b.log c.log", 4),
        ("$TRACED -j4096 -t out in.log", 1),
        #[cfg(feature = "gzip")]
        ("$TRACED -j4096 in.log.gz", 2),
        #[cfg(feature = "gzip")]
        ("$TRACED -j4096 in.log out.log.gz", 2),
        #[cfg(feature = "zstd")]
        ("$TRACED -j4096 in.log out.log.zst", 2 + cpus),
    ] {
        let started = threads_started(&directory, script);
        assert!(started <= max, "{script}: {started} threads of {max}");
    }
}

#[test]
fn large_chunks_take_no_memory_that_is_not_used() {
    let directory = Directory::with([LOG, ("b.log", "b\n")]);
    directory.succeeds("mkdir out");
    for script in [
        "lognorm-mmap --stats=json -j4 --chunk-size=1GiB in.log",
        "lognorm-mmap --stats=json -j4 --chunk-size=1GiB in.log --patterns p.tsv",
        "lognorm-mmap --stats=json -j4 --chunk-size=1GiB -t out in.log b.log",
    ] {
        let Output { status, stderr, .. } = directory.run(script);
        let stats: serde_json::Value = serde_json::from_slice(&stderr).unwrap();
        assert!(status.success() && stats["threads"] == 1 || script.contains("-t"), "{stats}");
        let peak = stats["peak_resident_bytes"].as_u64().unwrap();
        assert!(peak < 50_000_000, "{script}: {peak}");
    }
}

#[test]
fn more_logs_than_descriptors_are_all_done() {
    let directory = Directory::with([LOG]);
    let logs: Vec<_> = (0..17).map(|number| format!("log.{number}.gz")).collect();
    let logs = logs.join(" ");
    let pack = if cfg!(feature = "gzip") { "gzip -c in.log" } else { "cat in.log" };
    directory.succeeds(&format!("mkdir out; for log in {logs}; do {pack} >$log; done"));
    for limit in [10, 12, 16, 24, 40] {
        let script =
            format!("rm -f out/*; ulimit -n {limit}; lognorm-mmap -j8 -t out {logs} || exit");
        directory.succeeds(&script);
        let outputs = directory.succeeds("ls -A out; cat out/*");
        assert_eq!(outputs.matches(PATTERNS).count(), 17, "{limit}");
        assert_eq!(outputs.lines().count(), 17 + 2 * 17, "{limit}: {outputs}");
    }
    // With too few for a single log, each log fails and no output is left.
    let Output { status, stderr, .. } =
        directory.run(&format!("rm out/*; ulimit -n 4; lognorm-mmap -j8 -t out {logs}"));
    assert_eq!(status.code(), Some(1));
    assert_eq!(utf8(stderr).matches(": Too many open files\n").count(), 17);
    assert_eq!(fs::read_dir(directory.path("out")).unwrap().count(), 0);
}

#[test]
fn a_soft_limit_on_descriptors_is_raised_as_far_as_it_may_be() {
    let directory = Directory::with([LOG, ("b.log", "b\n")]);
    directory.succeeds("mkdir out; ulimit -S -n 5; exec lognorm-mmap -j2 -t out in.log b.log");
    assert_eq!(directory.succeeds("cat out/*"), format!("Y\n{PATTERNS}"));
}

#[test]
fn few_descriptors_for_one_log_are_enough_or_a_failure() {
    let directory = Directory::with([LOG, ("known.log", "x\n")]);
    directory.succeeds("lognorm-mmap known.log --patterns known.tsv");
    for arguments in ["in.log out.log --patterns p.tsv", "in.log out.log --known known.tsv"] {
        let mut complete = 0;
        for limit in 4..16 {
            let script =
                format!("rm -f out.log p.tsv; ulimit -n {limit}; exec lognorm-mmap {arguments}");
            let Output { status, stderr, .. } = directory.run(&script);
            let message = utf8(stderr);
            let is_all = directory.path("out.log").exists();
            match status.code() {
                Some(0) => assert!(is_all && message.is_empty(), "{script}: {message}"),
                Some(1) => assert!(message.ends_with(": Too many open files\n"), "{message}"),
                _ => panic!("{script}: {status}: {message}"),
            }
            complete += u32::from(is_all);
            assert_eq!(is_all, status.success(), "{script}");
        }
        assert!((1..12).contains(&complete), "{arguments}: {complete}");
    }
}
