//! Compressed logs: every format, in one member and in several.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::codec::{Codec, codecs};
use common::directory::{Directory, LOG, PATTERNS};
use common::parts::directory_with_parts;
use common::text::assert_same;
use common::{needs, oracle};

#[test]
fn every_format_gives_the_patterns_of_the_plain_log_whatever_it_is_called() {
    let (directory, patterns) = directory_with_parts();
    for Codec { name, program, .. } in codecs() {
        for make in [
            format!("{program} log >in"),
            format!("{{ {program} part1; {program} part2; }} >in"),
            format!("{{ {program} </dev/null; {program} log; {program} </dev/null; }} >in"),
        ] {
            directory.succeeds(&format!(
                "{make}; for name in in.log in.xz in.gz; do ln -f in $name; done"
            ));
            for run in [
                "lognorm-mmap in",
                "lognorm-mmap in.log",
                "lognorm-mmap in.gz",
                "lognorm-mmap in.xz",
                "lognorm-mmap --no-mmap in",
                "lognorm-mmap --threads=1 --chunk-size=999 in",
                "lognorm-mmap <in",
                "cat in | lognorm-mmap",
                "mkfifo fifo; cat in >fifo & lognorm-mmap fifo; rm fifo",
                &format!("lognorm-mmap --decompress={name} in"),
            ] {
                assert_eq!(directory.succeeds(&format!("{{ {run}; }} >out")), "");
                let got = fs::read(directory.path("out")).unwrap();
                assert_same(&got, &patterns, (&make, run));
            }
        }
    }
}

#[test]
fn statistics_name_the_format() {
    let directory = Directory::with([LOG]);
    for Codec { name, program, .. } in codecs() {
        let script = format!("{program} in.log | lognorm-mmap --stats=json 2>&1 >out");
        let stats: serde_json::Value = serde_json::from_str(&directory.succeeds(&script)).unwrap();
        assert_eq!(stats["input_format"], *name);
        // The bytes of the plain text are counted.
        assert_eq!(stats["bytes_in"], LOG.1.len());
    }
}

#[test]
fn with_decompress_none_the_compressed_bytes_are_the_log() {
    let directory = Directory::with([LOG]);
    for Codec { program, .. } in codecs() {
        directory.succeeds(&format!("{program} in.log >in"));
        directory.succeeds("lognorm-mmap --decompress=none in out");
        let patterns = oracle::patterns(&fs::read(directory.path("in")).unwrap());
        assert_same(&fs::read(directory.path("out")).unwrap(), &patterns, program);
    }
}

#[test]
fn an_empty_log_is_empty_in_every_format() {
    let directory = Directory::with([("empty.gz", "")]);
    assert_eq!(directory.succeeds("lognorm-mmap empty.gz"), "");
    assert_eq!(directory.succeeds("lognorm-mmap <empty.gz"), "");
    for Codec { name, program, .. } in codecs() {
        let script = format!("lognorm-mmap --decompress={name} empty.gz");
        assert_eq!(directory.succeeds(&script), "");
        assert_eq!(directory.succeeds(&format!("{program} </dev/null | lognorm-mmap")), "");
    }
}

#[test]
fn skippable_frames_are_skipped() {
    let directory = Directory::with([LOG]);
    let skippable = r"printf '\120\052\115\030\005\000\000\000other'";
    for codec in ["zstd -qc", "lz4 -qc"] {
        if !needs::program(codec.split(' ').next().unwrap()) {
            continue;
        }
        let frame = format!("{skippable}; {codec} in.log; {skippable}");
        let script = format!("{{ {skippable}; {frame}; {frame}; }} >in; lognorm-mmap in");
        assert_eq!(directory.succeeds(&script), PATTERNS.repeat(2), "{codec}");
        for cut in [format!("{codec} in.log; {skippable} | head -c 11"), "head -c 11 in".into()] {
            directory.succeeds(&format!("{{ {cut}; }} >cut"));
            let reason = directory.fails("lognorm-mmap cut out", "cut");
            assert_eq!(reason, "unexpected end of compressed input", "{codec}");
        }
    }
    assert_eq!(directory.succeeds(&format!("{skippable} | lognorm-mmap")), "");
}

#[test]
fn blocks_that_several_threads_decode_come_out_in_order() {
    if !needs::program("xz") {
        return;
    }
    let (directory, patterns) = directory_with_parts();
    directory.succeeds("xz -c --block-size=10000 -T2 log >in");
    for threads in [1, 4] {
        directory.succeeds(&format!("lognorm-mmap --threads={threads} in out"));
        assert_same(&fs::read(directory.path("out")).unwrap(), &patterns, threads);
    }
}
