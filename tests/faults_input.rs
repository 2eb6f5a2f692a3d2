//! Inputs of odd content, size, kind or name, and a disk that cannot be read.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs::{self, File};
use std::io::Write;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Output, Stdio};
use std::thread::scope;

use common::big::BigLog;
use common::directory::{Directory, LOG, PATTERNS, utf8};
use common::mount::Mount;
use common::needs;
use common::oracle;
use common::running::{Running, wait_until};
use common::text::assert_same;

/// An existing output, of an earlier run.
const OLD: (&str, &str) = ("out.log", "Y: Y Y <X>\n");

/// The ways to give `in.log`.
const WAYS_IN: [&str; 4] = [
    "lognorm-mmap in.log",
    "lognorm-mmap --no-mmap in.log",
    "lognorm-mmap <in.log",
    "cat in.log | lognorm-mmap",
];

#[test]
fn an_empty_input_is_not_mapped() {
    let directory = Directory::with([("in.log", ""), OLD]);
    for way_in in WAYS_IN {
        let Output { status, stdout, stderr } = directory.run(&format!("{way_in} --stats=json"));
        let stats: serde_json::Value = serde_json::from_slice(&stderr).unwrap();
        assert_eq!((status.code(), utf8(stdout)), (Some(0), String::new()), "{way_in}");
        assert_eq!((&stats["lines"], &stats["source"]), (&0.into(), &"stream".into()), "{way_in}");
    }
    directory.succeeds("lognorm-mmap in.log out.log");
    assert_eq!(directory.read("out.log"), "");
}

#[test]
fn bytes_of_every_kind_are_taken_as_they_are() {
    // In the notation of `printf` of the shell.
    for (input, expected) in [
        (r"a b", &b"Y Y\n"[..]),
        (r"a\nb", b"Y\nY\n"),
        (r"a\r\n(b)\r\n", b"Y\n(X)\n"),
        (r"a\r", b"Y\n"),
        (r"a\rb\r\r\n\r\n\r", b"Y\rY\r\n\n\n"),
        (r"\357\273\277a\n\357\273\277", b"Y\n\xef\xbb\xbf\n"),
        (r"a\000b\n\000", b"Y\0Y\n\0\n"),
        (r"(\000)\n", b"(X)\n"),
        (r"a\377\300b\303(\200)", b"Y\xff\xc0Y\xc3(X)\n"),
        (r"\n\n", b"\n\n"),
    ] {
        let directory = Directory::with([]);
        directory.succeeds(&format!("printf '{input}' >in.log"));
        for way_in in WAYS_IN {
            let Output { status, stdout, stderr } = directory.run(way_in);
            assert_eq!((status.code(), utf8(stderr)), (Some(0), String::new()), "{way_in}");
            assert_same(&stdout, expected, (way_in, input));
        }
    }
}

#[test]
fn sizes_at_the_edges_of_blocks_pages_and_chunks() {
    const CHUNK: usize = 16 << 10;
    let log = BigLog::new(2 * CHUNK).bytes;
    // Openers alone: only the end of the file ends the line.
    let openers = "(".repeat(2 * CHUNK).into_bytes();
    let newlines = "\n".repeat(2 * CHUNK).into_bytes();
    let directory = Directory::with([]);
    for edge in [64, 4096, 8192, CHUNK, 2 * CHUNK] {
        for size in edge - 1..=edge + 1 {
            for text in [&log, &openers, &newlines] {
                let text = &text[..size.min(text.len())];
                fs::write(directory.path("in.log"), text).unwrap();
                for kernel in ["auto", "portable"] {
                    let options = format!("--kernel={kernel} --threads=2 --chunk-size={CHUNK}");
                    let script = format!("lognorm-mmap {options} in.log");
                    let Output { status, stdout, .. } = directory.run(&script);
                    assert_eq!(status.code(), Some(0), "{script}, {size} bytes");
                    assert_same(&stdout, &oracle::patterns(text), (script, size));
                }
            }
        }
    }
}

#[test]
fn a_disk_that_does_not_deliver_a_page_is_a_failure() {
    if !(needs::root() && needs::program("mkfs.ext4")) {
        return;
    }
    let log = BigLog::new(24 << 20);
    let directory = Directory::with([OLD]);
    directory.succeeds("mkdir disk; truncate --size=48M image");
    let image = directory.path("image");
    let made = Command::new("mkfs.ext4").arg("-qF").arg(&image).status().unwrap();
    assert!(made.success());
    let mount =
        |options| Mount::new(&["-o", options, image.to_str().unwrap()], &directory.path("disk"));
    // A process with a copy of the mount keeps the file system in use. Until it is unmounted, its
    // journal needs a recovery that a read-only mount cannot do.
    let unmount = |mounted: Mount| {
        drop(mounted);
        wait_until("the file system is unmounted", || {
            let devices = Command::new("losetup").arg("-j").arg(&image).output().unwrap();
            assert!(devices.status.success());
            devices.stdout.is_empty()
        });
    };
    let mounted = mount("loop");
    if !needs::needed(mounted.is_ok(), &format!("no file can be mounted: {mounted:?}")) {
        return;
    }
    fs::write(directory.path("disk/in.log"), &log.bytes).unwrap();
    unmount(mounted.unwrap());
    // Mounted again, so that no page of it is in memory.
    for way_in in ["disk/in.log", "--no-mmap disk/in.log", "--threads=1 disk/in.log"] {
        directory.succeeds("cp --sparse=always image whole");
        let mounted = mount("loop,ro").unwrap();
        File::options().write(true).open(&image).unwrap().set_len(16 << 20).unwrap();
        let given = directory.fails(&format!("lognorm-mmap {way_in} out.log"), "disk/in.log");
        assert_eq!(given, "Input/output error", "{way_in}");
        let script = format!("lognorm-mmap {way_in} >disk.out");
        let Output { status, .. } = directory.run(&script);
        assert_eq!(status.code(), Some(1), "{script}");
        let came_out = fs::read(directory.path("disk.out")).unwrap();
        assert!(log.patterns.starts_with(&came_out), "{script}: wrong output");
        unmount(mounted);
        directory.succeeds("rm disk.out; cat whole >image");
    }
}

#[test]
fn inputs_without_a_size_are_streamed() {
    let directory = Directory::with([LOG]);
    for path in ["/proc/version", "/proc/self/limits", "/sys/devices/system/cpu/online"] {
        if needs::needed(fs::exists(path).unwrap(), &format!("there is no {path}")) {
            let given = directory.succeeds(&format!("lognorm-mmap {path}"));
            let lines = directory.succeeds(&format!("cat {path}"));
            assert_eq!(given.as_bytes(), oracle::patterns(lines.as_bytes()), "{path}");
            assert!(given.len() > 3, "{path}: {given}");
        }
    }
    for script in [
        "mkfifo fifo; cat in.log >fifo & lognorm-mmap fifo",
        "cat in.log | lognorm-mmap /dev/stdin",
        "lognorm-mmap /dev/stdin <in.log",
    ] {
        assert_eq!(directory.succeeds(script), PATTERNS, "{script}");
    }
}

#[test]
fn a_socket_is_streamed_or_cannot_be_opened() {
    let log = BigLog::new(1 << 20);
    let directory = Directory::with([LOG, OLD]);
    let (mut here, there) = UnixStream::pair().unwrap();
    scope(|scope| {
        let mut command = directory.process("exec lognorm-mmap - out.log");
        let program = Running::start(command.stdin(OwnedFd::from(there)));
        drop(command);
        scope.spawn(|| {
            here.write_all(&log.bytes).unwrap();
            here.shutdown(Shutdown::Both).unwrap();
        });
        let (status, message) = program.end();
        assert_eq!((status.code(), &*message), (Some(0), ""));
    });
    assert!(fs::read(directory.path("out.log")).unwrap() == log.patterns);
    // A socket in the file system can be opened neither for reading nor for writing.
    let _listener = UnixListener::bind(directory.path("socket")).unwrap();
    directory.fails("lognorm-mmap socket out.log", "socket");
    directory.fails("lognorm-mmap in.log socket", "socket");
}

#[test]
fn a_terminal_without_an_input_named_is_wrong_usage() {
    if !needs::program("script") {
        return;
    }
    // `script` runs a command on a new terminal, and exits with its exit code.
    let on_a_terminal = |command: &str| {
        let directory = Directory::with([LOG]);
        let script = format!("script -qec '{command}' /dev/null");
        let output = directory.command(&script).stdin(Stdio::null()).output().unwrap();
        (output.status.code(), utf8(output.stdout).replace('\r', ""))
    };
    for command in ["lognorm-mmap", "lognorm-mmap --threads=1"] {
        let (code, message) = on_a_terminal(command);
        assert_eq!(code, Some(2), "{command}: {message}");
        for hint in ["no INPUT given", "terminal", "give -"] {
            assert!(message.contains(hint), "{command}: {message}");
        }
    }
    assert_eq!(on_a_terminal("lognorm-mmap -q in.log"), (Some(0), PATTERNS.into()));
    assert_eq!(on_a_terminal("lognorm-mmap -q <in.log"), (Some(0), PATTERNS.into()));
    assert_eq!(on_a_terminal("echo one | lognorm-mmap -q"), (Some(0), "Y\n".into()));
}

#[test]
fn names_may_hold_any_bytes_but_not_too_many() {
    let directory = Directory::with([LOG, OLD]);
    let odd = r"$(printf 'odd\377\n\033[31m name')";
    directory.succeeds(&format!("cp in.log \"{odd}\"; lognorm-mmap \"{odd}\" \"{odd}.out\""));
    assert_eq!(directory.succeeds(&format!("cat \"{odd}.out\"; rm \"{odd}\"*")), PATTERNS);
    // In messages, the name is one line that a terminal can print.
    let given =
        directory.fails(&format!("lognorm-mmap \"{odd}\" out.log"), r"odd�\n\u{1b}[31m name");
    assert_eq!(given, "No such file or directory");
    for letter in ["a", "a/"] {
        let long = letter.repeat(6000 / letter.len());
        for script in
            [format!("lognorm-mmap {long} out.log"), format!("lognorm-mmap in.log {long}")]
        {
            assert_eq!(directory.fails(&script, &long), "File name too long");
        }
    }
}
