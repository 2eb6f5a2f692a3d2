//! Memory that the OS refuses in the middle of a decoder, an encoder or another dependency.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::codec::codecs;
use common::directory::{Directory, utf8};

/// An existing output, because of which a new one has a temporary name until it is complete.
const OLD: &str = "Y Y\n";

/// The smallest limit on data, in KiB. With less, the dynamic loader fails with its own message.
const MIN_DATA: u64 = 400;

/// Limits in KiB, from far too little to enough.
fn limits(least: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(least), |limit| Some(limit + limit / 4))
        .take_while(|&limit| limit < 100_000)
}

/// Returns the smallest address space, in KiB, in which the program starts.
fn min_address_space(directory: &Directory) -> u64 {
    let starts = |limit: &u64| {
        let script = format!("ulimit -v {limit}; exec lognorm-mmap -V");
        directory.run(&script).status.success()
    };
    (4000..100_000).step_by(1000).find(starts).expect("the program starts in 100 MB") + 1000
}

/// Runs with `arguments` under each limit. Asserts that each run writes all of `patterns` or prints
/// one line with the reason, and that both happen. Without `patterns`, the output is not compared.
#[track_caller]
fn assert_all_or_one_line(directory: &Directory, arguments: &str, output: &str, patterns: &[u8]) {
    for (kind, min) in [("d", MIN_DATA), ("v", min_address_space(directory))] {
        let (mut complete, mut failed) = (0, 0);
        let before = directory.names();
        for limit in limits(min) {
            fs::write(directory.path(output), OLD).unwrap();
            let script = format!("ulimit -{kind} {limit}; exec lognorm-mmap {arguments} {output}");
            let Output { status, stderr, .. } = directory.run(&script);
            let (message, what) = (utf8(stderr), format!("{script}: {status}"));
            match status.code() {
                Some(0) => {
                    assert_eq!(message, "", "{what}");
                    let written = fs::read(directory.path(output)).unwrap();
                    assert!(patterns.is_empty() || written == patterns, "{what}");
                    complete += 1;
                }
                Some(1) => {
                    let is_line = message.starts_with("lognorm-mmap: ") && message.ends_with('\n');
                    assert!(is_line && message.lines().count() == 1, "{what}: {message:?}");
                    assert_eq!(directory.read(output), OLD, "{what}");
                    failed += 1;
                }
                _ => panic!("{what}: {message}"),
            }
            assert_eq!(directory.names(), before, "{what}: {message}");
        }
        assert!(complete > 0 && failed > 0, "-{kind}, {arguments}: {complete}, {failed}");
    }
}

/// Returns a directory with a log, and the patterns of the log.
fn directory_with_log() -> (Directory, Vec<u8>) {
    let log: String = (0..5000).map(|line| format!("{line} took (so long) [{line}]\n")).collect();
    let directory = Directory::with([("in.log", &*log), ("out", OLD)]);
    (directory, b"Y Y (X) [X]\n".repeat(5000))
}

#[test]
fn a_decoder_that_gets_no_memory_is_a_failure() {
    let (directory, patterns) = directory_with_log();
    for codec in codecs() {
        directory.succeeds(&format!("{} in.log >in.packed", codec.program));
        assert_all_or_one_line(&directory, "--threads=2 in.packed", "out", &patterns);
    }
}

/// The blocks are as large as the format allows, and the decoder holds whole blocks.
#[test]
#[cfg(feature = "lz4")]
fn a_decoder_of_large_blocks_that_gets_no_memory_is_a_failure() {
    if !common::needs::program("lz4") {
        return;
    }
    let (directory, patterns) = directory_with_log();
    // `lz4` uses a smaller block for an input that fits into one.
    directory.succeeds("for i in $(seq 40); do cat in.log; done >long.log");
    let patterns = patterns.repeat(40);
    for options in ["-B7", "-B7 -BD"] {
        directory.succeeds(&format!("lz4 -qc {options} long.log >in.lz4"));
        assert_all_or_one_line(&directory, "--threads=1 in.lz4", "out", &patterns);
    }
}

#[test]
fn an_encoder_that_gets_no_memory_is_a_failure() {
    let (directory, _) = directory_with_log();
    let built_in = codecs().filter(|codec| ["gzip", "zstd"].contains(&codec.name));
    for format in built_in.map(|codec| codec.name) {
        let arguments = format!("--threads=1 --compress={format} in.log");
        assert_all_or_one_line(&directory, &arguments, "out", b"");
    }
}

#[test]
fn a_catalogue_that_gets_no_memory_is_a_failure() {
    let log: String = (0..3000).map(|line| format!("{line:012b}\n")).collect();
    let log = log.replace('0', ".").replace('1', "-");
    let directory = Directory::with([("in.log", &*log)]);
    directory.succeeds("lognorm-mmap in.log --patterns old.tsv");
    for (format, options) in [("tsv", ""), ("jsonl", "--no-mmap"), ("tsv", "--threads=3")] {
        let arguments = format!("in.log {options} --patterns");
        let output = format!("p.{format}");
        fs::copy(directory.path("old.tsv"), directory.path(&output)).unwrap();
        directory.succeeds(&format!("lognorm-mmap {arguments} want.{format}"));
        let mut failed = 0;
        for limit in limits(MIN_DATA) {
            let script = format!("ulimit -d {limit}; exec lognorm-mmap {arguments} p.{format}");
            let Output { status, stderr, .. } = directory.run(&script);
            let message = utf8(stderr);
            let is_line = message.lines().count() == 1 && message.starts_with("lognorm-mmap: ");
            match status.code() {
                Some(0) => {
                    assert_eq!(directory.read(&output), directory.read(&format!("want.{format}")))
                }
                Some(1) if is_line => failed += 1,
                _ => panic!("{script}: {status}: {message}"),
            }
            assert!(!directory.names().iter().any(|name| name.starts_with('.')), "{script}");
        }
        assert!(failed > 0 && directory.run("cmp old.tsv p.tsv").status.code() != Some(2));
    }
}
