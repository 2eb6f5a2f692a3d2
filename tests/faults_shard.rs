//! Faults of inputs that are to be cut into parts: what cannot be cut, wrong sizes, changes.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::Read;
use std::process::{Output, Stdio};

use common::codec::codecs;
use common::directory::{Directory, LOG, PATTERNS, utf8};
use common::statx;

#[test]
fn an_input_that_cannot_be_cut_is_refused() {
    let directory = Directory::with([LOG, ("utf16", "")]);
    fs::write(directory.path("utf16"), b"\xff\xfea\0\n\0b\0\n\0").unwrap();
    for codec in codecs() {
        directory.succeeds(&format!("{} in.log >packed", codec.program));
        let reason = directory.fails("lognorm-mmap --shard 1/2 packed out", "packed");
        assert!(reason.starts_with("cannot be cut into parts: it is compressed"), "{reason}");
        // As it is, it has lines like any other file.
        let whole = directory.run("lognorm-mmap --decompress none packed").stdout;
        let parts = "for i in 1 2 3; do lognorm-mmap --decompress none --shard $i/3 packed; done";
        assert_eq!(directory.run(parts).stdout, whole, "{}", codec.name);
    }
    directory.succeeds("mkfifo fifo; mkdir d");
    for (input, path, part) in [
        ("fifo", "fifo", "no regular file"),
        ("--no-mmap fifo", "fifo", "no regular file"),
        ("/dev/zero", "/dev/zero", "no regular file"),
        ("utf16", "utf16", "UTF-16LE"),
        ("--decompress gzip in.log", "in.log", "compressed"),
        ("/proc/self/status", "/proc/self/status", "size"),
        ("d", "d", "Is a directory"),
        ("missing", "missing", "No such file"),
    ] {
        let reason = directory.fails(&format!("lognorm-mmap --shard 2/2 {input} out"), path);
        assert!(reason.contains(part), "{input}: {reason}");
    }
    for input in ["- <in.log", "<in.log", "/dev/stdin <in.log", "--known in.log <in.log"] {
        let Output { status, stdout, stderr } =
            directory.run(&format!("lognorm-mmap --shard 1/2 {input}"));
        let message = utf8(stderr);
        assert_eq!((status.code(), stdout), (Some(2), vec![]), "{input}: {message}");
        assert!(message.contains("standard input cannot be cut into parts"), "{message}");
        // One part is not cut.
        if !input.contains("--known") {
            assert_eq!(directory.succeeds(&format!("lognorm-mmap --shard 1/1 {input}")), PATTERNS);
        }
    }
}

#[test]
fn a_wrong_size_loses_nothing() {
    if !statx::can_be_changed() {
        return;
    }
    let directory = Directory::with([("in", LOG.1)]);
    let (path, len) = (directory.path("in"), LOG.1.len() as u64);
    for size in [1, 5, 20, len - 1, len + 1, 64, 5000] {
        let strace = statx::with_size(&path, size, "");
        for options in ["", "--no-mmap"] {
            for count in [2, 3] {
                let run = format!("{strace} lognorm-mmap {options} --shard $i/{count} in");
                let script = format!("for i in $(seq {count}); do {run} || exit; done");
                assert_eq!(directory.succeeds(&script), PATTERNS, "{size}: {options} {count}");
            }
        }
    }
}

#[test]
fn a_change_is_noticed_and_lines_that_are_appended_are_not_read() {
    const LINES: usize = 200_000;
    for options in ["", "--no-mmap"] {
        for (part, change) in [
            (1, "echo more >>in.log"),
            (2, "echo more >>in.log"),
            (2, "truncate --size=100 in.log"),
        ] {
            let directory = Directory::with([("in.log", &*"a line\n".repeat(LINES))]);
            let run = "lognorm-mmap --threads=1 --chunk-size=4KiB";
            let script = format!("{run} {options} --shard {part}/2 in.log");
            let mut command = directory.command(&script);
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
            directory.succeeds(change);
            let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
            let result = (status.code(), utf8(stderr));
            if change.starts_with("echo") {
                assert_eq!(result, (Some(0), String::new()), "{script}: {change}");
                assert!(stdout == "Y Y\n".repeat(LINES / 2).as_bytes()[1..], "{script}");
            } else {
                let message = "lognorm-mmap: in.log: input changed while it was read\n";
                assert_eq!(result, (Some(1), message.into()), "{script}");
            }
        }
    }
}
