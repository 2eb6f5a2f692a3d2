//! A terminal that was stopped, by Ctrl-S, while progress is shown on it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::io::Write;
use std::process::Stdio;

use common::directory::{Directory, LOG, PATTERNS};
use common::running::{Running, wait_until};
use nix::pty::{OpenptyResult, openpty};
use nix::sys::termios::{FlowArg, tcflow};

/// Runs `script`, which is to become the program, on a terminal that is stopped, and asserts that
/// `output` appears while the program still waits for the terminal.
#[track_caller]
fn assert_is_not_held_up(directory: &Directory, script: &str, outputs: &[(&str, &str)]) {
    let OpenptyResult { master: _master, slave } = openpty(None, None).unwrap();
    tcflow(&slave, FlowArg::TCOOFF).unwrap();
    let mut command = directory.process(script);
    command.stdin(Stdio::piped()).stderr(slave.try_clone().unwrap());
    let mut program = Running::spawn(&mut command);
    program.stdin.take().unwrap().write_all(LOG.1.as_bytes()).unwrap();
    for (name, content) in outputs {
        let is_there = || {
            let path = directory.path(name);
            std::fs::read_to_string(path).is_ok_and(|text| text.contains(content))
        };
        wait_until(&format!("{name} is there: {script}"), is_there);
    }
    assert!(program.try_wait().unwrap().is_none(), "{script}: did not wait for the terminal");
    tcflow(&slave, FlowArg::TCOON).unwrap();
    wait_until("the program ends", || program.try_wait().unwrap().is_some());
    assert!(program.wait().unwrap().success(), "{script}");
}

#[test]
fn an_output_is_final_although_the_terminal_is_stopped() {
    let directory = Directory::with([LOG]);
    directory.succeeds("mkdir out");
    let catalogue = "Y Y Y (X)";
    for (arguments, outputs) in [
        ("- out.log", &[("out.log", PATTERNS)][..]),
        ("in.log mapped.log", &[("mapped.log", PATTERNS)]),
        ("in.log --patterns p.tsv", &[("p.tsv", catalogue)]),
        ("in.log both.log --patterns both.tsv", &[("both.log", PATTERNS), ("both.tsv", catalogue)]),
        ("-t out in.log", &[("out/in.log", PATTERNS)]),
    ] {
        let script = format!("exec lognorm-mmap --progress=always {arguments}");
        assert_is_not_held_up(&directory, &script, outputs);
    }
}
