//! Compressed logs from a slow pipe: patterns come out as soon as their lines can be decoded.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use common::codec::{Codec, codecs};
use common::directory::{Directory, lognorm_mmap};
use common::oracle;
use common::text::{assert_same, log_lines, sample};
use proptest::collection::vec;

#[test]
fn lines_come_out_before_the_rest_of_their_member_comes_in() {
    let log = sample(vec(log_lines(), 1500)).concat();
    let expected = oracle::patterns(&log);
    // An xz archive is one block, and the decoder of lz4 cannot stop within a block. The blocks of
    // bzip2 are as small as possible, so that a short log has several.
    for (name, program) in [("gzip", "gzip -c"), ("zstd", "zstd -qc"), ("bzip2", "bzip2 -1c")] {
        if !codecs().any(|codec| codec.name == name) {
            continue;
        }
        let directory = Directory::with([]);
        fs::write(directory.path("in.log"), &log).unwrap();
        directory.succeeds(&format!("{program} in.log >in"));
        let archive = fs::read(directory.path("in")).unwrap();
        let mut command = lognorm_mmap();
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (first, rest) = archive.split_at(archive.len() * 9 / 10);
        let first = first.to_vec();
        // Written by another thread, because a pipe does not hold all of it.
        let writer = std::thread::spawn(move || {
            stdin.write_all(&first).unwrap();
            stdin
        });
        // If the program waits for more input, its time limit ends it, and the read fails.
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
            // If the program waits for more input, its time limit ends it, and there is no line.
            assert_eq!(patterns.next().expect(program).unwrap(), pattern, "{program}");
        }
        drop(stdin);
        assert!(child.wait().unwrap().success());
    }
}
