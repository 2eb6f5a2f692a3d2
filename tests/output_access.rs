//! Who may do what with an output that replaces another: never more than before, at no moment.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, chown};
use std::process::Stdio;

use common::folder::{Folder, LOG, PATTERNS};
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
        let folder = Folder::with([LOG]);
        let has = folder.run("setfacl -m u:1:r in.log").status.success();
        needs::needed(has, "the file system has no ACLs")
    }
}

fn acl(folder: &Folder, name: &str) -> String {
    folder.succeeds(&format!("getfacl -n --omit-header {name}"))
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
            let folder = Folder::with([LOG, OLD]);
            let set = format!("chmod {mode} out.log; setfacl -m {entries} out.log; {inherited}");
            folder.succeeds(&set);
            let before = (acl(&folder, "out.log"), folder.mode("out.log"));
            for way in WAYS {
                folder.succeeds(way);
                assert_eq!(folder.read("out.log"), PATTERNS, "{set}: {way}");
                let after = (acl(&folder, "out.log"), folder.mode("out.log"));
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
        let folder = Folder::with([LOG, OLD]);
        folder.succeeds(&format!("chmod {mode} out.log; setfacl -d -m u:1234:rwx,g:1234:rwx ."));
        let before = acl(&folder, "out.log");
        for way in WAYS {
            folder.succeeds(way);
            assert_eq!(acl(&folder, "out.log"), before, "{mode}: {way}");
        }
        // A new one does, as any new file.
        folder.succeeds("rm out.log; touch other.log; lognorm-mmap in.log out.log");
        assert_eq!(acl(&folder, "out.log"), acl(&folder, "other.log"));
        folder.succeeds("lognorm-mmap in.log --patterns p.tsv");
        assert_eq!(acl(&folder, "p.tsv"), acl(&folder, "other.log"));
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
            let folder = Folder::with([LOG, OLD]);
            folder.succeeds(&format!("chmod 644 out.log; setfacl -m {entries} out.log"));
            let strace = format!("strace -f -o /dev/null -e inject={call}:error={error}");
            folder.succeeds(&format!("{strace} lognorm-mmap in.log out.log"));
            assert_eq!(folder.read("out.log"), PATTERNS);
            assert_eq!(folder.mode("out.log"), mode, "{call} {error}, {entries}");
            assert!(!acl(&folder, "out.log").contains("1234"), "{call} {error}, {entries}");
        }
    }
    // One that was inherited and stays allows nothing without the bits of the group.
    let folder = Folder::with([LOG, OLD]);
    folder.succeeds("chmod 664 out.log; setfacl -d -m u:1234:rwx .");
    let strace = "strace -f -o /dev/null -e inject=fremovexattr:error=EPERM";
    folder.succeeds(&format!("{strace} lognorm-mmap in.log out.log"));
    assert_eq!(folder.mode("out.log"), 0o604);
}

#[test]
fn a_file_is_private_until_it_has_its_owner_and_acl() {
    if !(has_acls() && needs::strace()) {
        return;
    }
    let folder = Folder::with([LOG, OLD]);
    folder.succeeds("umask 0; chmod 666 out.log; setfacl -m u:1234:rw out.log");
    let calls = "trace=openat,fchown,fsetxattr,fchmod,renameat";
    folder.succeeds(&format!("strace -f -y -o trace -e {calls} lognorm-mmap in.log out.log"));
    let trace = folder.read("trace");
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
        let folder = Folder::with([LOG, OLD]);
        // Who runs the script is not in that group.
        chown(folder.path("out.log"), None, Some(12345)).unwrap();
        folder.set_mode("out.log", before);
        folder.succeeds("lognorm-mmap in.log out.log");
        let metadata = fs::metadata(folder.path("out.log")).unwrap();
        assert_eq!((metadata.gid(), metadata.mode() & 0o7777), (65534, after), "{before:o}");
    }
    // Nor does an owner who cannot give it away emit what runs as him.
    let folder = Folder::with([LOG, OLD]);
    chown(folder.path("out.log"), Some(12345), None).unwrap();
    folder.set_mode("out.log", 0o6777);
    folder.succeeds("lognorm-mmap in.log out.log");
    let metadata = fs::metadata(folder.path("out.log")).unwrap();
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
        let folder = Folder::with([OLD]);
        folder.set_mode("out.log", 0o644);
        let script = "exec lognorm-mmap - out.log";
        let mut program = Running::start(folder.process(script).stdin(Stdio::piped()));
        let mut stdin = program.stdin.take().unwrap();
        // More than a pipe holds: part of it has been read then.
        stdin.write_all(&[b'\n'; 1 << 20]).unwrap();
        folder.succeeds(change);
        drop(stdin);
        let (status, message) = program.end();
        assert_eq!((status.code(), &*message), (Some(0), ""), "{change}");
        assert_eq!(folder.mode("out.log"), mode, "{change}");
        assert_eq!(acl(&folder, "out.log").contains("user:1234:---"), has_acl, "{change}");
        assert_eq!(folder.read("out.log").len(), 1 << 20, "{change}");
    }
}

#[test]
fn notes_that_users_made_are_kept() {
    if !needs::program("setfattr") {
        return;
    }
    let folder = Folder::with([LOG, OLD]);
    let set = "setfattr -n user.note -v kept out.log; setfattr -n user.empty out.log";
    if !needs::needed(folder.run(set).status.success(), "the file system has no attributes") {
        return;
    }
    for way in WAYS {
        folder.succeeds(way);
        assert_eq!(folder.read("out.log"), PATTERNS);
        let notes = folder.succeeds("getfattr --absolute-names -d out.log");
        assert_eq!(notes, "# file: out.log\nuser.empty=\"\"\nuser.note=\"kept\"\n\n", "{way}");
    }
}
