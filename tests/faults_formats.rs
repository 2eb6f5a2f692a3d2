//! Inputs in formats that are recognised and refused.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::process::Stdio;

use common::codec::codecs;
use common::directory::{Directory, LOG, PATTERNS, lognorm_mmap};
use common::{needs, oracle};

/// First bytes, and the beginning of the message about them.
const UNSUPPORTED: [(&[u8], &str); 14] = [
    (b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0", "an lzma file"),
    (b"\x5d\0\0\0\x04\x0a\0\0\0\0\0\0\0\0", "an lzma file"),
    (b"\x1f\x9d\x90", "a file that compress wrote"),
    (b"LZIP\x01\x0c", "an lzip file"),
    (b"LZIP\x01\xb5", "an lzip file"),
    (b"\x02\x21\x4c\x18", "an lz4 file in the legacy format"),
    (b"\x89LZO\0\r\n\x1a\n", "an lzop file"),
    (b"\xff\x06\0\0sNaPpY", "a Snappy file"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"PK\x07\x08PK\x03\x04", "a zip archive"),
    (b"7z\xbc\xaf\x27\x1c\0\x04", "a 7-Zip archive"),
    (b"Rar!\x1a\x07\0", "a RAR archive"),
    (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
];

/// The ways to give `in`, and its name in messages.
const WAYS_IN: [(&str, &str); 5] = [
    ("lognorm-mmap in out", "in"),
    ("lognorm-mmap --no-mmap in out", "in"),
    ("lognorm-mmap - out <in", "standard input"),
    ("cat in | lognorm-mmap - out", "standard input"),
    ("lognorm-mmap -t dir in", "in"),
];

/// Asserts that `in` is refused in every way with a message that begins with `what`, and is read as
/// it is with `--decompress=none`. Returns the message.
#[track_caller]
fn assert_is_refused(directory: &Directory, what: &str) -> String {
    let mut reason = String::new();
    for (run, path) in WAYS_IN {
        reason = directory.fails(run, path);
        assert!(reason.starts_with(what) && reason.contains("which is not read; "), "{reason}");
        assert!(reason.contains("--decompress none"), "{reason}");
    }
    let patterns = oracle::patterns(&fs::read(directory.path("in")).unwrap());
    for run in ["in as-it-is", "--no-mmap in as-it-is", "- as-it-is <in"] {
        directory.succeeds(&format!("lognorm-mmap --decompress=none {run}"));
        assert_eq!(fs::read(directory.path("as-it-is")).unwrap(), patterns, "{run}");
    }
    fs::remove_file(directory.path("as-it-is")).unwrap();
    reason
}

fn directory() -> Directory {
    let directory = Directory::with([LOG, ("out", "Y Y\n")]);
    directory.succeeds("mkdir dir");
    directory
}

#[test]
fn formats_that_are_not_supported_are_named_and_refused() {
    let directory = directory();
    for (signature, what) in UNSUPPORTED {
        fs::write(directory.path("in"), [signature, b"and more\n"].concat()).unwrap();
        assert_is_refused(&directory, what);
    }
}

#[test]
fn files_of_other_programs_are_named_and_refused() {
    let directory = directory();
    for (program, make, what, advice) in [
        ("xz", "xz --format=lzma -c in.log >in", "an lzma file", "`unlzma -c`"),
        ("xz", "xz --format=lzma -9ec <in.log >in", "an lzma file", "`unlzma -c`"),
        ("lz4", "lz4 -lqc in.log >in", "an lz4 file in the legacy format", "`lz4 -dc`"),
    ] {
        if needs::program(program) {
            directory.succeeds(make);
            let reason = assert_is_refused(&directory, what);
            assert!(reason.contains(advice), "{make}: {reason}");
        }
    }
}

#[test]
fn files_compressed_twice_are_named_and_refused() {
    let directory = directory();
    for outer in codecs() {
        for inner in codecs() {
            directory.succeeds(&format!("{} in.log | {} >in", inner.program, outer.program));
            let what = format!("{} data compressed with {}", inner.name, outer.name);
            let reason = directory.fails("lognorm-mmap in out", "in");
            assert!(reason.starts_with(&what), "{what}: {reason}");
            // The advice of the message.
            let piped = directory.succeeds(&format!("{} <in | lognorm-mmap", outer.reverse));
            assert_eq!(piped, PATTERNS, "{what}");
        }
        fs::write(directory.path("packed"), UNSUPPORTED[0].0).unwrap();
        directory.succeeds(&format!("{} packed >in; rm packed", outer.program));
        let what = format!("an lzma file (.lzma) compressed with {}", outer.name);
        assert_is_refused(&directory, &what);
        let reason = directory.fails(&format!("lognorm-mmap --decompress={} in", outer.name), "in");
        assert!(reason.starts_with(&what), "{what}: {reason}");
    }
}

#[test]
fn a_line_that_could_begin_an_archive_is_not_held_back() {
    let long = [&[b'0'; 400][..], b"\n"].concat();
    for (signature, what) in UNSUPPORTED {
        // The line ends before the byte that decides.
        let line = [&signature[..2], b"\n"].concat();
        assert_gives_a_pattern_at_once(&line, what);
    }
    for line in [&b"\xff\n"[..], b"\xef\xbb\n", b"LZIP\n", b"PK\n", b"\x89LZO\0\n", &long] {
        assert_gives_a_pattern_at_once(line, "a line");
    }
}

/// Asserts that the pattern of `line` comes out before more is written to the program.
#[track_caller]
fn assert_gives_a_pattern_at_once(line: &[u8], what: &str) {
    let mut command = lognorm_mmap();
    command.arg("--quiet").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    stdin.write_all(line).unwrap();
    let expected = oracle::patterns(line);
    let mut pattern = vec![0; expected.len()];
    stdout.read_exact(&mut pattern).expect(what);
    assert_eq!(pattern, expected, "{what}");
    drop(stdin);
    assert!(child.wait().unwrap().success(), "{what}");
}
