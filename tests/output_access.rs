//! Who may do what with an output that replaces another: never more than before, at no moment.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, chown};
use std::process::Stdio;

use common::directory::{Directory, LOG, PATTERNS};
use common::needs;
use common::running::Running;

/// An output that is already there.
const OLD: (&str, &str) = ("out.log", "Y Y\n");

/// The ways to write over `out.log`, for which it must hold alike.
const WAYS: [&str; 3] = [
    "lognorm-mmap in.log out.log",
    "mkdir logs; cp in.log logs/out.log; lognorm-mmap -t . logs/out.log",
    "ln -s ../out.log logs/link; lognorm-mmap --sync in.log logs/link",
];

/// Says so if there are no tools for ACLs, or the file system has none.
fn has_acls() -> bool {
    needs::program("setfacl") && needs::program("getfacl") && needs::program("setfattr") && {
        let directory = Directory::with([LOG]);
        let has = directory.run("setfacl -m u:1:r in.log").status.success();
        needs::needed(has, "the file system has no ACLs")
    }
}

fn acl(directory: &Directory, name: &str) -> String {
    directory.succeeds(&format!("getfacl -n --omit-header {name}"))
}

#[test]
fn an_acl_is_kept() {
    if !has_acls() {
        return;
    }
    for (mode, entries) in [
        // The group bits of the mode are what the ACL allows at most, not what the group may do.
        ("640", "u:1234:rw,g::-,o::-"),
        ("664", "u:1234:-,g:1234:r"),
        ("600", "u:1234:rwx,m::-"),
    ] {
        for inherited in ["true", "setfacl -d -m u:4321:rwx,g:4321:rwx ."] {
            let directory = Directory::with([LOG, OLD]);
            let set = format!("chmod {mode} out.log; setfacl -m {entries} out.log; {inherited}");
            directory.succeeds(&set);
            let before = (acl(&directory, "out.log"), directory.mode("out.log"));
            for way in WAYS {
                directory.succeeds(way);
                assert_eq!(directory.read("out.log"), PATTERNS, "{set}: {way}");
                let after = (acl(&directory, "out.log"), directory.mode("out.log"));
                assert_eq!(after, before, "{set}: {way}");
            }
        }
    }
}

#[test]
fn a_file_without_an_acl_does_not_get_that_of_its_directory() {
    if !has_acls() {
        return;
    }
    for mode in ["644", "660", "604"] {
        let directory = Directory::with([LOG, OLD]);
        directory.succeeds(&format!("chmod {mode} out.log; setfacl -d -m u:1234:rwx,g:1234:rwx ."));
        let before = acl(&directory, "out.log");
        for way in WAYS {
            directory.succeeds(way);
            assert_eq!(acl(&directory, "out.log"), before, "{mode}: {way}");
        }
        // A new one does, as any new file.
        directory.succeeds("rm out.log; touch other.log; lognorm-mmap in.log out.log");
        assert_eq!(acl(&directory, "out.log"), acl(&directory, "other.log"));
        directory.succeeds("lognorm-mmap in.log --patterns p.tsv");
        assert_eq!(acl(&directory, "p.tsv"), acl(&directory, "other.log"));
    }
}

#[test]
fn where_an_acl_cannot_be_kept_access_is_narrower() {
    if !(has_acls() && needs::strace()) {
        return;
    }
    for (call, entries, mode) in [
        ("fsetxattr", "u:1234:rw,g::r", 0o604),
        // Who has nothing must not become one of the others, who have something.
        ("fsetxattr", "u:1234:-,g::r", 0o600),
        ("fgetxattr", "u:1234:rw,g::r", 0o600),
    ] {
        for error in ["EPERM", "EOPNOTSUPP", "EINVAL", "ENOSYS"] {
            if (call, error) == ("fgetxattr", "EOPNOTSUPP") {
                continue; // There is no ACL then.
            }
            let directory = Directory::with([LOG, OLD]);
            directory.succeeds(&format!("chmod 644 out.log; setfacl -m {entries} out.log"));
            let strace = format!("strace -f -o /dev/null -e inject={call}:error={error}");
            directory.succeeds(&format!("{strace} lognorm-mmap in.log out.log"));
            assert_eq!(directory.read("out.log"), PATTERNS);
            assert_eq!(directory.mode("out.log"), mode, "{call} {error}, {entries}");
            assert!(!acl(&directory, "out.log").contains("1234"), "{call} {error}, {entries}");
        }
    }
    // One that was inherited and stays allows nothing without the bits of the group.
    let directory = Directory::with([LOG, OLD]);
    directory.succeeds("chmod 664 out.log; setfacl -d -m u:1234:rwx .");
    let strace = "strace -f -o /dev/null -e inject=fremovexattr:error=EPERM";
    directory.succeeds(&format!("{strace} lognorm-mmap in.log out.log"));
    assert_eq!(directory.mode("out.log"), 0o604);
}

#[test]
fn a_file_is_private_until_it_has_its_owner_and_acl() {
    if !(has_acls() && needs::strace()) {
        return;
    }
    let directory = Directory::with([LOG, OLD]);
    directory.succeeds("umask 0; chmod 666 out.log; setfacl -m u:1234:rw out.log");
    let calls = "trace=openat,fchown,fsetxattr,fchmod,renameat";
    directory.succeeds(&format!("strace -f -y -o trace -e {calls} lognorm-mmap in.log out.log"));
    let trace = directory.read("trace");
    let calls = trace.lines().filter(|call| call.contains(".lognorm-mmap."));
    let calls: Vec<_> = calls.map(|call| call.split_once(' ').unwrap().1.trim_start()).collect();
    let names: Vec<_> = calls.iter().map(|call| call.split_once('(').unwrap().0).collect();
    assert_eq!(names, ["openat", "fchown", "fsetxattr", "fchmod", "renameat"], "{trace}");
    assert!(calls[0].contains("O_EXCL") && calls[0].contains(", 0600)"), "{trace}");
}

#[test]
fn a_group_that_cannot_be_kept_loses_what_others_do_not_have() {
    if !needs::root() {
        return;
    }
    for (before, after) in
        [(0o660, 0o600), (0o664, 0o644), (0o666, 0o666), (0o604, 0o600), (0o6770, 0o700)]
    {
        let directory = Directory::with([LOG, OLD]);
        // Who runs the script is not in that group.
        chown(directory.path("out.log"), None, Some(12345)).unwrap();
        directory.set_mode("out.log", before);
        directory.succeeds("lognorm-mmap in.log out.log");
        let metadata = fs::metadata(directory.path("out.log")).unwrap();
        assert_eq!((metadata.gid(), metadata.mode() & 0o7777), (65534, after), "{before:o}");
    }
    // Nor does an owner who cannot give it away emit what runs as him.
    let directory = Directory::with([LOG, OLD]);
    chown(directory.path("out.log"), Some(12345), None).unwrap();
    directory.set_mode("out.log", 0o6777);
    directory.succeeds("lognorm-mmap in.log out.log");
    let metadata = fs::metadata(directory.path("out.log")).unwrap();
    assert_eq!((metadata.uid(), metadata.mode() & 0o7777), (65534, 0o777));
}

#[test]
fn an_output_that_is_closed_to_others_during_the_run_stays_closed() {
    if !has_acls() {
        return;
    }
    for (change, mode, has_acl) in [
        ("chmod 600 out.log", 0o600, false),
        ("chmod 660 out.log", 0o660, false),
        ("setfacl -m u:1234:-,m::r out.log", 0o644, true),
        ("rm out.log; umask 077; printf 'Y\\n' >out.log", 0o600, false),
        ("rm out.log", 0o644, false),
    ] {
        let directory = Directory::with([OLD]);
        directory.set_mode("out.log", 0o644);
        let script = "exec lognorm-mmap - out.log";
        let mut program = Running::start(directory.process(script).stdin(Stdio::piped()));
        let mut stdin = program.stdin.take().unwrap();
        // More than a pipe holds: part of it has been read then.
        stdin.write_all(&[b'\n'; 1 << 20]).unwrap();
        directory.succeeds(change);
        drop(stdin);
        let (status, message) = program.end();
        assert_eq!((status.code(), &*message), (Some(0), ""), "{change}");
        assert_eq!(directory.mode("out.log"), mode, "{change}");
        assert_eq!(acl(&directory, "out.log").contains("user:1234:---"), has_acl, "{change}");
        assert_eq!(directory.read("out.log").len(), 1 << 20, "{change}");
    }
}

#[test]
fn notes_that_users_made_are_kept() {
    if !needs::program("setfattr") {
        return;
    }
    let directory = Directory::with([LOG, OLD]);
    let set = "setfattr -n user.note -v kept out.log; setfattr -n user.empty out.log";
    if !needs::needed(directory.run(set).status.success(), "the file system has no attributes") {
        return;
    }
    for way in WAYS {
        directory.succeeds(way);
        assert_eq!(directory.read("out.log"), PATTERNS);
        let notes = directory.succeeds("getfattr --absolute-names -d out.log");
        assert_eq!(notes, "# file: out.log\nuser.empty=\"\"\nuser.note=\"kept\"\n\n", "{way}");
    }
}
