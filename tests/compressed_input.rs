//! Logs that are compressed: every format, in one member and in several, whole and damaged.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use common::codec::{Codec, codecs};
use common::folder::{Folder, LOG, PATTERNS, lognorm_mmap};
use common::text::{assert_same, log_lines, sample};
use common::{needs, oracle};
use proptest::collection::vec;

/// A log of some hundred kilobytes, without a newline at its end.
fn log() -> Vec<u8> {
    let lines = sample(vec(log_lines(), 400)).concat();
    assert!(lines.len() > 200_000, "{} bytes", lines.len());
    [lines, b"[the end] has no newline".to_vec()].concat()
}

/// A folder with [`log`] in `log`, and its first and second part, cut in the midst of a line, in
/// `part1` and `part2`.
fn folder_with_parts() -> (Folder, Vec<u8>) {
    let (log, folder) = (log(), Folder::with([]));
    let (part1, part2) = log.split_at(100_001);
    assert!(!part1.ends_with(b"\n"));
    for (name, bytes) in [("log", &log[..]), ("part1", part1), ("part2", part2)] {
        fs::write(folder.path(name), bytes).unwrap();
    }
    (folder, oracle::patterns(&log))
}

#[test]
fn every_format_gives_the_patterns_of_the_plain_log_whatever_it_is_called() {
    let (folder, patterns) = folder_with_parts();
    for Codec { name, program, .. } in codecs() {
        for make in [
            format!("{program} log >in"),
            format!("{{ {program} part1; {program} part2; }} >in"),
            format!("{{ {program} </dev/null; {program} log; {program} </dev/null; }} >in"),
        ] {
            folder.succeeds(&format!(
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
                assert_eq!(folder.succeeds(&format!("{{ {run}; }} >out")), "");
                let got = fs::read(folder.path("out")).unwrap();
                assert_same(&got, &patterns, (&make, run));
            }
        }
    }
}

#[test]
fn the_figures_name_the_format() {
    let folder = Folder::with([LOG]);
    for Codec { name, program, .. } in codecs() {
        let script = format!("{program} in.log | lognorm-mmap --stats=json 2>&1 >out");
        let stats: serde_json::Value = serde_json::from_str(&folder.succeeds(&script)).unwrap();
        assert_eq!(stats["input_format"], *name);
        // The plain text is what is counted.
        assert_eq!(stats["bytes_in"], LOG.1.len());
    }
}

#[test]
fn what_is_not_to_be_decompressed_is_a_log_as_it_is() {
    let folder = Folder::with([LOG]);
    for Codec { program, .. } in codecs() {
        folder.succeeds(&format!("{program} in.log >in"));
        folder.succeeds("lognorm-mmap --decompress=none in out");
        let patterns = oracle::patterns(&fs::read(folder.path("in")).unwrap());
        assert_same(&fs::read(folder.path("out")).unwrap(), &patterns, program);
    }
}

#[test]
fn an_empty_log_is_empty_in_every_format() {
    let folder = Folder::with([("empty.gz", "")]);
    assert_eq!(folder.succeeds("lognorm-mmap empty.gz"), "");
    assert_eq!(folder.succeeds("lognorm-mmap <empty.gz"), "");
    for Codec { name, program, .. } in codecs() {
        let script = format!("lognorm-mmap --decompress={name} empty.gz");
        assert_eq!(folder.succeeds(&script), "");
        assert_eq!(folder.succeeds(&format!("{program} </dev/null | lognorm-mmap")), "");
    }
}

#[track_caller]
fn assert_failure_wherever_it_was_cut(format: &str) {
    let folder = Folder::with([LOG, ("out", "Y Y Y\n")]);
    for Codec { name, program, .. } in codecs().filter(|codec| codec.name == format) {
        folder.succeeds(&format!("{{ {program} in.log; {program} in.log; }} >whole"));
        let whole = fs::read(folder.path("whole")).unwrap();
        let one = whole.len() / 2;
        for len in (1..whole.len()).filter(|&len| len != one) {
            fs::write(folder.path("in"), &whole[..len]).unwrap();
            let reason = folder.fails(&format!("lognorm-mmap --decompress={name} in out"), "in");
            // What is left of a signature can be that of something else.
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
    let (folder, _) = folder_with_parts();
    // The decoder of lz4 takes an end between two blocks for the end of all.
    for program in ["gzip -c", "zstd -qc", "xz -c", "bzip2 -1c", "lz4 -qc -B4 -BD", "lz4 -qc -B4"] {
        if !needs::program(program.split(' ').next().unwrap()) {
            continue;
        }
        folder.succeeds(&format!("{program} log >whole"));
        let whole = fs::read(folder.path("whole")).unwrap();
        let blocks = lz4_blocks(&whole).into_iter().filter(|_| program.starts_with("lz4"));
        let blocks: Vec<_> = blocks.collect();
        assert!(blocks.len() >= 3 || !program.starts_with("lz4"), "{blocks:?}");
        for len in (1..10).map(|part| whole.len() * part / 10).chain(blocks) {
            fs::write(folder.path("in"), &whole[..len]).unwrap();
            for run in ["lognorm-mmap in out", "cat in | lognorm-mmap - out"] {
                let path = if run.starts_with("cat") { "standard input" } else { "in" };
                let reason = folder.fails(run, path);
                assert_eq!(reason, "unexpected end of compressed input", "{program}, {len}");
            }
        }
    }
}

/// Where the blocks of an lz4 frame begin, as the lengths before them say.
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
    let (folder, _) = folder_with_parts();
    for Codec { name, program, .. } in codecs() {
        folder.succeeds(&format!("{program} log >whole"));
        let whole = fs::read(folder.path("whole")).unwrap();
        for position in [whole.len() / 3, whole.len() / 2, whole.len() - 3] {
            let mut damaged = whole.clone();
            damaged[position] ^= 0x55;
            fs::write(folder.path("in"), damaged).unwrap();
            let reason = folder.fails("lognorm-mmap in out", "in");
            let is_named = reason.starts_with(&format!("damaged {name} input: "));
            assert!(is_named || reason == "unexpected end of compressed input", "{name}: {reason}");
        }
    }
}

#[test]
fn garbage_behind_an_archive_is_a_failure_and_padding_is_not() {
    let folder = Folder::with([LOG]);
    let zeros = |count| format!("head -c {count} /dev/zero");
    for Codec { name, program, .. } in codecs() {
        let run = |tail: &str| format!("{{ {program} in.log; {tail}; }} >in; lognorm-mmap in");
        folder.succeeds(&run("true"));
        for tail in ["echo garbage", "printf 'B'", "cat in.log in.log", "printf '\\0\\0\\0\\0x'"] {
            folder.succeeds(&format!("{{ {program} in.log; {tail}; }} >in"));
            let reason = folder.fails("lognorm-mmap in out", "in");
            assert!(reason.contains(&format!("damaged {name} input")), "{name}, {tail}: {reason}");
        }
        for count in [1, 4, 512, 300_000] {
            let is_allowed = match *name {
                "gzip" => true,
                "xz" => count % 4 == 0,
                _ => false,
            };
            if is_allowed {
                assert_eq!(folder.succeeds(&run(&zeros(count))), PATTERNS, "{name}, {count}");
                let more = format!("{}; {program} in.log", zeros(count));
                assert_eq!(folder.succeeds(&run(&more)), PATTERNS.repeat(2), "{name}, {count}");
            } else {
                folder.succeeds(&format!("{{ {program} in.log; {}; }} >in", zeros(count)));
                folder.fails("lognorm-mmap in out", "in");
            }
        }
    }
}

#[test]
fn another_format_than_the_one_that_was_named_is_a_failure() {
    let folder = Folder::with([LOG]);
    for Codec { name, .. } in codecs() {
        let reason =
            folder.fails(&format!("lognorm-mmap --decompress={name} in.log out"), "in.log");
        assert!(reason.starts_with(&format!("damaged {name} input: ")), "{name}: {reason}");
    }
}

#[test]
fn frames_that_are_to_be_skipped_are() {
    let folder = Folder::with([LOG]);
    let skippable = r"printf '\120\052\115\030\005\000\000\000other'";
    for codec in ["zstd -qc", "lz4 -qc"] {
        if !needs::program(codec.split(' ').next().unwrap()) {
            continue;
        }
        let frame = format!("{skippable}; {codec} in.log; {skippable}");
        let script = format!("{{ {skippable}; {frame}; {frame}; }} >in; lognorm-mmap in");
        assert_eq!(folder.succeeds(&script), PATTERNS.repeat(2), "{codec}");
        for cut in [format!("{codec} in.log; {skippable} | head -c 11"), "head -c 11 in".into()] {
            folder.succeeds(&format!("{{ {cut}; }} >cut"));
            let reason = folder.fails("lognorm-mmap cut out", "cut");
            assert_eq!(reason, "unexpected end of compressed input", "{codec}");
        }
    }
    assert_eq!(folder.succeeds(&format!("{skippable} | lognorm-mmap")), "");
}

#[test]
fn a_zstd_frame_that_asks_for_too_much_memory_is_refused() {
    // Frames of no content, whose second byte of header says how far back they may refer: as a
    // power of two, less ten, in the upper five bits.
    let folder = Folder::with([]);
    let frame = |log: u8| [&[0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3], &[1, 0, 0][..]].concat();
    fs::write(folder.path("in"), frame(27)).unwrap();
    assert_eq!(folder.succeeds("lognorm-mmap in"), "");
    for log in [28, 31] {
        fs::write(folder.path("in"), frame(log)).unwrap();
        let reason = folder.fails("lognorm-mmap in out", "in");
        assert!(reason.contains("limit of 128 MiB"), "{reason}");
    }
}

#[test]
fn blocks_that_several_threads_decode_come_out_in_order() {
    if !needs::program("xz") {
        return;
    }
    let (folder, patterns) = folder_with_parts();
    folder.succeeds("xz -c --block-size=10000 -T2 log >in");
    for threads in [1, 4] {
        folder.succeeds(&format!("lognorm-mmap --threads={threads} in out"));
        assert_same(&fs::read(folder.path("out")).unwrap(), &patterns, threads);
    }
}

#[test]
fn what_can_be_decoded_comes_out_before_the_rest_of_a_member_comes_in() {
    let log = sample(vec(log_lines(), 1500)).concat();
    let expected = oracle::patterns(&log);
    // An archive of xz is one block, and lz4 cannot be stopped within one. A block of bzip2 is
    // the smallest that there is, so that a short log has several.
    for (name, program) in [("gzip", "gzip -c"), ("zstd", "zstd -qc"), ("bzip2", "bzip2 -1c")] {
        if !codecs().any(|codec| codec.name == name) {
            continue;
        }
        let folder = Folder::with([]);
        fs::write(folder.path("in.log"), &log).unwrap();
        folder.succeeds(&format!("{program} in.log >in"));
        let archive = fs::read(folder.path("in")).unwrap();
        let mut command = lognorm_mmap();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (first, rest) = archive.split_at(archive.len() * 9 / 10);
        let first = first.to_vec();
        // Read at the same time, for a pipe does not take it all.
        let writer = std::thread::spawn(move || {
            stdin.write_all(&first).unwrap();
            stdin
        });
        // The program is stopped if it waits for more, and then there are no more.
        let mut patterns = vec![0; expected.len() / 3];
        stdout.read_exact(&mut patterns).expect(name);
        let mut stdin = writer.join().unwrap();
        stdin.write_all(rest).unwrap();
        drop(stdin);
        stdout.read_to_end(&mut patterns).unwrap();
        assert_same(&patterns, &expected, name);
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn a_member_comes_out_before_the_next_one_comes_in() {
    for Codec { program, .. } in codecs() {
        let mut command = lognorm_mmap();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut patterns = BufReader::new(stdout).lines();
        for (line, pattern) in [("one", "Y"), ("one two", "Y Y"), ("[three]", "[X]")] {
            let script = format!("echo '{line}' | {program}");
            let member = Command::new("sh").args(["-c", &script]).output().unwrap();
            stdin.write_all(&member.stdout).unwrap();
            // The program is stopped if it waits for more, and then there is no line.
            assert_eq!(patterns.next().expect(program).unwrap(), pattern, "{program}");
        }
        drop(stdin);
        assert!(child.wait().unwrap().success());
    }
}
