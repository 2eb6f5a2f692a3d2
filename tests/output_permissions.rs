//! File systems that do not let permissions be set, as those of network shares.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::directory::{Directory, LOG, PATTERNS};
use common::needs;

/// An output that is already there.
const OLD: (&str, &str) = ("out.log", "Y Y\n");

#[test]
fn permissions_that_cannot_be_set_are_narrower_or_the_old_file_stays() {
    if !needs::strace() {
        return;
    }
    for error in ["EPERM", "ENOSYS", "EOPNOTSUPP", "EACCES", "EINVAL"] {
        let strace = format!("strace -f -o /dev/null -e inject=fchmod:error={error}");
        // What cannot be read is replaced if that is forced.
        for (before, after) in [(0o644, 0o600), (0o660, 0o600), (0o600, 0o600), (0o200, 0o200)] {
            let directory = Directory::with([LOG, OLD, ("p.tsv", "")]);
            directory.set_mode("out.log", before);
            directory.succeeds(&format!("{strace} lognorm-mmap --force in.log out.log"));
            assert_eq!(directory.mode("out.log"), after, "{error}");
            directory.set_mode("out.log", 0o600);
            assert_eq!(directory.read("out.log"), PATTERNS, "{error}");
            directory.set_mode("p.tsv", before);
            directory.succeeds(&format!("{strace} lognorm-mmap --force in.log --patterns p.tsv"));
            assert_eq!(directory.mode("p.tsv"), after, "{error}");
        }
    }
    // A disk that fails does not refuse.
    let directory = Directory::with([LOG, OLD]);
    let strace = "strace -f -o /dev/null -e inject=fchmod:error=EIO";
    let given = directory.fails(&format!("{strace} lognorm-mmap in.log out.log"), "out.log");
    assert_eq!(given, "Input/output error");
}

#[test]
fn permissions_that_are_wider_and_cannot_be_set_are_a_failure() {
    if !needs::strace() {
        return;
    }
    // A share that makes every file one that all may write: which of the calls asks for that.
    let fchmod = "-e inject=fchmod:error=EPERM";
    let directory = Directory::with([LOG, OLD]);
    let script =
        format!("strace -y -o trace -e trace=statx,fchmod {fchmod} lognorm-mmap in.log out.log");
    directory.succeeds(&script);
    let trace = directory.read("trace");
    let refused = trace.lines().position(|call| call.starts_with("fchmod")).unwrap();
    let is_stat = |call: &&str| call.starts_with("statx(");
    let when = trace.lines().take(refused).filter(is_stat).count() + 1;
    // The begin of its answer: what it tells, block size, attributes, one name, owner, group, and
    // that it is a regular file of mode 0666.
    let answer = "ff17000000100000000000000000000001000000feff0000feff0000b681";
    let wide = format!("-e inject=statx:poke_exit=@arg5={answer}:when={when}");
    let directory = Directory::with([LOG, OLD]);
    let script = format!("strace -o /dev/null {wide} {fchmod} lognorm-mmap in.log out.log");
    let given = directory.fails(&script, "out.log");
    assert_eq!(given, "Operation not permitted");
}
