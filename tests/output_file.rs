//! The promise: an output file under its name is complete, or it is what stood there before.

mod common;

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};

use common::directory::{Directory, LOG, PATTERNS};

/// An output that is already there, of an earlier run, and longer than what comes.
const OLD: (&str, &str) = ("out.log", "Y: Y Y Y Y Y Y Y Y Y Y <X>\nY Y (X) Y\n");

#[test]
fn an_input_that_cannot_be_read_leaves_the_output_alone() {
    for (input, reason) in [
        ("no-such.log", "No such file or directory"),
        ("in.log/below", "Not a directory"),
        (".", "Is a directory"),
        // Can be opened, and fails when it is read: the output is under way then.
        ("/proc/self/mem", "Input/output error"),
    ] {
        let directory = Directory::with([LOG, OLD]);
        let given = directory.fails(&format!("lognorm-mmap {input} out.log"), input);
        assert!(given.eq_ignore_ascii_case(reason), "{input}: {given}");
    }
    let directory = Directory::with([OLD]);
    directory.fails("lognorm-mmap - out.log <.", "standard input");
}

#[test]
fn an_output_that_cannot_be_written_leaves_all_as_it_was() {
    for (output, reason) in [
        ("no-such-directory/out.log", "No such file or directory"),
        ("in.log/below", "Not a directory"),
        (".", "Is a directory"),
        ("/dev/full", "No space left on device"),
    ] {
        let directory = Directory::with([LOG, OLD]);
        for input in ["in.log", "- <in.log"] {
            let (input, redirection) = input.split_once(' ').unwrap_or((input, ""));
            let script = format!("lognorm-mmap {input} {output} {redirection}");
            let given = directory.fails(&script, output);
            assert!(given.eq_ignore_ascii_case(reason), "{script}: {given}");
        }
    }
}

#[test]
fn permissions_are_respected() {
    let directory = Directory::with([LOG, OLD, ("secret.log", "")]);
    for (name, mode) in [("secret.log", 0o000), ("in.log", 0o444), ("out.log", 0o444)] {
        directory.set_mode(name, mode);
    }
    for (mode, script, path) in [
        (0o555, "lognorm-mmap in.log new.log", "new.log"),
        (0o777, "lognorm-mmap secret.log new.log", "secret.log"),
        (0o777, "lognorm-mmap in.log out.log", "out.log"),
    ] {
        directory.set_mode(".", mode);
        assert_eq!(directory.fails(script, path), "Permission denied", "{script}");
    }
}

#[test]
fn the_input_is_never_overwritten() {
    let directory = Directory::with([LOG]);
    directory.succeeds("ln in.log hard.log; ln -s in.log soft.log; ln -s soft.log softer.log");
    for (script, path) in [
        ("lognorm-mmap in.log in.log", "in.log"),
        ("lognorm-mmap in.log ./in.log", "in.log"),
        ("lognorm-mmap in.log hard.log", "in.log"),
        ("lognorm-mmap in.log softer.log", "in.log"),
        ("lognorm-mmap softer.log in.log", "softer.log"),
        ("lognorm-mmap in.log >>in.log", "in.log"),
        ("lognorm-mmap in.log /dev/stdout >>in.log", "in.log"),
        ("lognorm-mmap - in.log <in.log", "standard input"),
        ("lognorm-mmap - <in.log >>in.log", "standard input"),
        ("lognorm-mmap /dev/stdin hard.log <in.log", "standard input"),
    ] {
        let reason = directory.fails(script, path);
        assert_eq!(reason, "input and output are the same file", "{script}");
    }
    let directory = Directory::with([LOG, ("copy.log", LOG.1)]);
    directory.succeeds("lognorm-mmap --force in.log copy.log");
    assert_eq!(directory.read("copy.log"), PATTERNS);
}

#[test]
fn an_old_output_is_replaced_and_keeps_its_permissions() {
    let directory = Directory::with([LOG, OLD]);
    directory.set_mode("out.log", 0o604);
    let old = fs::File::open(directory.path("out.log")).unwrap();
    assert_eq!(directory.succeeds("lognorm-mmap in.log out.log; ls -A"), "in.log\nout.log\n");
    assert_eq!(directory.read("out.log"), PATTERNS);
    assert_eq!(directory.mode("out.log"), 0o604);
    // Whoever has it open still reads all of the old one: it was not written to.
    assert_eq!(io::read_to_string(old).unwrap(), OLD.1);
}

#[test]
fn a_new_output_has_the_permissions_that_the_umask_leaves() {
    for (umask, mode) in [("027", 0o640), ("022", 0o644), ("000", 0o666)] {
        let directory = Directory::with([LOG]);
        directory.succeeds(&format!("umask {umask}; lognorm-mmap in.log out.log"));
        assert_eq!(directory.mode("out.log"), mode, "umask {umask}");
        assert_eq!(directory.read("out.log"), PATTERNS, "umask {umask}");
    }
}

#[test]
fn the_file_at_the_end_of_links_is_replaced_and_the_links_stay() {
    for file in ["there/out.log", "there/new.log"] {
        let directory = Directory::with([LOG]);
        directory.succeeds("mkdir there; echo Y Y >there/out.log");
        directory.succeeds(&format!("ln -s {file} link; ln -s link links"));
        directory.succeeds("lognorm-mmap in.log links");
        assert_eq!(directory.read(file), PATTERNS, "{file}");
        let links = directory.succeeds("readlink link links");
        assert_eq!(links, format!("{file}\nlink\n"));
    }
    let directory = Directory::with([LOG]);
    directory.succeeds("ln -s one two; ln -s two one");
    directory.fails("lognorm-mmap in.log one", "one");
}

#[test]
fn an_output_takes_no_more_of_the_disk_than_its_bytes_need() {
    let directory = Directory::with([]);
    // More patterns than are written before blocks are allocated ahead.
    fs::write(directory.path("in.log"), "a line\n".repeat(1 << 19)).unwrap();
    for _ in ["a new output", "one that replaces another"] {
        directory.succeeds("lognorm-mmap in.log out.log");
        let metadata = fs::metadata(directory.path("out.log")).unwrap();
        assert_eq!(metadata.len(), 4 << 19);
        assert!(metadata.blocks() * 512 <= metadata.len() + (64 << 10), "{}", metadata.blocks());
    }
}

#[test]
fn a_device_is_written_to_and_stays_a_device() {
    let directory = Directory::with([LOG]);
    let before = fs::metadata("/dev/null").unwrap();
    assert_eq!(directory.succeeds("lognorm-mmap in.log /dev/null"), "");
    let after = fs::metadata("/dev/null").unwrap();
    let identity = |metadata: &fs::Metadata| (metadata.ino(), metadata.mode());
    assert_eq!(identity(&after), identity(&before));
}

#[test]
fn a_fifo_is_written_to_and_stays_a_fifo() {
    let directory = Directory::with([LOG]);
    directory.succeeds("mkfifo fifo");
    // Opens although nobody writes yet, and reads no more than what is there.
    let fifo = fs::OpenOptions::new()
        .read(true)
        .custom_flags(nix::libc::O_NONBLOCK)
        .open(directory.path("fifo"))
        .unwrap();
    directory.succeeds("lognorm-mmap in.log fifo");
    assert_eq!(io::read_to_string(fifo).unwrap(), PATTERNS);
    assert!(fs::metadata(directory.path("fifo")).unwrap().file_type().is_fifo());
}

#[test]
fn standard_output_may_be_named_as_a_file() {
    let directory = Directory::with([LOG, OLD]);
    assert_eq!(directory.succeeds("lognorm-mmap in.log /dev/stdout | cat"), PATTERNS);
    directory.succeeds("lognorm-mmap in.log /dev/stdout >new.log; ls");
    assert_eq!(directory.read("new.log"), PATTERNS);
    directory.succeeds("lognorm-mmap in.log /dev/stdout >>out.log");
    assert_eq!(directory.read("out.log"), format!("{}{PATTERNS}", OLD.1));
}
