//! Signals that end the program early: those that it can catch, and the one that it cannot.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{ChildStdin, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::big::{BigLog, SLOWLY, full_size};
use common::directory::{Directory, LOG, PATTERNS};
use common::needs;
use common::running::{Running, feed, moments, wait_until};

/// An output that is already there, of an earlier run.
const OLD: (&str, &str) = ("out.log", "Y: Y Y <X>\n");

const SIGNALS: [(&str, i32); 3] = [("HUP", 1), ("INT", 2), ("TERM", 15)];
const SIGKILL: i32 = 9;

/// Long enough for a signal to take effect.
const A_MOMENT: Duration = Duration::from_millis(200);

/// Starts `script`, which is to become the program, reading standard input and writing `out.log`.
/// When this returns it has written the first part, and waits for more.
fn start_and_hold(directory: &Directory, script: &str) -> (Running, ChildStdin) {
    let mut program = Running::start(directory.process(script).stdin(Stdio::piped()));
    let mut stdin = program.stdin.take().unwrap();
    stdin.write_all(LOG.1.as_bytes()).unwrap();
    wait_until("the first part is written", || {
        // The temporary file is the one that is not here by another name.
        let is_temporary = |name: &String| name != OLD.0 && name != "pid";
        let temporary = directory.names().into_iter().find(is_temporary);
        temporary.is_some_and(|name| directory.read(&name) == PATTERNS)
    });
    (program, stdin)
}

#[test]
fn a_signal_in_the_middle_leaves_no_trace_and_is_what_it_dies_of() {
    for (name, number) in SIGNALS {
        let directory = Directory::with([OLD]);
        let (program, _stdin) = start_and_hold(&directory, "exec lognorm-mmap - out.log");
        program.signal(name);
        let (status, message) = program.end();
        assert_eq!((status.signal(), &*message), (Some(number), ""), "{name}: {status}");
        assert_eq!(directory.names(), ["out.log"], "{name}");
        assert_eq!(directory.read("out.log"), OLD.1, "{name}");
    }
}

#[test]
fn a_signal_at_any_moment_leaves_the_old_output() {
    let log = BigLog::that_takes_a_while();
    let directory = Directory::with([OLD]);
    let script = format!("exec lognorm-mmap {SLOWLY} - out.log");
    for ((name, number), moment) in SIGNALS.into_iter().zip(moments(3, A_MOMENT)) {
        let mut program = Running::start(directory.process(&script).stdin(Stdio::piped()));
        let input = feed(program.stdin.take().unwrap(), &log.bytes);
        sleep(moment);
        program.signal(name);
        let (status, message) = program.end();
        drop(input.join());
        assert_eq!((status.signal(), &*message), (Some(number), ""), "{name}, {moment:?}");
        assert_eq!(directory.names(), ["out.log"], "{name}, {moment:?}");
        assert_eq!(directory.read("out.log"), OLD.1, "{name}, {moment:?}");
    }
}

#[test]
fn a_signal_while_nothing_has_come_yet_ends_it_too() {
    // Nobody opens the other end of the FIFO, so that the program waits in its first system call.
    for (name, number) in SIGNALS {
        let directory = Directory::with([OLD]);
        directory.succeeds("mkfifo fifo");
        let program = Running::start(&mut directory.process("exec lognorm-mmap fifo out.log"));
        sleep(A_MOMENT);
        program.signal(name);
        let (status, message) = program.end();
        assert_eq!((status.signal(), &*message), (Some(number), ""), "{name}: {status}");
        assert_eq!(directory.names(), ["fifo", "out.log"], "{name}");
    }
}

#[test]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    for (ignored, script) in [
        ("HUP", "trap '' HUP; exec lognorm-mmap - out.log"),
        ("INT", "trap '' INT; exec lognorm-mmap - out.log"),
        ("TERM", "trap '' TERM; exec lognorm-mmap - out.log"),
        ("HUP", "exec nohup lognorm-mmap - out.log 2>/dev/null"),
    ] {
        let directory = Directory::with([OLD]);
        let (program, mut stdin) = start_and_hold(&directory, script);
        program.signal(ignored);
        sleep(A_MOMENT);
        stdin.write_all(LOG.1.as_bytes()).unwrap();
        drop(stdin);
        let (status, message) = program.end();
        assert_eq!((status.code(), &*message), (Some(0), ""), "{script}: {status}");
        assert_eq!(directory.read("out.log"), PATTERNS.repeat(2), "{script}");
        // The others are not ignored with it.
        let (program, _stdin) = start_and_hold(&directory, script);
        let (name, number) = SIGNALS.into_iter().find(|(name, _)| *name != ignored).unwrap();
        program.signal(name);
        assert_eq!(program.end().0.signal(), Some(number), "{script}: {name}");
    }
}

#[test]
fn a_job_in_the_background_of_a_script_is_not_interrupted_with_it() {
    // A shell without job control starts its background jobs with SIGINT ignored.
    let directory = Directory::with([OLD]);
    let script = "exec 3<&0; lognorm-mmap - out.log <&3 & echo $! >pid; wait $!";
    let (shell, mut stdin) = start_and_hold(&directory, script);
    directory.succeeds("kill -INT $(cat pid)");
    sleep(A_MOMENT);
    stdin.write_all(LOG.1.as_bytes()).unwrap();
    drop(stdin);
    assert_eq!(shell.end().0.code(), Some(0));
    assert_eq!(directory.read("out.log"), PATTERNS.repeat(2));
}

#[test]
fn signals_end_it_also_where_no_thread_can_wait_for_them() {
    // The limit on processes does not hold for root.
    if !(needs::root() && needs::program("prlimit")) {
        return;
    }
    for (name, number) in SIGNALS {
        let directory = Directory::with([]);
        // More than a pipe holds, so that the program waits to be read from.
        BigLog::new(1 << 20).put(&directory);
        directory.succeeds("echo a line | lognorm-mmap --patterns p.tsv");
        let old = directory.read("p.tsv");
        let script = "exec prlimit --nproc=1 lognorm-mmap in.log - --patterns p.tsv";
        let mut program = Running::start(directory.process(script).stdout(Stdio::piped()));
        program.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        program.signal(name);
        let (status, _) = program.end();
        assert_eq!(status.signal(), Some(number), "{name}: {status}");
        assert_eq!(directory.read("p.tsv"), old, "{name}");
    }
}

/// Kills `program`, and asserts that the old output is there, or all of the new one if the program
/// `may_be_done`.
#[track_caller]
fn kill(mut program: Running, directory: &Directory, may_be_done: bool, what: &str) {
    program.kill().unwrap();
    let (status, message) = program.end();
    let output = fs::read(directory.path("out.log")).unwrap();
    assert_eq!(message, "", "{what}");
    if output == OLD.1.as_bytes() {
        assert_eq!(status.signal(), Some(SIGKILL), "{what}");
    } else {
        let is_whole = output == BigLog::that_takes_a_while().patterns;
        assert!(may_be_done && is_whole, "{what}: {} bytes", output.len());
        fs::write(directory.path("out.log"), OLD.1).unwrap();
    }
    directory.succeeds("rm -f .lognorm-mmap.*");
    assert_eq!(directory.names(), ["in.log", "out.log"], "{what}");
}

#[test]
fn being_killed_at_any_moment_leaves_the_old_output_intact() {
    let log = BigLog::that_takes_a_while();
    let directory = Directory::with([OLD]);
    log.put(&directory);
    let count = if full_size() { 200 } else { 10 };
    // After so much of the input that has not come to its end.
    for part in 0..count {
        let script = format!("exec lognorm-mmap {SLOWLY} - out.log");
        let mut program = Running::start(directory.process(&script).stdin(Stdio::piped()));
        let mut stdin = program.stdin.take().unwrap();
        stdin.write_all(&log.bytes[..log.bytes.len() / count * part]).unwrap();
        kill(program, &directory, false, &format!("after {part} of {count} parts"));
    }
    // At any moment, the last ones among them.
    let script = format!("exec lognorm-mmap {SLOWLY} in.log");
    let start = Instant::now();
    let (status, message) = Running::start(directory.process(&script).stdout(Stdio::null())).end();
    assert_eq!((status.code(), &*message), (Some(0), ""));
    let whole = start.elapsed();
    for moment in moments(count as u32, whole) {
        let program = Running::start(&mut directory.process(&format!("{script} out.log")));
        sleep(moment);
        kill(program, &directory, true, &format!("after {moment:?} of {whole:?}"));
    }
}
