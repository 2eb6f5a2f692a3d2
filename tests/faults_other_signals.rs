//! Signals other than those of a terminal, and the first process of a container, to which the
//! default action of a signal does nothing.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::{PipeWriter, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{ChildStdin, Command, Output, Stdio};

use common::directory::{BINARY, Directory, LOG, PATTERNS, utf8};
use common::needs;
use common::running::{Running, wait_until};
use nix::fcntl::{FcntlArg, OFlag, fcntl};

/// An output that is already there.
const OLD: (&str, &str) = ("out.log", "Y Y\n");

/// Signals that end a program, as a shell has them.
const SIGNALS: [(&str, i32); 18] = [
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("TRAP", 5),
    ("ABRT", 6),
    ("USR1", 10),
    ("USR2", 12),
    ("ALRM", 14),
    ("TERM", 15),
    ("STKFLT", 16),
    ("XCPU", 24),
    ("VTALRM", 26),
    ("PROF", 27),
    ("IO", 29),
    ("PWR", 30),
    ("SYS", 31),
    ("34", 34),
    ("64", 64),
];

fn kill(signal: i32, process: u32) {
    let script = format!("kill -{signal} {process}");
    assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success(), "{script}");
}

/// Starts `script`, which is to become the program. When this returns, it has written the first
/// part of the output over which `out.log` is to be replaced, and waits for more.
fn start_and_hold(directory: &Directory, script: &str) -> (Running, ChildStdin) {
    let mut program = Running::start(directory.process(script).stdin(Stdio::piped()));
    let mut stdin = program.stdin.take().unwrap();
    stdin.write_all(LOG.1.as_bytes()).unwrap();
    wait_until("the first part is written", || {
        let temporary = directory.names().into_iter().find(|name| name.starts_with('.'));
        temporary.is_some_and(|name| directory.read(&name) == PATTERNS)
    });
    (program, stdin)
}

#[test]
fn every_signal_that_ends_the_program_leaves_no_trace_and_is_what_it_dies_of() {
    for (name, number) in SIGNALS {
        let directory = Directory::with([OLD]);
        // Without a core, which some of them leave.
        let (program, _stdin) =
            start_and_hold(&directory, "ulimit -c 0; exec lognorm-mmap - out.log");
        kill(number, program.id());
        let (status, message) = program.end();
        assert_eq!((status.signal(), &*message), (Some(number), ""), "{name}: {status}");
        assert_eq!(directory.names(), ["out.log"], "{name}");
        assert_eq!(directory.read("out.log"), OLD.1, "{name}");
    }
}

#[test]
fn every_signal_that_was_ignored_at_the_start_stays_ignored() {
    let directory = Directory::with([OLD]);
    let ignored: Vec<_> = SIGNALS.into_iter().filter(|(name, _)| *name != "ABRT").collect();
    let names: Vec<_> = ignored.iter().map(|(_, number)| number.to_string()).collect();
    let script = format!("trap '' {}; exec lognorm-mmap - out.log", names.join(" "));
    let (program, mut stdin) = start_and_hold(&directory, &script);
    ignored.iter().for_each(|&(_, number)| kill(number, program.id()));
    stdin.write_all(LOG.1.as_bytes()).unwrap();
    drop(stdin);
    let (status, message) = program.end();
    assert_eq!((status.code(), &*message), (Some(0), ""), "{status}");
    assert_eq!(directory.read("out.log"), PATTERNS.repeat(2));
}

#[test]
fn a_sum_of_catalogues_leaves_no_trace_either() {
    for (name, number) in [("QUIT", 3), ("USR1", 10), ("XCPU", 24)] {
        let directory = Directory::with([LOG]);
        directory.succeeds("lognorm-mmap in.log --patterns p.tsv; mkfifo fifo");
        let script = "ulimit -c 0; exec lognorm-mmap patterns merge p.tsv fifo -o p.tsv";
        let program = Running::start(&mut directory.process(script));
        // Once the other end is open, the program is past its start.
        let fifo = fs::OpenOptions::new().write(true).open(directory.path("fifo")).unwrap();
        kill(number, program.id());
        let (status, message) = program.end();
        drop(fifo);
        assert_eq!((status.signal(), &*message), (Some(number), ""), "{name}: {status}");
        assert_eq!(directory.names(), ["fifo", "in.log", "p.tsv"], "{name}");
    }
}

/// A command that runs `script` as the first process of a PID namespace of its own.
fn container(directory: &Directory, script: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--pid", "--fork", "sh", "-c", script]).current_dir(directory.path("."));
    command.env("PROGRAM", BINARY).stdin(Stdio::piped());
    command
}

/// The child of `process`, as this namespace sees it.
fn child_of(process: u32) -> u32 {
    let path = format!("/proc/{process}/task/{process}/children");
    let child = || fs::read_to_string(&path).unwrap_or_default().trim().parse().ok();
    wait_until("there is a child", || child().is_some());
    child().unwrap()
}

#[test]
fn the_first_process_of_a_container_ends_by_signals_too() {
    if !(needs::root() && needs::program("unshare")) {
        return;
    }
    for (name, number) in SIGNALS {
        let directory = Directory::with([OLD]);
        let mut command = container(&directory, "exec $PROGRAM - out.log");
        let mut program = Running::start(&mut command);
        let mut stdin = program.stdin.take().unwrap();
        stdin.write_all(LOG.1.as_bytes()).unwrap();
        wait_until("the output is begun", || directory.names().len() == 2);
        kill(number, child_of(program.id()));
        let (status, message) = program.end();
        assert_eq!((status.code(), &*message), (Some(128 + number), ""), "{name}: {status}");
        assert_eq!(directory.names(), ["out.log"], "{name}");
        assert_eq!(directory.read("out.log"), OLD.1, "{name}");
    }
}

#[test]
fn the_first_process_of_a_container_ends_by_signals_while_it_prints() {
    if !(needs::root() && needs::program("unshare")) {
        return;
    }
    for arguments in ["--completions bash", "--man", "--help"] {
        let directory = Directory::with([]);
        let (stdout, mut full) = std::io::pipe().unwrap();
        fill(&mut full);
        let script = format!("exec $PROGRAM {arguments}");
        let mut command = container(&directory, &script);
        let mut program = Running::start(command.stdout(full));
        drop(command);
        let child = child_of(program.id()).to_string();
        // Until it has looked at its arguments it receives none.
        wait_until("it ends", || {
            let _ = Command::new("kill").args(["-TERM", &child]).stderr(Stdio::null()).status();
            program.try_wait().unwrap().is_some()
        });
        assert_eq!(program.end().0.code(), Some(143), "{arguments}");
        drop(stdout);
    }
}

/// Writes to `pipe` until it holds no more.
fn fill(pipe: &mut PipeWriter) {
    fcntl(&*pipe, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
    while pipe.write(&[0; 4096]).is_ok() {}
    fcntl(&*pipe, FcntlArg::F_SETFL(OFlag::empty())).unwrap();
}

#[test]
fn the_first_process_of_a_container_ends_as_a_filter_does() {
    if !(needs::root() && needs::program("unshare")) {
        return;
    }
    let directory = Directory::with([("in.log", &*"a line\n".repeat(100_000))]);
    let script = "{ unshare --pid --fork $PROGRAM in.log; echo $? >code; } | true";
    let mut command = Command::new("sh");
    command.args(["-c", script]).env("PROGRAM", BINARY).current_dir(directory.path("."));
    let Output { status, stderr, .. } = command.output().unwrap();
    assert_eq!((status.code(), utf8(stderr)), (Some(0), String::new()));
    assert_eq!(directory.read("code"), "141\n");
}
