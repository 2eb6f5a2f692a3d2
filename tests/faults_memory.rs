//! Memory that is refused in the middle of a decoder, an encoder, or whatever else a crate does.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::codec::codecs;
use common::folder::{Folder, utf8};

/// An output that is already there, so that a new one has a name before it is done.
const OLD: &str = "Y Y\n";

/// The least limit on data, in KiB: with less the loader fails, whose messages are not ours.
const LEAST_DATA: u64 = 400;

/// Limits in KiB, from far too little to enough.
fn limits(least: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(least), |limit| Some(limit + limit / 4))
        .take_while(|&limit| limit < 100_000)
}

/// The least address space, in KiB, in which the program starts: with less the loader fails.
fn least_address_space(folder: &Folder) -> u64 {
    let starts = |limit: &u64| {
        let script = format!("ulimit -v {limit}; exec lognorm-mmap -V");
        folder.run(&script).status.success()
    };
    (4000..100_000).step_by(1000).find(starts).expect("the program starts in 100 MB") + 1000
}

/// Runs with `arguments` under each limit, and asserts that each run gives all or one line that says
/// why not, and that some do either.
#[track_caller]
fn assert_all_or_one_line(folder: &Folder, arguments: &str, output: &str, patterns: &[u8]) {
    for (kind, least) in [("d", LEAST_DATA), ("v", least_address_space(folder))] {
        let (mut complete, mut failed) = (0, 0);
        let before = folder.names();
        for limit in limits(least) {
            fs::write(folder.path(output), OLD).unwrap();
            let script = format!("ulimit -{kind} {limit}; exec lognorm-mmap {arguments} {output}");
            let Output { status, stderr, .. } = folder.run(&script);
            let (message, what) = (utf8(stderr), format!("{script}: {status}"));
            match status.code() {
                Some(0) => {
                    assert_eq!(message, "", "{what}");
                    // What is compressed is as long as that of other runs, which are compared.
                    let written = fs::read(folder.path(output)).unwrap();
                    assert!(patterns.is_empty() || written == patterns, "{what}");
                    complete += 1;
                }
                Some(1) => {
                    let is_line = message.starts_with("lognorm-mmap: ") && message.ends_with('\n');
                    assert!(is_line && message.lines().count() == 1, "{what}: {message:?}");
                    assert_eq!(folder.read(output), OLD, "{what}");
                    failed += 1;
                }
                _ => panic!("{what}: {message}"),
            }
            assert_eq!(folder.names(), before, "{what}: {message}");
        }
        assert!(complete > 0 && failed > 0, "-{kind}, {arguments}: {complete}, {failed}");
    }
}

/// A folder with a log, and its patterns.
fn folder_with_log() -> (Folder, Vec<u8>) {
    let log: String = (0..5000).map(|line| format!("{line} took (so long) [{line}]\n")).collect();
    let folder = Folder::with([("in.log", &*log), ("out", OLD)]);
    (folder, b"Y Y (X) [X]\n".repeat(5000))
}

#[test]
fn a_decoder_that_gets_no_memory_is_a_failure() {
    let (folder, patterns) = folder_with_log();
    for codec in codecs() {
        folder.succeeds(&format!("{} in.log >in.packed", codec.program));
        assert_all_or_one_line(&folder, "--threads=2 in.packed", "out", &patterns);
    }
}

/// The decoder has room for whole blocks, the largest that there are.
#[test]
#[cfg(feature = "lz4")]
fn a_decoder_of_large_blocks_that_gets_no_memory_is_a_failure() {
    if !common::needs::program("lz4") {
        return;
    }
    let (folder, patterns) = folder_with_log();
    // What fits into a smaller block is put into one.
    folder.succeeds("for i in $(seq 40); do cat in.log; done >long.log");
    let patterns = patterns.repeat(40);
    for options in ["-B7", "-B7 -BD"] {
        folder.succeeds(&format!("lz4 -qc {options} long.log >in.lz4"));
        assert_all_or_one_line(&folder, "--threads=1 in.lz4", "out", &patterns);
    }
}

#[test]
fn an_encoder_that_gets_no_memory_is_a_failure() {
    let (folder, _) = folder_with_log();
    let built_in = codecs().filter(|codec| ["gzip", "zstd"].contains(&codec.name));
    for format in built_in.map(|codec| codec.name) {
        let arguments = format!("--threads=1 --compress={format} in.log");
        assert_all_or_one_line(&folder, &arguments, "out", b"");
    }
}

#[test]
fn a_catalogue_that_gets_no_memory_is_a_failure() {
    let log: String = (0..3000).map(|line| format!("{line:012b}\n")).collect();
    let log = log.replace('0', ".").replace('1', "-");
    let folder = Folder::with([("in.log", &*log)]);
    folder.succeeds("lognorm-mmap in.log --patterns old.tsv");
    for (format, options) in [("tsv", ""), ("jsonl", "--no-mmap"), ("tsv", "--threads=3")] {
        let arguments = format!("in.log {options} --patterns");
        let output = format!("p.{format}");
        fs::copy(folder.path("old.tsv"), folder.path(&output)).unwrap();
        folder.succeeds(&format!("lognorm-mmap {arguments} want.{format}"));
        let mut failed = 0;
        for limit in limits(LEAST_DATA) {
            let script = format!("ulimit -d {limit}; exec lognorm-mmap {arguments} p.{format}");
            let Output { status, stderr, .. } = folder.run(&script);
            let message = utf8(stderr);
            let is_line = message.lines().count() == 1 && message.starts_with("lognorm-mmap: ");
            match status.code() {
                Some(0) => assert_eq!(folder.read(&output), folder.read(&format!("want.{format}"))),
                Some(1) if is_line => failed += 1,
                _ => panic!("{script}: {status}: {message}"),
            }
            assert!(!folder.names().iter().any(|name| name.starts_with('.')), "{script}");
        }
        assert!(failed > 0 && folder.run("cmp old.tsv p.tsv").status.code() != Some(2));
    }
}
