//! Compressed logs that were cut or damaged, or are followed by other bytes: always a failure.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::codec::{Codec, codecs};
use common::directory::{Directory, LOG, PATTERNS};
use common::needs;
use common::parts::directory_with_parts;

#[track_caller]
fn assert_failure_wherever_it_was_cut(format: &str) {
    let directory = Directory::with([LOG, ("out", "Y Y Y\n")]);
    for Codec { name, program, .. } in codecs().filter(|codec| codec.name == format) {
        directory.succeeds(&format!("{{ {program} in.log; {program} in.log; }} >whole"));
        let whole = fs::read(directory.path("whole")).unwrap();
        let one = whole.len() / 2;
        for len in (1..whole.len()).filter(|&len| len != one) {
            fs::write(directory.path("in"), &whole[..len]).unwrap();
            let reason = directory.fails(&format!("lognorm-mmap --decompress={name} in out"), "in");
            // Part of a signature may be the beginning of another format.
            let has_signature = len % one >= 10;
            let is_named = reason == "unexpected end of compressed input";
            assert!(is_named || !has_signature, "{name}, {len} of {}: {reason}", whole.len());
        }
    }
}

#[test]
fn a_gzip_archive_that_was_cut_anywhere_is_a_failure() {
    assert_failure_wherever_it_was_cut("gzip");
}

#[test]
fn a_zstd_archive_that_was_cut_anywhere_is_a_failure() {
    assert_failure_wherever_it_was_cut("zstd");
}

#[test]
fn an_xz_archive_that_was_cut_anywhere_is_a_failure() {
    assert_failure_wherever_it_was_cut("xz");
}

#[test]
fn a_bzip2_archive_that_was_cut_anywhere_is_a_failure() {
    assert_failure_wherever_it_was_cut("bzip2");
}

#[test]
fn an_lz4_archive_that_was_cut_anywhere_is_a_failure() {
    assert_failure_wherever_it_was_cut("lz4");
}

#[test]
fn a_long_archive_that_was_cut_is_a_failure() {
    let (directory, _) = directory_with_parts();
    // The decoder of lz4 takes the end of the input between two blocks for the end of the frame.
    for program in ["gzip -c", "zstd -qc", "xz -c", "bzip2 -1c", "lz4 -qc -B4 -BD", "lz4 -qc -B4"] {
        if !needs::program(program.split(' ').next().unwrap()) {
            continue;
        }
        directory.succeeds(&format!("{program} log >whole"));
        let whole = fs::read(directory.path("whole")).unwrap();
        let blocks = lz4_blocks(&whole).into_iter().filter(|_| program.starts_with("lz4"));
        let blocks: Vec<_> = blocks.collect();
        assert!(blocks.len() >= 3 || !program.starts_with("lz4"), "{blocks:?}");
        for len in (1..10).map(|part| whole.len() * part / 10).chain(blocks) {
            fs::write(directory.path("in"), &whole[..len]).unwrap();
            for run in ["lognorm-mmap in out", "cat in | lognorm-mmap - out"] {
                let path = if run.starts_with("cat") { "standard input" } else { "in" };
                let reason = directory.fails(run, path);
                assert_eq!(reason, "unexpected end of compressed input", "{program}, {len}");
            }
        }
    }
}

/// Returns the positions of the blocks of an lz4 frame, calculated from the lengths before them.
fn lz4_blocks(frame: &[u8]) -> Vec<usize> {
    let has_content_size = frame[4] & 8 != 0;
    let mut positions = vec![if has_content_size { 15 } else { 7 }];
    while let Some(header) = frame.get(positions[positions.len() - 1]..).filter(|it| it.len() > 4) {
        let len = u32::from_le_bytes([header[0], header[1], header[2], header[3] & 0x7f]);
        if len == 0 || len as usize > frame.len() {
            break;
        }
        positions.push(positions[positions.len() - 1] + 4 + len as usize);
    }
    positions
}

#[test]
fn a_damaged_archive_is_a_failure() {
    let (directory, _) = directory_with_parts();
    for Codec { name, program, .. } in codecs() {
        directory.succeeds(&format!("{program} log >whole"));
        let whole = fs::read(directory.path("whole")).unwrap();
        for position in [whole.len() / 3, whole.len() / 2, whole.len() - 3] {
            let mut damaged = whole.clone();
            damaged[position] ^= 0x55;
            fs::write(directory.path("in"), damaged).unwrap();
            let reason = directory.fails("lognorm-mmap in out", "in");
            let is_named = reason.starts_with(&format!("damaged {name} input: "));
            assert!(is_named || reason == "unexpected end of compressed input", "{name}: {reason}");
        }
    }
}

#[test]
fn garbage_after_an_archive_is_a_failure_and_padding_is_not() {
    let directory = Directory::with([LOG]);
    let zeros = |count| format!("head -c {count} /dev/zero");
    for Codec { name, program, .. } in codecs() {
        let run = |tail: &str| format!("{{ {program} in.log; {tail}; }} >in; lognorm-mmap in");
        directory.succeeds(&run("true"));
        for tail in ["echo garbage", "printf 'B'", "cat in.log in.log", "printf '\\0\\0\\0\\0x'"] {
            directory.succeeds(&format!("{{ {program} in.log; {tail}; }} >in"));
            let reason = directory.fails("lognorm-mmap in out", "in");
            assert!(reason.contains(&format!("damaged {name} input")), "{name}, {tail}: {reason}");
        }
        for count in [1, 4, 512, 300_000] {
            let is_allowed = match *name {
                "gzip" => true,
                "xz" => count % 4 == 0,
                _ => false,
            };
            if is_allowed {
                assert_eq!(directory.succeeds(&run(&zeros(count))), PATTERNS, "{name}, {count}");
                let more = format!("{}; {program} in.log", zeros(count));
                assert_eq!(directory.succeeds(&run(&more)), PATTERNS.repeat(2), "{name}, {count}");
            } else {
                directory.succeeds(&format!("{{ {program} in.log; {}; }} >in", zeros(count)));
                directory.fails("lognorm-mmap in out", "in");
            }
        }
    }
}

#[test]
fn a_format_other_than_the_named_one_is_a_failure() {
    let directory = Directory::with([LOG]);
    for Codec { name, .. } in codecs() {
        let reason =
            directory.fails(&format!("lognorm-mmap --decompress={name} in.log out"), "in.log");
        assert!(reason.starts_with(&format!("damaged {name} input: ")), "{name}: {reason}");
    }
}

#[test]
fn a_zstd_frame_that_asks_for_too_much_memory_is_refused() {
    // Empty frames. The second byte of the header has the size of the window: as a power of two,
    // less ten, in the upper five bits.
    let directory = Directory::with([]);
    let frame = |log: u8| [&[0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3], &[1, 0, 0][..]].concat();
    fs::write(directory.path("in"), frame(27)).unwrap();
    assert_eq!(directory.succeeds("lognorm-mmap in"), "");
    for log in [28, 31] {
        fs::write(directory.path("in"), frame(log)).unwrap();
        let reason = directory.fails("lognorm-mmap in out", "in");
        assert!(reason.contains("limit of 128 MiB"), "{reason}");
    }
}
