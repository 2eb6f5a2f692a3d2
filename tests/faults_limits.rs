//! An OS that gives less than is asked for: limits on file sizes, memory, descriptors and threads.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;
use std::sync::LazyLock;

use common::big::{BigLog, full_size};
use common::directory::{Directory, utf8};
use common::needs;

/// An existing output, of an earlier run.
const OLD: (&str, &str) = ("out.log", "Y: Y Y <X>\n");

/// The ways to give the log: a shell command that comes first, and the arguments.
const WAYS_IN: [(&str, &str); 3] =
    [("", "in.log"), ("", "--no-mmap in.log"), ("exec <in.log;", "-")];

#[test]
fn a_limit_on_file_sizes_is_a_failure() {
    let log = BigLog::new(200_000);
    let directory = Directory::with([OLD]);
    log.put(&directory);
    directory.succeeds("mkdir there");
    // In units of 512 bytes: none, one, and nearly all.
    for limit in [0, 1, log.patterns.len() / 512] {
        for (before, arguments) in WAYS_IN {
            let script =
                format!("{before} ulimit -f {limit}; lognorm-mmap --chunk-size=1000 {arguments}");
            let given = directory.fails(&format!("{script} out.log"), "out.log");
            assert_eq!(given, "File too large", "{script}");
            let script = format!("{script} >there/out.log");
            assert_eq!(directory.fails(&script, "standard output"), "File too large", "{script}");
        }
    }
    let enough = log.patterns.len() / 512 + 1;
    directory.succeeds(&format!("ulimit -f {enough}; lognorm-mmap in.log out.log"));
    assert!(fs::read(directory.path("out.log")).unwrap() == log.patterns);
}

/// Runs under each of `limits`, which are shell commands that the name of the program can follow.
/// Asserts that each run writes everything or gives a reason, and returns how many runs wrote
/// everything.
#[track_caller]
fn assert_all_or_a_reason(limits: impl Iterator<Item = String>, way_in: (&str, &str)) -> usize {
    let log = BigLog::new(1 << 20);
    let directory = Directory::with([OLD]);
    log.put(&directory);
    let ((before, arguments), mut complete) = (way_in, 0);
    for limit in limits {
        for options in ["--threads=4 --chunk-size=64KiB", "--threads=1"] {
            fs::write(directory.path("out.log"), OLD.1).unwrap();
            let script = format!("{before} {limit} lognorm-mmap {options} {arguments} out.log");
            let Output { status, stderr, .. } = directory.run(&script);
            let (message, output) = (utf8(stderr), fs::read(directory.path("out.log")).unwrap());
            let what = format!("{script}: {status}: {message}");
            match status.code() {
                Some(0) => {
                    assert!(output == log.patterns && message.is_empty(), "{what}");
                    complete += 1;
                }
                Some(1) => {
                    let is_one_line = message.ends_with('\n') && message.lines().count() == 1;
                    assert!(is_one_line && message.starts_with("lognorm-mmap: "), "{what}");
                    assert_eq!(output, OLD.1.as_bytes(), "{what}");
                }
                _ => panic!("{what}"),
            }
            assert_eq!(directory.names(), ["in.log", "out.log"], "{what}");
        }
    }
    complete
}

#[track_caller]
fn assert_all_or_a_reason_at_any_limit_on_memory(way_in: (&str, &str)) {
    // In KiB, from little more than the program itself takes to plenty. The first steps are smaller
    // than the stack of a thread, so that no case between two threads is missed.
    let least = *LEAST_MEMORY;
    let part = if full_size() { 200 } else { 12 };
    let step = |&size: &u64| if size < least + (3 << 10) { 40 } else { size / part };
    let sizes = std::iter::successors(Some(least), |size| Some(size + step(size)));
    let sizes: Vec<u64> = sizes.take_while(|&size| size < 200_000).collect();
    let limits = sizes.iter().map(|size| format!("ulimit -v {size}; exec"));
    let complete = assert_all_or_a_reason(limits, way_in);
    assert!(complete > 0 && complete < 2 * sizes.len(), "{way_in:?}: {complete} were complete");
}

#[test]
fn a_limit_on_memory_for_a_mapped_file() {
    assert_all_or_a_reason_at_any_limit_on_memory(WAYS_IN[0]);
}

#[test]
fn a_limit_on_memory_for_a_file_that_is_not_mapped() {
    assert_all_or_a_reason_at_any_limit_on_memory(WAYS_IN[1]);
}

#[test]
fn a_limit_on_memory_for_standard_input() {
    assert_all_or_a_reason_at_any_limit_on_memory(WAYS_IN[2]);
}

#[test]
fn a_limit_on_memory_while_patterns_are_compressed() {
    let log = BigLog::new(1 << 20);
    let directory = Directory::with([]);
    log.put(&directory);
    directory.succeeds("cp in.log other.log; mkdir out");
    let (mut complete, mut sizes) = (0, 0);
    let step = |size: &u64| Some(size + size / if full_size() { 200 } else { 12 });
    for size in std::iter::successors(Some(*LEAST_MEMORY), step).take_while(|&size| size < 200_000)
    {
        for arguments in
            ["in.log out.gz", "in.log out.zst", "--compress=zstd -t out in.log other.log"]
        {
            let script = format!("ulimit -v {size}; exec lognorm-mmap --threads=4 {arguments}");
            let Output { status, stderr, .. } = directory.run(&script);
            let what = format!("{script}: {status}: {}", utf8(stderr));
            assert!(matches!(status.code(), Some(0 | 1)), "{what}");
            let is_left = |name: &String| name.starts_with(".lognorm");
            let directories = [
                directory.names(),
                directory.succeeds("ls -A out").lines().map(String::from).collect(),
            ];
            assert!(!directories.concat().iter().any(is_left), "{what}: {directories:?}");
            complete += u32::from(status.success());
            sizes += 1;
        }
    }
    assert!(0 < complete && complete < sizes, "{complete} of {sizes} were complete");
    directory.succeeds("for file in out.gz out/*; do test -s $file || exit 1; done");
}

/// A log whose patterns take most of the memory.
#[test]
fn a_limit_on_memory_while_patterns_are_counted() {
    let lines = 60_000;
    let directory = Directory::with([]);
    let line = |number: u32| {
        (0..12).map(move |digit| ["-", ".", ","][(number / 3_u32.pow(digit) % 3) as usize])
    };
    let log: Vec<_> = (0..lines).map(|number| line(number).collect::<String>() + "\n").collect();
    fs::write(directory.path("in.log"), log.concat()).unwrap();
    let (mut complete, mut sizes) = (0, 0);
    let step = |size: &u64| Some(size + size / if full_size() { 200 } else { 12 });
    for size in std::iter::successors(Some(*LEAST_MEMORY), step).take_while(|&size| size < 100_000)
    {
        let script = format!("ulimit -v {size}; exec lognorm-mmap in.log --patterns p.tsv");
        let Output { status, stderr, .. } = directory.run(&script);
        let what = format!("{script}: {status}: {}", utf8(stderr));
        sizes += 1;
        match status.code() {
            Some(0) => {
                let catalogue = fs::read(directory.path("p.tsv")).unwrap();
                let rows = catalogue.iter().filter(|&&byte| byte == b'\n').count();
                assert_eq!(rows, 2 + lines as usize, "{what}");
                fs::remove_file(directory.path("p.tsv")).unwrap();
                complete += 1;
            }
            Some(1) => assert_eq!(what.lines().count(), 1, "{what}"),
            _ => panic!("{what}"),
        }
        assert_eq!(directory.names(), ["in.log"], "{what}");
    }
    assert!(0 < complete && complete < sizes, "{complete} of {sizes} were complete");
}

/// The smallest address space, in KiB, in which the program starts and prints its version. With
/// less, the dynamic loader fails with a message of its own.
static LEAST_MEMORY: LazyLock<u64> = LazyLock::new(|| {
    let directory = Directory::with([]);
    let mut sizes = (1000..100_000).step_by(250);
    let starts = |size: &u64| {
        let script = format!("ulimit -v {size}; exec lognorm-mmap --version");
        directory.run(&script).status.success()
    };
    sizes.find(starts).expect("the program starts in 100 MB")
});

#[test]
fn a_limit_on_open_files() {
    for way_in in WAYS_IN {
        // With fewer than four, the dynamic loader cannot open a library.
        let limits = (4..=24).map(|count| format!("ulimit -n {count}; exec"));
        let complete = assert_all_or_a_reason(limits, way_in);
        assert!((20..42).contains(&complete), "{way_in:?}: {complete} were complete");
    }
}

#[test]
fn a_limit_on_threads() {
    // The limit counts all processes of a user, and does not apply to root.
    if !(needs::root() && needs::program("prlimit")) {
        return;
    }
    let directory = Directory::with([]);
    let Output { status, .. } = directory.run("exec prlimit --nproc=1 sh -c '(true); true'");
    assert!(!status.success(), "the limit is not enforced");
    for way_in in WAYS_IN {
        let limits = (1..=9).map(|count| format!("exec prlimit --nproc={count}"));
        let complete = assert_all_or_a_reason(limits, way_in);
        // The first thread alone can normalise a mapped file.
        assert!(complete == 18 || way_in != WAYS_IN[0], "{way_in:?}: {complete} were complete");
    }
}
