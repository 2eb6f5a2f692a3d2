//! Writes that fail, fall short or are interrupted, and errors that only show at the end.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use common::big::BigLog;
use common::directory::{Directory, LOG, PATTERNS};
use common::mount::Mount;
use common::needs;
use common::running::Running;

/// An output that is already there, of an earlier run.
const OLD: (&str, &str) = ("out.log", "Y: Y Y <X>\n");

/// Many chunks, and so many calls to write them.
const IN_SMALL_CHUNKS: &str = "--threads=2 --chunk-size=1000";

/// A directory for scripts that trace the program, and what they begin with: `strace` with
/// `options`, each of which that does something to system calls is an `inject=`.
fn traced<const N: usize>(files: [(&str, &str); N], options: &str) -> (Directory, String) {
    let directory = Directory::with(files);
    directory.succeeds("mkdir trace");
    let options = options.replace("inject=", "--inject=");
    (directory, format!("strace -ff -y -o trace/thread {options} lognorm-mmap"))
}

/// What was traced, each thread after those that were started before it.
fn traces(directory: &Directory) -> Vec<String> {
    let paths = fs::read_dir(directory.path("trace")).unwrap().map(|entry| entry.unwrap().path());
    let thread = |path: &PathBuf| -> Option<u32> { path.extension()?.to_str()?.parse().ok() };
    let mut paths: Vec<_> = paths.filter(|path| thread(path).is_some()).collect();
    paths.sort_by_key(thread);
    paths.into_iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[track_caller]
fn assert_injected(directory: &Directory) {
    let traces = traces(directory).concat();
    assert!(traces.contains("(INJECTED)"), "nothing was done to the program: {traces}");
}

#[test]
fn a_disk_that_fills_up_is_a_failure() {
    if !needs::root() {
        return;
    }
    let log = BigLog::new(4 << 20);
    let directory = Directory::with([]);
    log.put(&directory);
    directory.succeeds("mkdir disk");
    // Not even the first chunk, some of them, and all but the last byte.
    for size in [8 << 10, 512 << 10, (log.patterns.len() - 1) / 4096 * 4096] {
        let options = format!("size={size},uid=65534,gid=65534,mode=755");
        let mount = Mount::new(&["-t", "tmpfs", "-o", &options, "tmpfs"], &directory.path("disk"));
        if !needs::needed(mount.is_ok(), &format!("no tmpfs can be mounted: {mount:?}")) {
            return;
        }
        directory.succeeds("printf Y: >disk/out.log; chmod 604 disk/out.log");
        for output in ["disk/out.log", "disk/new.log"] {
            for options in ["", IN_SMALL_CHUNKS, "--no-mmap"] {
                let script = format!("lognorm-mmap {options} in.log {output}");
                let reason = directory.fails(&script, output);
                assert_eq!(reason, "No space left on device", "{script}, {size}");
                let left = directory.succeeds("ls -A disk; cat disk/out.log");
                assert_eq!(left, "out.log\nY:", "{script}, {size}");
            }
        }
    }
}

#[test]
fn a_write_that_fails_at_any_time_is_a_failure() {
    if !needs::strace() {
        return;
    }
    let log = "a line of (many)\n".repeat(2000);
    for (error, reason) in [
        ("ENOSPC", "No space left on device"),
        ("EIO", "Input/output error"),
        ("EDQUOT", "Disk quota exceeded"),
    ] {
        for when in [1, 3, 7] {
            let injection = format!("inject=writev:error={error}:when={when}");
            let (directory, strace) = traced([("in.log", &*log), OLD], &injection);
            let script = format!("{strace} {IN_SMALL_CHUNKS} in.log out.log");
            let given = directory.fails(&script, "out.log");
            assert!(given.starts_with(reason), "{script}: {given}");
            assert_injected(&directory);
            // What cannot be replaced fails as well, though something has come out.
            let script = format!("{strace} {IN_SMALL_CHUNKS} in.log >trace/out.log");
            let given = directory.fails(&script, "standard output");
            assert!(given.starts_with(reason), "{script}: {given}");
        }
    }
}

#[test]
fn short_writes_lose_nothing() {
    if !needs::strace() {
        return;
    }
    let log = BigLog::new(100_000);
    for written in [1, 7, 20] {
        // Instead of every second call: what is said to be written is not, and so missing.
        let (directory, strace) = traced([], &format!("inject=writev:retval={written}:when=1+2"));
        log.put(&directory);
        directory.succeeds(&format!("{strace} --chunk-size=5000 in.log out.log"));
        let mut left = &log.patterns[..];
        let mut expected = Vec::<u8>::new();
        let traces = traces(&directory).concat();
        for call in traces.lines().filter(|call| call.starts_with("writev(")) {
            let is_injected = call.ends_with(" (INJECTED)");
            let result = call.trim_end_matches(" (INJECTED)").rsplit_once("= ").unwrap().1;
            let (these, others) = left.split_at(result.parse().unwrap());
            expected.extend(if is_injected { &b""[..] } else { these });
            left = others;
        }
        assert_injected(&directory);
        assert_eq!(left, b"", "returned before all was written");
        assert!(
            fs::read(directory.path("out.log")).unwrap() == expected,
            "{written} bytes at a time"
        );
    }
}

#[test]
fn an_output_that_takes_a_little_at_a_time_gets_all() {
    // A socket that does not wait takes what it has room for, and then nothing for a while.
    let log = BigLog::new(2 << 20);
    let directory = Directory::with([]);
    log.put(&directory);
    for options in [IN_SMALL_CHUNKS, "--no-mmap"] {
        let (mut here, there) = UnixStream::pair().unwrap();
        there.set_nonblocking(true).unwrap();
        let mut command = directory.process(&format!("exec lognorm-mmap {options} in.log"));
        let program = Running::start(command.stdout(OwnedFd::from(there)));
        drop(command);
        let (mut output, mut piece) = (Vec::<u8>::new(), vec![0; 100_001]);
        loop {
            let len = here.read(&mut piece).unwrap();
            if len == 0 {
                break;
            }
            output.extend(&piece[..len]);
            sleep(Duration::from_micros(100));
        }
        let (status, message) = program.end();
        assert_eq!((status.code(), &*message), (Some(0), ""), "{options}");
        assert!(output == log.patterns, "{options}: {} bytes", output.len());
    }
}

#[test]
fn interrupted_calls_are_made_again() {
    if !needs::strace() {
        return;
    }
    let log = BigLog::new(100_000);
    for (injections, options) in [
        ("inject=writev:error=EINTR:when=1+2", "in.log out.log"),
        ("inject=writev:error=EINTR:when=1+2", "in.log >out.log"),
        ("inject=writev:error=EAGAIN:when=1+2 inject=poll:error=EINTR:when=2+2", "in.log out.log"),
        ("inject=read:error=EINTR:when=1+2 -P $PWD/in.log", "--no-mmap in.log out.log"),
        ("inject=read:error=EINTR:when=1+2 -P $PWD/in.log", "- out.log <in.log"),
        ("inject=read:error=EAGAIN:when=1+2 -P $PWD/in.log", "--no-mmap in.log out.log"),
        ("inject=openat:error=EINTR:when=1+2 -P $PWD/in.log", "$PWD/in.log out.log"),
        ("inject=fsync:error=EINTR:when=1+2", "--sync in.log out.log"),
    ] {
        let (directory, strace) = traced([], injections);
        log.put(&directory);
        let script = format!("{strace} --threads=1 --chunk-size=5000 {options}");
        directory.succeeds(&script);
        assert_injected(&directory);
        assert!(fs::read(directory.path("out.log")).unwrap() == log.patterns, "{script}");
    }
    // The one line on standard error, too.
    let (directory, strace) = traced([OLD], "inject=write:error=EINTR:when=1+2");
    directory.fails(&format!("{strace} no-such.log out.log"), "no-such.log");
    assert_injected(&directory);
}

#[test]
fn an_error_at_close_is_a_failure() {
    if !needs::strace() {
        return;
    }
    // Which of the main thread's calls it is that closes the temporary file.
    let (directory, strace) = traced([LOG, OLD], "inject=close:delay_enter=0");
    directory.succeeds(&format!("{strace} --threads=1 in.log out.log"));
    let traces = traces(&directory);
    let mut calls = traces[0].lines().filter(|call| call.starts_with("close("));
    let index = calls.position(|call| call.contains("/.lognorm-mmap."));
    let when = index.expect("the main thread closes the output") + 1;

    for (error, reason) in [("EIO", "Input/output error"), ("ENOSPC", "No space left on device")] {
        let (directory, strace) =
            traced([LOG, OLD], &format!("inject=close:error={error}:when={when}"));
        let given = directory.fails(&format!("{strace} --threads=1 in.log out.log"), "out.log");
        assert!(given.starts_with(reason), "{given}");
        assert_injected(&directory);
        // Standard output is closed too, by its duplicate.
        let options = format!("inject=close:error={error} -P $PWD/trace/out.log");
        let (directory, strace) = traced([LOG], &options);
        let script = format!("{strace} in.log >trace/out.log");
        let given = directory.fails(&script, "standard output");
        assert!(given.starts_with(reason), "{script}: {given}");
    }
}

#[test]
fn a_new_output_that_cannot_be_closed_or_named_is_a_failure() {
    if !needs::strace() {
        return;
    }
    let (directory, strace) = traced([LOG], "inject=close:delay_enter=0");
    directory.succeeds(&format!("{strace} --threads=1 in.log out.log"));
    let traces = traces(&directory);
    let mut calls = traces[0].lines().filter(|call| call.starts_with("close("));
    // The output has no name then, and its duplicate is closed first.
    let index = calls.position(|call| call.contains("/#"));
    if !needs::needed(index.is_some(), "this file system has no files without a name") {
        return;
    }
    let when = index.unwrap() + 1;

    for injection in [&*format!("inject=close:error=EIO:when={when}"), "inject=linkat:error=EIO"] {
        let (directory, strace) = traced([LOG], injection);
        let given = directory.fails(&format!("{strace} --threads=1 in.log out.log"), "out.log");
        assert!(given.starts_with("Input/output error"), "{injection}: {given}");
        assert_injected(&directory);
    }
}

#[test]
fn a_new_output_is_made_where_all_files_must_have_names() {
    if !needs::strace() {
        return;
    }
    // The first call that names the directory by its descriptor: it is to make a file without a
    // name.
    let (directory, strace) = traced([LOG], "inject=openat:error=EOPNOTSUPP:when=1 -P $PWD");
    directory.succeeds(&format!("{strace} in.log $PWD/out.log"));
    assert_injected(&directory);
    assert_eq!(directory.read("out.log"), PATTERNS);
    assert!(traces(&directory).concat().contains("O_TMPFILE"), "{:?}", traces(&directory));
}

#[test]
fn an_error_at_fsync_or_rename_is_a_failure() {
    if !needs::strace() {
        return;
    }
    for injection in ["inject=fsync:error=EIO:when=1", "inject=/^rename:error=EIO"] {
        let (directory, strace) = traced([LOG, OLD], injection);
        let given = directory.fails(&format!("{strace} --sync in.log out.log"), "out.log");
        assert!(given.starts_with("Input/output error"), "{injection}: {given}");
        assert_injected(&directory);
    }
    // The directory is synced when the output has its name: it is there, and may not last.
    let (directory, strace) = traced([LOG, OLD], "inject=fsync:error=EIO:when=2");
    let output = directory.run(&format!("{strace} --sync in.log out.log"));
    assert_eq!(output.status.code(), Some(1));
    assert_injected(&directory);
    assert_eq!((directory.read("out.log"), directory.names().len()), (PATTERNS.into(), 3));
}
