//! Names with a meaning: those of standard streams, and extensions of compressed files.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Output, Stdio};

use common::directory::{BINARY, Directory, LOG, PATTERNS, utf8};
use common::needs;
use common::running::Running;

const STDIN: [&str; 4] = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];
const STDOUT: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// Runs `command`, which becomes the program, with pipes that belong to the user who runs the
/// tests.
fn pipe_through(command: &mut Command) -> (Option<i32>, String, String) {
    let command = command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    // It may end without reading.
    let _ = child.stdin.take().unwrap().write_all(LOG.1.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    (status.code(), utf8(stdout), utf8(stderr))
}

#[test]
fn standard_streams_have_names_that_another_user_can_use_too() {
    if !(needs::root() && needs::program("setpriv")) {
        return;
    }
    for (stdin, stdout) in STDIN.into_iter().zip(STDOUT) {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", BINARY, stdin, stdout]);
        assert_eq!(
            pipe_through(&mut command),
            (Some(0), PATTERNS.into(), String::new()),
            "{stdin}"
        );
    }
}

#[test]
fn standard_streams_have_names_without_proc() {
    if !(needs::root() && needs::program("unshare") && needs::program("setpriv")) {
        return;
    }
    let become_user = "exec setpriv --reuid=65534 --regid=65534 --clear-groups";
    let unshared = |arguments: &str| {
        let script = format!("mount -t tmpfs none /proc && {become_user} {BINARY} {arguments}");
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", &script]);
        command
    };
    let is_possible = Command::new("unshare").args(["--mount", "true"]).status().unwrap().success();
    if !needs::needed(is_possible, "there are no namespaces of mounts") {
        return;
    }
    for (stdin, stdout) in STDIN.into_iter().zip(STDOUT) {
        let run = &mut unshared(&format!("{stdin} {stdout}"));
        assert_eq!(pipe_through(run), (Some(0), PATTERNS.into(), String::new()), "{stdin}");
        let run = &mut unshared(&format!("{stdin} --patterns {stdout}"));
        let (code, catalogue, message) = pipe_through(run);
        assert_eq!((code, &*message), (Some(0), ""), "{stdin}");
        assert!(catalogue.contains("lines=2"), "{catalogue}");
    }
}

#[test]
fn standard_streams_have_names_where_they_are_sockets() {
    for (stdin, stdout) in STDIN.into_iter().zip(STDOUT) {
        let directory = Directory::with([]);
        let (mut input, there) = UnixStream::pair().unwrap();
        let (mut output, back) = UnixStream::pair().unwrap();
        let mut command = directory.process(&format!("exec lognorm-mmap {stdin} {stdout}"));
        command.stdin(OwnedFd::from(there)).stdout(OwnedFd::from(back));
        let program = Running::start(&mut command);
        drop(command);
        input.write_all(LOG.1.as_bytes()).unwrap();
        input.shutdown(Shutdown::Both).unwrap();
        let mut patterns = String::new();
        output.read_to_string(&mut patterns).unwrap();
        let (status, message) = program.end();
        assert_eq!((status.code(), &*message, &*patterns), (Some(0), "", PATTERNS), "{stdin}");
    }
}

#[test]
fn the_names_of_a_stream_are_the_same_everywhere() {
    let directory = Directory::with([LOG]);
    directory.succeeds("mkdir out; lognorm-mmap in.log --patterns p.tsv; ln -s /dev/stdout link");
    let catalogue = directory.read("p.tsv");
    for (stdin, stdout) in STDIN.into_iter().zip(STDOUT) {
        // From the position of the descriptor, not from the beginning.
        let rest = format!("{{ read line; lognorm-mmap {stdin} {stdout}; }} <in.log");
        assert_eq!(directory.succeeds(&rest), "Y [X]\n", "{rest}");
        for script in [
            format!("lognorm-mmap {stdin} --patterns {stdout} <in.log"),
            format!("lognorm-mmap patterns merge {stdin} -o {stdout} <p.tsv"),
        ] {
            assert_eq!(directory.succeeds(&script), catalogue, "{script}");
        }
        let known = format!("lognorm-mmap in.log {stdout} --known {stdin} <p.tsv");
        assert_eq!(directory.succeeds(&known), "", "{known}");
        directory.succeeds(&format!("lognorm-mmap patterns diff p.tsv {stdin} <p.tsv"));
        for (script, code, reason) in [
            (format!("lognorm-mmap -t out in.log {stdin} <in.log"), 2, "has no name"),
            (format!("lognorm-mmap {stdin} --known /dev/stdin <p.tsv"), 2, "both standard input"),
            (format!("lognorm-mmap in.log - --patterns {stdout}"), 2, "are the same"),
            (format!("lognorm-mmap {stdin} <&-"), 1, "standard input: Bad file descriptor"),
            (format!("lognorm-mmap in.log {stdout} >&-"), 1, "standard output: Bad file desc"),
        ] {
            let Output { status, stderr, .. } = directory.run(&script);
            let message = utf8(stderr);
            assert!(status.code() == Some(code) && message.contains(reason), "{script}: {message}");
        }
    }
    assert_eq!(
        directory.succeeds("lognorm-mmap in.log link | cat; readlink link"),
        format!("{PATTERNS}/dev/stdout\n")
    );
    // Any other descriptor is a file.
    directory.succeeds("lognorm-mmap in.log /dev/fd/3 3>three");
    assert_eq!(directory.read("three"), PATTERNS);
    assert_eq!(directory.succeeds("lognorm-mmap /dev/fd/3 3<in.log"), PATTERNS);
}

#[test]
fn a_name_that_promises_what_is_not_written_is_wrong_usage() {
    let directory = Directory::with([LOG]);
    for (name, format) in [
        ("out.log.xz", "xz"),
        ("out.XZ", "xz"),
        ("out.bz2", "bzip2"),
        ("out.lz4", "lz4"),
        ("out.lzma", "lzma"),
        ("out.lz", "lzip"),
        ("out.Z", "compress"),
        ("out.zip", "zip"),
        ("out.7z", "7z"),
        ("out.tgz", "tar"),
        ("out.tar.gz", "tar"),
    ] {
        let Output { status, stderr, .. } = directory.run(&format!("lognorm-mmap in.log {name}"));
        let message = utf8(stderr);
        assert_eq!((status.code(), directory.names().len()), (Some(2), 1), "{name}: {message}");
        let expected = format!(
            "error: cannot write {format} to {name}; \
             name it .gz or .zst, or write plain text with --compress none\n"
        );
        assert!(message.starts_with(&expected), "{name}: {message}");
        directory.succeeds(&format!("lognorm-mmap --compress none in.log {name}"));
        assert_eq!(directory.read(name), PATTERNS);
        directory.succeeds(&format!("rm {name}"));
    }
    // The extension of an input is ignored.
    directory.succeeds("cp in.log in.xz; lognorm-mmap in.xz out");
}

#[test]
fn extensions_are_extensions_in_any_case() {
    let directory = Directory::with([LOG]);
    for (name, magic) in [
        ("out.GZ", "1f8b"),
        ("out.gzip", "1f8b"),
        ("out.Zst", "28b5"),
        ("out.zstd", "28b5"),
        ("out.gz.log", "5920"),
    ] {
        directory.succeeds(&format!("lognorm-mmap in.log {name}"));
        let head = directory.succeeds(&format!("od -An -tx1 -N2 {name} | tr -d ' \\n'"));
        assert_eq!(head, magic, "{name}");
    }
    directory
        .succeeds("lognorm-mmap --level 9 in.log out.GZ; lognorm-mmap --level 19 in.log out.ZSTD");
    directory
        .succeeds("lognorm-mmap in.log --patterns p.TSV; lognorm-mmap in.log --patterns p.Jsonl");
    assert!(directory.read("p.TSV").starts_with("# lognorm-mmap"));
    assert!(directory.read("p.Jsonl").starts_with('{'));
    let names = ["a.log.GZ", "b.zstd", "c.Bz2", "d.tgz", "e.tar.gz", "f.gz.xz"];
    directory.succeeds(&format!(
        "mkdir in out; for name in {}; do cp in.log in/$name; done",
        names.join(" ")
    ));
    directory.succeeds("lognorm-mmap -t out in/*");
    assert_eq!(directory.succeeds("ls out"), "a.log\nb\nc\nd\ne\nf\n");
}
