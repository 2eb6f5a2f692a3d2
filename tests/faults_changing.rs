//! Inputs that are truncated or overwritten while they are read.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use common::big::{BigLog, SLOWLY, full_size};
use common::directory::{Directory, utf8};
use common::needs;
use common::running::{Running, wait_until};

/// An existing output, of an earlier run.
const OLD: (&str, &str) = ("out.log", "Y: Y Y <X>\n");

const CHANGED: &str = "lognorm-mmap: in.log: input changed while it was read\n";

/// A line without runs and enclosures, and so its own pattern.
const LINE: &str = "- . - . - . - .\n";

/// The number of lines. They do not fit into a pipe, so the program waits for its reader.
const LINES: usize = 200_000;

/// Returns how many bytes of its output the program has written, or `None` if it has ended.
fn progress(program: &mut Running, directory: &Directory) -> Option<u64> {
    let is_temporary = |name: &String| name.starts_with('.');
    let temporary = directory.names().into_iter().find(is_temporary);
    let written = temporary.and_then(|name| fs::metadata(directory.path(&name)).ok());
    let is_running = program.try_wait().unwrap().is_none();
    // The file may have been renamed between the two calls.
    is_running.then(|| written.map_or(0, |metadata| metadata.len()))
}

#[track_caller]
fn assert_complete_or_failed_whenever_it_is_truncated(options: &str) {
    let log = BigLog::that_takes_a_while();
    let directory = Directory::with([OLD]);
    let script = format!("exec lognorm-mmap {SLOWLY} {options} in.log out.log");
    let (count, mut failed) = (if full_size() { 100 } else { 10 }, 0);
    let (size, whole) = (log.bytes.len() as u64, log.patterns.len() as u64);
    // To the middle, to almost nothing, and to a size in the last page, for which there is no
    // signal.
    let sizes = [size / 2, 1000, size - 1, 0].into_iter().cycle();
    for (part, size) in (0..count).zip(sizes) {
        log.put(&directory);
        fs::write(directory.path("out.log"), OLD.1).unwrap();
        let mut program = Running::start(&mut directory.process(&script));
        // Before that, the input may not be open yet, and would only be a shorter one.
        let some = 1 + whole * part / count;
        wait_until("some of the output is written", || {
            progress(&mut program, &directory).is_none_or(|written| written >= some)
        });
        // Stopped, so that the assertions do not depend on which process is faster.
        let is_stopped = program.try_wait().unwrap().is_none();
        if is_stopped {
            program.signal("STOP");
            let stat = format!("/proc/{}/stat", program.id());
            wait_until("the program is stopped or has ended", || {
                let stat = fs::read_to_string(&stat).unwrap();
                stat.rsplit_once(") ").unwrap().1.starts_with(['T', 'Z'])
            });
        }
        let is_at_work =
            progress(&mut program, &directory).is_some_and(|it| (1..whole).contains(&it));
        truncate(&directory, size);
        // It may have ended before it could be stopped.
        if program.try_wait().unwrap().is_none() {
            program.signal("CONT");
        }
        let (status, message) = program.end();
        let what = format!("truncated to {size} after {some} of {whole}: {status}: {message}");
        let output = fs::read(directory.path("out.log")).unwrap();
        match status.code() {
            Some(0) => {
                assert!(output == log.patterns && message.is_empty() && !is_at_work, "{what}");
            }
            Some(1) => {
                assert!(output == OLD.1.as_bytes() && message == CHANGED, "{what}");
                failed += 1;
            }
            _ => panic!("{what}"),
        }
        assert_eq!(directory.names(), ["in.log", "out.log"], "{what}");
    }
    assert!(failed > 0, "none of {count} was truncated before it had ended");
}

fn truncate(directory: &Directory, size: u64) {
    let input = OpenOptions::new().write(true).open(directory.path("in.log")).unwrap();
    input.set_len(size).unwrap();
}

#[test]
fn a_mapped_input_truncated_at_any_moment() {
    assert_complete_or_failed_whenever_it_is_truncated("");
}

#[test]
fn a_read_input_truncated_at_any_moment() {
    assert_complete_or_failed_whenever_it_is_truncated("--no-mmap");
}

/// Runs with `options`, does `change` as soon as the first byte has come out, while the program
/// cannot write more, and returns the rest of the output.
fn run_during(options: &str, change: impl FnOnce(&Directory)) -> Output {
    let directory = Directory::with([("in.log", &*LINE.repeat(LINES))]);
    let script = format!("lognorm-mmap {options} in.log");
    let mut command = directory.command(&script);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    change(&directory);
    child.wait_with_output().unwrap()
}

/// Options for few and small chunks in flight when the input changes, and for all of them.
const IN_FLIGHT: [&str; 3] = [
    "--threads=1 --chunk-size=4KiB",
    "--threads=1 --chunk-size=256KiB",
    "--threads=4 --chunk-size=64KiB",
];

#[test]
fn no_zeros_come_out_of_a_truncated_input() {
    let size = (LINE.len() * LINES) as u64;
    for options in IN_FLIGHT {
        for size in [0, 100, size / 2, size - 5] {
            let Output { status, stdout, stderr } = run_during(options, |it| truncate(it, size));
            let what = format!("{options}, truncated to {size}");
            assert_eq!((status.code(), &*utf8(stderr)), (Some(1), CHANGED), "{what}");
            let zeros = stdout.iter().filter(|&&byte| byte == 0).count();
            assert_eq!(zeros, 0, "zeros among {} bytes: {what}", stdout.len());
        }
    }
}

#[test]
fn an_input_that_was_overwritten_is_a_failure() {
    let zeros = "dd if=/dev/zero of=in.log bs=1000 count=1000 seek=100 conv=notrunc status=none";
    let lines = "head -c 3000000 in.log | tr . '(' | dd of=in.log bs=1000 conv=notrunc status=none";
    let longer = "cat in.log in.log | tr . '(' >new.log; cat new.log >in.log";
    for options in IN_FLIGHT.into_iter().chain(["--no-mmap --threads=1 --chunk-size=4KiB"]) {
        for change in [zeros, lines, longer] {
            let during = |directory: &Directory| drop(directory.succeeds(change));
            let Output { status, stderr, .. } = run_during(options, during);
            let what = format!("{options}: {change}");
            assert_eq!((status.code(), &*utf8(stderr)), (Some(1), CHANGED), "{what}");
        }
    }
}

#[test]
fn bytes_that_change_all_the_time_do_no_harm() {
    // Bytes change between two reads of the same byte, for every kernel.
    let log = BigLog::new(if cfg!(debug_assertions) { 2 << 20 } else { 64 << 20 });
    for kernel in ["auto", "portable", "scalar"] {
        let directory = Directory::with([]);
        directory.succeeds("echo a line | lognorm-mmap --patterns known.tsv; cp known.tsv p.tsv");
        let old = directory.read("p.tsv");
        for options in [
            "--threads=1",
            "--threads=4 --chunk-size=64KiB",
            "--threads=2 --patterns p.tsv",
            "--threads=2 --known known.tsv --raw",
        ] {
            log.put(&directory);
            let script = format!("exec lognorm-mmap --kernel={kernel} {options} in.log -");
            let (status, message) = run_while_bytes_change(&directory, &script);
            let outcome = (status.code(), &*message);
            assert_eq!(outcome, (Some(1), CHANGED), "{script}: {status}");
            assert_eq!(directory.read("p.tsv"), old, "{script}");
        }
    }
}

/// Runs `script`, which writes more to standard output than a pipe holds, and overwrites parts of
/// `in.log` from before it starts until it has ended.
fn run_while_bytes_change(directory: &Directory, script: &str) -> (ExitStatus, String) {
    let input = OpenOptions::new().read(true).write(true).open(directory.path("in.log")).unwrap();
    let size = input.metadata().unwrap().len();
    let modified = || input.metadata().unwrap().modified().unwrap();
    let is_over = AtomicBool::new(false);
    scope(|scope| {
        scope.spawn(|| {
            let contents = [b'(', b'a', b'\n', b']', b'"', b'-'].map(|byte| vec![byte; 70_001]);
            let positions = (0..size - 70_001).step_by(61_007).cycle();
            for (content, position) in contents.iter().cycle().zip(positions) {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                input.write_all_at(content, position).unwrap();
            }
        });
        // Panics are caught, because the thread must be told to end.
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let mut program = Running::start(directory.process(script).stdout(Stdio::piped()));
            let mut stdout = program.stdout.take().unwrap();
            // Nothing comes out if the change is detected before.
            if stdout.read_exact(&mut [0]).is_ok() {
                // The input is open, and the program waits for its reader. Modification times
                // advance in steps.
                let before = modified();
                wait_until("the input has changed", || modified() != before);
            }
            io::copy(&mut stdout, &mut io::sink()).unwrap();
            program.end()
        }));
        is_over.store(true, Ordering::Relaxed);
        ended.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

#[test]
fn an_archive_truncated_while_it_is_read_has_changed_and_is_not_damaged() {
    if !needs::program("gzip") {
        return;
    }
    // Bytes that are their own pattern, and that cannot be compressed to almost nothing.
    let mut state = 1_u64;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        b" -.,:;=+*/|%&$#!"[(state >> 60) as usize]
    };
    let mut log: Vec<u8> = (0..4 << 20).map(|_| byte()).collect();
    log.iter_mut().step_by(100).for_each(|byte| *byte = b'\n');
    let directory = Directory::with([]);
    fs::write(directory.path("plain.log"), log).unwrap();
    directory.succeeds("gzip -c plain.log >in.log");
    let script = "exec lognorm-mmap --threads=1 --chunk-size=64KiB in.log";
    let mut program = Running::start(directory.process(script).stdout(Stdio::piped()));
    let mut stdout = program.stdout.take().unwrap();
    // The program has started, and waits for its reader.
    stdout.read_exact(&mut [0]).unwrap();
    let size = fs::metadata(directory.path("in.log")).unwrap().len();
    truncate(&directory, size - 10_000);
    stdout.read_to_end(&mut Vec::new()).unwrap();
    let (status, message) = program.end();
    assert_eq!((status.code(), &*message), (Some(1), CHANGED));
}
