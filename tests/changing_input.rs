//! Inputs that another process appends to, replaces or rewrites while they are read.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::Read;
use std::process::{Output, Stdio};

use common::directory::{Directory, utf8};
use common::statx;

/// The ways to give the input: the arguments, and its name in messages.
const WAYS_IN: [(&str, &str); 3] =
    [("in.log", "in.log"), ("--no-mmap in.log", "in.log"), ("<in.log", "standard input")];

/// The number of lines. Their patterns do not fit into a pipe, so the program waits for its reader.
const LINES: usize = 200_000;

/// Runs with small chunks, does `change` as soon as the first byte has come out, and returns the
/// rest of the output.
fn run_during(way_in: &str, change: &str) -> Output {
    let directory = Directory::with([("in.log", &*"a line\n".repeat(LINES))]);
    let script = format!("lognorm-mmap --threads=1 --chunk-size=4KiB {way_in}");
    let mut command = directory.command(&script);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    directory.succeeds(change);
    child.wait_with_output().unwrap()
}

#[test]
fn the_lines_from_the_start_come_out() {
    let expected = &"Y Y\n".repeat(LINES)[1..];
    for change in ["echo more >>in.log", "echo other >new.log; mv new.log in.log", "rm in.log"] {
        for (way_in, _) in WAYS_IN {
            let Output { status, stdout, stderr } = run_during(way_in, change);
            assert_eq!((status.code(), utf8(stderr)), (Some(0), String::new()), "{way_in}");
            assert!(stdout == expected.as_bytes(), "{way_in}: {} bytes, {change}", stdout.len());
        }
    }
}

#[test]
fn an_input_that_was_rewritten_is_a_failure() {
    for change in ["touch --date=@0 in.log", "truncate --size=100 in.log"] {
        for (way_in, input) in WAYS_IN {
            // Bytes that were removed from a mapped file cannot be read at all.
            if change.starts_with("truncate") && way_in == WAYS_IN[0].0 {
                continue;
            }
            let Output { status, stderr, .. } = run_during(way_in, change);
            let message = format!("lognorm-mmap: {input}: input changed while it was read\n");
            assert_eq!((status.code(), utf8(stderr)), (Some(1), message), "{way_in}: {change}");
        }
    }
}

#[test]
fn a_log_that_is_being_appended_to_at_the_end_has_not_changed() {
    if !statx::can_be_changed() {
        return;
    }
    // The kernel sets the modification time first, and the size after it has written.
    for (way_in, _) in WAYS_IN {
        let directory = Directory::with([("in.log", &*"a line\n".repeat(LINES))]);
        let path = directory.path("in.log");
        let size = fs::metadata(&path).unwrap().len();
        // The second check of each thread: the driving thread makes it after its last write, and
        // that of the main thread is the last of all.
        let strace = statx::with_size(&path, size, ":when=2");
        let script = format!("{strace} lognorm-mmap --threads=1 --chunk-size=16MiB {way_in}");
        let mut command = directory.command(&script);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        directory.succeeds("echo more >>in.log");
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        assert_eq!((status.code(), utf8(stderr)), (Some(0), String::new()), "{way_in}");
        assert!(stdout == "Y Y\n".repeat(LINES).as_bytes()[1..], "{way_in}");
        let changed = directory.read("trace").matches("INJECTED").count();
        assert!(changed >= 1, "{way_in}: {}", directory.read("trace"));
    }
}
