//! Inputs that are far larger than the memory that a run may take. They are a tenth or a hundredth
//! of the size in the list of faults, unless `LOGNORM_FULL_SIZE` is set.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Output, Stdio};
use std::thread::scope;
use std::time::Instant;

use common::big::full_size;
use common::codec::codecs;
use common::directory::{Directory, utf8};
use common::needs;

/// The memory that a run takes for any input: the program, and the chunks in flight.
const BASE_MEMORY: u64 = 48 << 20;

/// A large `in.log`, and the output that is expected: `count` times `byte`, and a newline unless
/// `byte` is one.
struct Large<'a> {
    /// The shell script that makes the log.
    script: &'a str,
    longest_line: u64,
    byte: u8,
    count: u64,
}

/// Asserts that the output is right and that memory is bounded: by the longest line and its pattern
/// or, where the line is read and not mapped, by three times the line and its pattern, because the
/// buffer of the line grows by doubling. `ways_in` are the arguments that name the log.
#[track_caller]
fn assert_bounded(large: &Large, ways_in: &[&str]) {
    let Large { script, longest_line, byte, count } = *large;
    let directory = Directory::with([]);
    directory.succeeds(script);
    for way_in in ways_in {
        let start = Instant::now();
        let run = format!("lognorm-mmap --threads=4 --stats=json {way_in}");
        let mut command = directory.command(&run);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::with_capacity(1 << 20, child.stdout.take().unwrap());
        let (mut same, mut rest) = (0, Vec::new());
        let block = vec![byte; 1 << 20];
        let Output { status, stderr, .. } = scope(|scope| {
            let child = scope.spawn(|| child.wait_with_output().unwrap());
            loop {
                let piece = stdout.fill_buf().unwrap();
                let is_same = piece == &block[..piece.len()];
                let count_same = || piece.iter().take_while(|&&it| it == byte).count();
                let len = if is_same { piece.len() } else { count_same() };
                if len == 0 {
                    break;
                }
                same += len as u64;
                stdout.consume(len);
            }
            stdout.read_to_end(&mut rest).unwrap();
            child.join().unwrap()
        });
        let message = utf8(stderr);
        assert_eq!(status.code(), Some(0), "{way_in}: {script}: {message}");
        let end: &[u8] = if byte == b'\n' { b"" } else { b"\n" };
        assert_eq!((same, &*rest), (count, end), "{way_in}: {script}");

        let stats: serde_json::Value = serde_json::from_str(&message).unwrap();
        let peak = stats["peak_resident_bytes"].as_u64().unwrap();
        // By the word rules, a token is in the output until it is known to be a value.
        let is_by_words = way_in.contains("--rules=words");
        let pattern = if is_by_words { longest_line } else { count.min(longest_line) };
        let times = if stats["source"] == "mapped" { 1 } else { 3 };
        let max = BASE_MEMORY + times * longest_line + pattern;
        let figures = format!("{peak} bytes of memory, {max} at most, {:.1?}", start.elapsed());
        println!("{way_in}: {script}: {figures}");
        assert!(peak < max, "{way_in}: {script}: {figures}");
    }
}

/// Returns `full`, or a `part`-th of it unless full sizes are asked for.
fn sized(full: u64, part: u64) -> u64 {
    if full_size() { full } else { full / part }
}

#[test]
fn one_line_of_two_gigabytes() {
    let size = sized(2 << 30, 10);
    let script = format!("head -c {size} /dev/zero | tr '\\0' a >in.log");
    let large = Large { script: &script, longest_line: size, byte: b'Y', count: 1 };
    assert_bounded(&large, &["in.log", "--no-mmap in.log"]);
}

/// By the word rules: a word, and a token that is a value because of its last byte.
#[test]
fn one_token_of_a_gigabyte() {
    let size = sized(1 << 30, 10);
    let word = format!("head -c {size} /dev/zero | tr '\\0' x >in.log");
    let value = format!("{word}; printf 7 >>in.log");
    let word = Large { script: &word, longest_line: size, byte: b'x', count: size };
    let value = Large { script: &value, longest_line: size, byte: b'*', count: 1 };
    for large in [word, value] {
        assert_bounded(&large, &["--rules=words in.log", "--rules=words --no-mmap in.log"]);
    }
}

#[test]
fn a_hundred_million_openers_on_a_line() {
    let size = sized(100_000_000, 10);
    let script = format!("yes '(' | tr -d '\\n' | head -c {size} >in.log");
    let large = Large { script: &script, longest_line: size, byte: b'(', count: size };
    assert_bounded(&large, &["in.log", "--no-mmap in.log", "--rules=words in.log"]);
}

#[test]
fn a_gigabyte_of_empty_lines() {
    let size = sized(1 << 30, 5);
    let script = format!("yes '' | head -c {size} >in.log");
    let large = Large { script: &script, longest_line: 0, byte: b'\n', count: size };
    assert_bounded(&large, &["in.log", "--no-mmap in.log", "- <in.log"]);
}

#[test]
fn a_sparse_file_of_eight_gigabytes() {
    let size = sized(8 << 30, 100);
    let script = format!("truncate --size={size} in.log");
    // The file is one line. At full size, reading it takes more memory than most machines have.
    let ways_in: &[&str] = if full_size() { &["in.log"] } else { &["in.log", "--no-mmap in.log"] };
    let large = Large { script: &script, longest_line: size, byte: 0, count: size };
    assert_bounded(&large, ways_in);
}

#[test]
fn an_archive_of_far_more_than_it_seems() {
    let size = sized(2 << 30, 20);
    for codec in codecs().filter(|codec| ["gzip", "zstd", "lz4"].contains(&codec.name)) {
        let lines = format!("yes '' | head -c {size} | {} >in.log", codec.program);
        let lines = Large { script: &lines, longest_line: 0, byte: b'\n', count: size };
        assert_bounded(&lines, &["in.log", "- <in.log"]);
    }
}

#[test]
fn an_archive_of_one_line_that_is_far_longer_than_it_seems() {
    let size = sized(2 << 30, 20);
    if needs::program("gzip") {
        let line = format!("head -c {size} /dev/zero | tr '\\0' a | gzip -c >in.log");
        let line = Large { script: &line, longest_line: size, byte: b'Y', count: 1 };
        assert_bounded(&line, &["in.log"]);
    }
}

#[test]
fn patterns_that_are_all_different_on_many_threads() {
    // No rule changes these lines, so each is its own pattern. Without a limit on the chunks in
    // flight that are counted, 64 threads take more.
    const MAX: u64 = 110 << 20;
    let lines = (0..2_000_000_u32).flat_map(|line| {
        let digit = |at: u32| b"-.,:;=+*/|%&$#!@"[(line >> (4 * at)) as usize % 16];
        [digit(5), digit(4), digit(3), digit(2), digit(1), digit(0), b'\n']
    });
    let directory = Directory::with([]);
    fs::write(directory.path("in.log"), lines.collect::<Vec<_>>()).unwrap();
    let script = "lognorm-mmap --threads=64 --chunk-size=64KiB --stats=json in.log \
                  --patterns p.tsv --max-patterns=1000";
    let Output { status, stderr, .. } = directory.run(script);
    let message = utf8(stderr);
    assert!(status.success(), "{message}");
    let stats = message.lines().find(|line| line.starts_with('{')).unwrap();
    let stats: serde_json::Value = serde_json::from_str(stats).unwrap();
    let peak = stats["peak_resident_bytes"].as_u64().unwrap();
    println!("{peak} bytes of memory, {MAX} at most");
    assert!(peak < MAX, "{stats}");
}
