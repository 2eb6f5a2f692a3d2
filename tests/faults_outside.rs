//! Faults that ordinary runs never meet: `SIGBUS` from another process, and half a tebibyte of
//! input.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::panic::catch_unwind;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use common::directory::Directory;
use common::needs;
use common::running::Running;
use lognorm_mmap::{LineSpans, Normalizer, TruncationGuard};
use memmap2::MmapOptions;
use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, raise, sigaction};

#[test]
fn a_stray_bus_error_ends_it_the_first_time() {
    let directory = Directory::with([("in.log", &*"a line\n".repeat(200_000))]);
    // The first waits for more input, the second for its reader.
    for (arguments, source) in [("", "stream"), ("--chunk-size=4KiB in.log", "mapped")] {
        let script = format!("exec lognorm-mmap {arguments}");
        let mut command = directory.process(&script);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = Running::start(command);
        let mut stdin = program.stdin.take().unwrap();
        let _ = stdin.write_all(b"a line\n");
        // The handler is installed before the first byte comes out.
        program.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        program.signal("BUS");
        let (status, message) = program.end();
        assert_eq!((status.signal(), &*message), (Some(libc::SIGBUS), ""), "{source}: {status}");
    }
}

static HANDLED: AtomicU32 = AtomicU32::new(0);

extern "C" fn count(_: libc::c_int) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

const COUNT: extern "C" fn(libc::c_int) = count;

#[test]
fn a_handler_of_the_user_is_called_and_the_guard_stays() {
    let action = SigAction::new(SigHandler::Handler(count), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler only adds to an atomic number.
    let before = unsafe { sigaction(Signal::SIGBUS, &action) }.unwrap();
    let guard = TruncationGuard::install().unwrap();
    for sent in 1..=3 {
        raise(Signal::SIGBUS).unwrap();
        assert_eq!(HANDLED.load(Ordering::Relaxed), sent);
    }
    drop(guard);
    // SAFETY: this restores the action from before.
    let after = unsafe { sigaction(Signal::SIGBUS, &before) }.unwrap();
    let is_counting = |handler: extern "C" fn(_)| std::ptr::fn_addr_eq(handler, COUNT);
    assert!(matches!(after.handler(), SigHandler::Handler(handler) if is_counting(handler)));
}

#[test]
fn more_bytes_than_levels_can_tell_apart_are_refused() {
    const LEN: usize = (1 << 39) + 1;
    let bytes = MmapOptions::new().len(LEN).no_reserve_swap().map_anon();
    if !needs::needed(bytes.is_ok(), "half a tebibyte of addresses cannot be reserved") {
        return;
    }
    let bytes = bytes.unwrap();
    let refused = |result: std::thread::Result<_>| {
        let message = *result.unwrap_err().downcast::<&str>().unwrap();
        assert_eq!(message, "more than 2^39 bytes of lines in one call");
    };
    refused(catch_unwind(|| Normalizer::new().normalize(&bytes, &mut Vec::new())));
    let noting =
        || Normalizer::new().normalize_noting(&bytes, &mut Vec::new(), &mut LineSpans::new());
    refused(catch_unwind(noting));
}
