//! The input is cut short or overwritten while it is read.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs::{self, OpenOptions};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::Instant;

use common::big::{BigLog, SLOWLY, full_size};
use common::folder::{Folder, utf8};
use common::needs;
use common::running::{Running, moments, wait_until};

/// An output that is already there.
const OLD: (&str, &str) = ("out.log", "what stood here before\n");

const CHANGED: &str = "lognorm-mmap: in.log: input changed while it was read\n";

/// A line without a run or an enclosure, so that it is its own pattern.
const LINE: &str = "- . - . - . - .\n";

/// So many that they do not fit into a pipe: the program waits to be read from.
const LINES: usize = 200_000;

#[track_caller]
fn assert_complete_or_failed_whenever_it_is_cut(options: &str) {
    let log = BigLog::that_takes_a_while();
    let folder = Folder::with([OLD]);
    let script = format!("exec lognorm-mmap {SLOWLY} {options} in.log");
    log.put(&folder);
    let start = Instant::now();
    let mut to_nowhere = folder.process(&script);
    let (status, message) = Running::start(to_nowhere.stdout(Stdio::null())).end();
    assert_eq!((status.code(), &*message), (Some(0), ""));
    let whole = start.elapsed();

    let (count, mut failed) = (if full_size() { 100 } else { 10 }, 0);
    let size = log.bytes.len() as u64;
    // To the middle, to next to nothing, and to within the last page, which no signal tells of.
    let sizes = [size / 2, 1000, size - 1, 0].into_iter().cycle();
    for (moment, size) in moments(count, whole).zip(sizes) {
        log.put(&folder);
        fs::write(folder.path("out.log"), OLD.1).unwrap();
        let mut program = Running::start(&mut folder.process(&format!("{script} out.log")));
        // Before that the input may not be open yet, and is then just a shorter one.
        wait_until("the output is begun", || {
            folder.names().len() == 3 || program.try_wait().unwrap().is_some()
        });
        sleep(moment);
        truncate(&folder, size);
        let (status, message) = program.end();
        let what = format!("cut to {size} after {moment:?} of {whole:?}: {status}: {message}");
        let output = fs::read(folder.path("out.log")).unwrap();
        match status.code() {
            Some(0) => assert!(output == log.patterns && message.is_empty(), "{what}"),
            Some(1) => {
                assert!(output == OLD.1.as_bytes() && message == CHANGED, "{what}");
                failed += 1;
            }
            _ => panic!("{what}"),
        }
        assert_eq!(folder.names(), ["in.log", "out.log"], "{what}");
    }
    assert!(failed > count / 4, "{failed} of {count} were cut before they were done");
}

fn truncate(folder: &Folder, size: u64) {
    let input = OpenOptions::new().write(true).open(folder.path("in.log")).unwrap();
    input.set_len(size).unwrap();
}

#[test]
fn a_mapped_input_cut_at_any_moment() {
    assert_complete_or_failed_whenever_it_is_cut("");
}

#[test]
fn a_read_input_cut_at_any_moment() {
    assert_complete_or_failed_whenever_it_is_cut("--no-mmap");
}

/// Runs with `options`, does `change` as soon as the first byte has come out, while the program
/// cannot write on, and returns the rest.
fn run_during(options: &str, change: impl FnOnce(&Folder)) -> Output {
    let folder = Folder::with([("in.log", &*LINE.repeat(LINES))]);
    let script = format!("lognorm-mmap {options} in.log");
    let mut command = folder.command(&script);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    change(&folder);
    child.wait_with_output().unwrap()
}

/// How chunks are under way when the input changes: few and small, or all that there are.
const IN_FLIGHT: [&str; 3] = [
    "--threads=1 --chunk-size=4KiB",
    "--threads=1 --chunk-size=256KiB",
    "--threads=4 --chunk-size=64KiB",
];

#[test]
fn zeros_that_are_not_in_a_cut_input_do_not_come_out() {
    let size = (LINE.len() * LINES) as u64;
    for options in IN_FLIGHT {
        for size in [0, 100, size / 2, size - 5] {
            let Output { status, stdout, stderr } = run_during(options, |it| truncate(it, size));
            let what = format!("{options}, cut to {size}");
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
            let during = |folder: &Folder| drop(folder.succeeds(change));
            let Output { status, stderr, .. } = run_during(options, during);
            let what = format!("{options}: {change}");
            assert_eq!((status.code(), &*utf8(stderr)), (Some(1), CHANGED), "{what}");
        }
    }
}

#[test]
fn bytes_that_change_all_the_time_do_no_harm() {
    // Rules and positions change between one look at a byte and the next, for every kernel.
    // Many times as long as a file's time of change takes to go on.
    let log = BigLog::new(if cfg!(debug_assertions) { 4 << 20 } else { 64 << 20 });
    for kernel in ["auto", "portable", "scalar"] {
        let folder = Folder::with([OLD]);
        log.put(&folder);
        folder.succeeds("echo a line | lognorm-mmap --patterns known.tsv");
        let input = OpenOptions::new().write(true).open(folder.path("in.log")).unwrap();
        let at_work = AtomicBool::new(true);
        scope(|scope| {
            scope.spawn(|| {
                let contents = [b'(', b'a', b'\n', b']', b'"', b'-'].map(|byte| vec![byte; 70_001]);
                let places = (0..log.bytes.len() as u64 - 70_001).step_by(61_007).cycle();
                for (content, place) in contents.iter().cycle().zip(places) {
                    if !at_work.load(Ordering::Relaxed) {
                        break;
                    }
                    input.write_all_at(content, place).unwrap();
                }
            });
            for options in [
                "--threads=1",
                "--threads=4 --chunk-size=64KiB",
                "--threads=2 --patterns p.tsv",
                "--threads=2 --known known.tsv --raw",
            ] {
                let script =
                    format!("exec lognorm-mmap --kernel={kernel} {options} in.log out.log");
                let (status, message) = Running::start(&mut folder.process(&script)).end();
                let failed = (status.code(), &*message) == (Some(1), CHANGED);
                if !failed {
                    at_work.store(false, Ordering::Relaxed);
                }
                assert!(failed, "{script}: {status}: {message}");
                assert_eq!(folder.read("out.log"), OLD.1, "{script}");
                assert!(!folder.path("p.tsv").exists(), "{script}");
            }
            at_work.store(false, Ordering::Relaxed);
        });
    }
}

#[test]
fn an_archive_that_is_cut_while_it_is_read_has_changed_and_is_not_damaged() {
    if !needs::program("gzip") {
        return;
    }
    // Of bytes that are their own pattern, and cannot be compressed to next to nothing.
    let mut state = 1_u64;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        b" -.,:;=+*/|%&$#!"[(state >> 60) as usize]
    };
    let mut log: Vec<u8> = (0..4 << 20).map(|_| byte()).collect();
    log.iter_mut().step_by(100).for_each(|byte| *byte = b'\n');
    let folder = Folder::with([]);
    fs::write(folder.path("plain.log"), log).unwrap();
    folder.succeeds("gzip -c plain.log >in.log");
    let script = "exec lognorm-mmap --threads=1 --chunk-size=64KiB in.log";
    let mut program = Running::start(folder.process(script).stdout(Stdio::piped()));
    let mut stdout = program.stdout.take().unwrap();
    // It has begun, and waits to be read from.
    stdout.read_exact(&mut [0]).unwrap();
    let size = fs::metadata(folder.path("in.log")).unwrap().len();
    truncate(&folder, size - 10_000);
    stdout.read_to_end(&mut Vec::new()).unwrap();
    let (status, message) = program.end();
    assert_eq!((status.code(), &*message), (Some(1), CHANGED));
}
