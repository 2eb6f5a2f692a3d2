//! Patterns that are compressed on the way out.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::big::BigLog;
use common::codec::{Codec, codecs};
use common::directory::{Directory, LOG, PATTERNS, utf8};
use common::needs;
use common::text::{assert_same, hostile_lines, sample};
use proptest::collection::vec;

/// The formats that can be written.
fn writable() -> impl Iterator<Item = &'static Codec> {
    codecs().filter(|codec| ["gzip", "zstd"].contains(&codec.name))
}

#[test]
fn the_ending_of_the_output_or_an_option_says_how_it_is_compressed() {
    let directory = Directory::with([LOG]);
    for Codec { name, extension, reverse, .. } in writable() {
        for script in [
            format!("lognorm-mmap in.log out.{extension}; {reverse} <out.{extension}"),
            format!("lognorm-mmap --compress={name} in.log out; {reverse} <out"),
            format!("lognorm-mmap --compress={name} in.log | {reverse}"),
            format!("lognorm-mmap --compress={name} in.log x.log.zst; {reverse} <x.log.zst"),
            format!("lognorm-mmap --compress=none in.log out.{extension}; cat out.{extension}"),
            format!("lognorm-mmap in.log out.{extension}.log; cat out.{extension}.log"),
            format!(
                "lognorm-mmap in.log out.{extension}; lognorm-mmap out.{extension} | sed s/X/Y/"
            ),
        ] {
            let expected = if script.contains("sed") { "Y Y Y (Y)\nY [Y]\n" } else { PATTERNS };
            assert_eq!(directory.succeeds(&script), expected, "{script}");
        }
        let script = format!("lognorm-mmap --stats=json in.log out.{extension} 2>&1");
        let stats: serde_json::Value = serde_json::from_str(&directory.succeeds(&script)).unwrap();
        assert_eq!((&stats["output_format"], &stats["bytes_out"]), (&(*name).into(), &16.into()));
    }
}

#[test]
fn an_empty_output_is_a_valid_archive() {
    let directory = Directory::with([("in.log", "")]);
    for Codec { extension, reverse, .. } in writable() {
        let script = format!("lognorm-mmap in.log out.{extension}; test -s out.{extension}");
        assert_eq!(directory.succeeds(&format!("{script} && {reverse} <out.{extension}")), "");
    }
}

#[test]
fn neither_threads_nor_chunks_nor_the_way_in_change_a_byte_of_the_archive() {
    let directory = Directory::with([]);
    let log = BigLog::new(3_000_000);
    log.put(&directory);
    for Codec { extension, reverse, .. } in writable() {
        let mut archives = Vec::new();
        for options in [
            "--threads=1",
            "--threads=2 --chunk-size=1000",
            "--threads=4 --chunk-size=70000 --no-mmap",
            "--threads=8 --kernel=scalar",
        ] {
            directory.succeeds(&format!("lognorm-mmap {options} in.log out.{extension}"));
            archives.push(fs::read(directory.path(&format!("out.{extension}"))).unwrap());
        }
        assert!(archives.iter().all(|archive| *archive == archives[0]), "{extension}");
        directory.succeeds(&format!("{reverse} <out.{extension} >out"));
        assert_same(&fs::read(directory.path("out")).unwrap(), &log.patterns, extension);
    }
}

#[test]
fn a_higher_level_makes_a_smaller_archive() {
    let directory = Directory::with([]);
    BigLog::new(1_000_000).put(&directory);
    for (extension, low, high) in [("gz", 1, 9), ("zst", 1, 19)] {
        let size = |level| {
            let run = format!("lognorm-mmap --level={level} in.log out.{extension}");
            directory.succeeds(&run);
            fs::metadata(directory.path(&format!("out.{extension}"))).unwrap().len()
        };
        assert!(size(high) < size(low), "{extension}");
    }
}

#[test]
fn a_level_that_does_not_fit_is_wrong_usage() {
    let directory = Directory::with([LOG]);
    for (arguments, allowed) in [
        ("--level=3 in.log out.log", ".gz or .zst"),
        ("--level=3 --compress=none in.log out.gz", ".gz or .zst"),
        ("--level=3 in.log", ".gz or .zst"),
        ("--level=10 in.log out.gz", "0 to 9"),
        ("--level=0 in.log out.zst", "1 to 22"),
        ("--level=23 in.log out.zst", "1 to 22"),
        ("--level=x in.log out.zst", "--level"),
        ("--compress=xz in.log out", "gzip, zstd"),
    ] {
        let script = format!("lognorm-mmap {arguments}");
        let Output { status, stderr, .. } = directory.run(&script);
        let message = utf8(stderr);
        assert_eq!(status.code(), Some(2), "{script}: {message}");
        assert!(message.contains(allowed), "{script}: {message}");
        assert_eq!(directory.names(), ["in.log"], "{script}");
    }
}

/// A directory with a log in it whose patterns cannot be made much smaller.
fn directory_with_hard_log() -> Directory {
    let directory = Directory::with([]);
    let lines = sample(vec(hostile_lines(), 5000)).concat();
    assert!(lines.len() > 500_000, "{} bytes", lines.len());
    fs::write(directory.path("in.log"), lines).unwrap();
    directory
}

#[test]
fn an_archive_that_cannot_be_written_is_a_failure() {
    let directory = directory_with_hard_log();
    for Codec { name, .. } in writable() {
        let to_full = format!("lognorm-mmap --compress={name} in.log >/dev/full");
        directory.fails(&to_full, "standard output");
        directory.fails(&format!("lognorm-mmap --compress={name} in.log /dev/full"), "/dev/full");
        // Far enough for some of it to have been written.
        let limited = format!("ulimit -f 8; lognorm-mmap --compress={name} --level=1 in.log out");
        directory.fails(&limited, "out");
    }
}

#[test]
fn an_archive_whose_making_failed_is_not_taken_for_whole() {
    if !needs::program("gzip") {
        return;
    }
    let directory = directory_with_hard_log();
    directory.succeeds("gzip -c in.log >whole.gz; head -c 200000 whole.gz >cut.gz");
    for Codec { name, reverse, .. } in writable() {
        let script = format!("lognorm-mmap --compress={name} cut.gz >out");
        assert_eq!(directory.run(&script).status.code(), Some(1), "{script}");
        // Nothing at all is not taken for an archive by all programs, nor for none.
        if fs::metadata(directory.path("out")).unwrap().len() > 0 {
            let script = format!("{reverse} <out");
            assert!(!directory.run(&script).status.success(), "{script}");
        }
        let script = format!("lognorm-mmap --compress={name} cut.gz out.{name}");
        directory.fails(&script, "cut.gz");
    }
}
