//! Names of outputs that are not to be used: those that no file can have, and those that somebody
//! else chose.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::os::unix::fs::{chown, lchown, symlink};

use common::directory::{Directory, LOG, PATTERNS};
use common::needs;

/// An output that is already there.
const OLD: &str = "Y Y\n";

/// Somebody else than who runs the scripts.
const STRANGER: Option<u32> = Some(12345);

#[test]
fn what_cannot_be_the_name_of_a_file_is_told_before_anything_is_read() {
    let long = "n".repeat(300);
    let (long_directory, long_link) = (format!("{long}/out.log"), format!("ln -s {long} far;"));
    for (before, output, reason) in [
        ("", "new/", "no such directory; without the slash at its end it is the name of a file"),
        ("", "new//", "no such directory; without the slash at its end it is the name of a file"),
        ("mkdir dir;", "dir/", "Is a directory"),
        ("", "in.log/", "Not a directory"),
        ("mkdir dir;", "dir/.", "Is a directory"),
        ("", "..", "Is a directory"),
        ("", "new/..", "No such file or directory"),
        ("", "/", "Is a directory"),
        ("", &long, "File name too long"),
        ("", &long_directory, "File name too long"),
        (&long_link, "far", "File name too long"),
        (
            "ln -s new/ far;",
            "far",
            "no such directory; without the slash at its end it is the name of a file",
        ),
        ("ln -s .. far;", "far", "Is a directory"),
        ("ln -s no/way far;", "far", "No such file or directory"),
    ] {
        let directory = Directory::with([LOG]);
        // Whoever reads it waits for ever: it is a writer, too.
        directory.succeeds(&format!("{before} mkfifo fifo"));
        let given = directory.fails(&format!("lognorm-mmap - '{output}' <>fifo"), output);
        assert_eq!(given, reason, "{before} {output}");
    }
    // A catalogue has its own place, and so has each of many logs.
    let directory = Directory::with([LOG]);
    directory.succeeds("mkfifo fifo; mkdir dir");
    let given = directory.fails("lognorm-mmap - --patterns new.tsv/ <>fifo", "new.tsv/");
    assert!(given.starts_with("no such directory"), "{given}");
    let given = directory.fails("lognorm-mmap patterns merge - -o new.tsv/ <>fifo", "new.tsv/");
    assert!(given.starts_with("no such directory"), "{given}");
    let log = "n".repeat(254);
    directory.succeeds(&format!("cp in.log {log}"));
    let output = format!("dir/{log}.gz");
    let given = directory.fails(&format!("lognorm-mmap --compress gzip -t dir {log}"), &output);
    assert_eq!(given, "File name too long");
}

#[test]
fn forty_links_are_followed_and_no_more() {
    let directory = Directory::with([LOG]);
    let links = "mkdir d; ln -s ../out.log d/1; \
                 for i in $(seq 2 41); do ln -s $((i - 1)) d/$i; done;";
    directory.succeeds(links);
    directory.succeeds("lognorm-mmap in.log d/40");
    assert_eq!(directory.read("out.log"), PATTERNS);
    let given = directory.fails("lognorm-mmap in.log d/41", "d/41");
    assert!(given.contains("symbolic links"), "{given}");
}

#[test]
fn no_clobber_makes_nothing_through_a_link() {
    let directory = Directory::with([LOG]);
    directory
        .succeeds("mkdir out; ln -s nothing dangling; ln -s dangling more; ln -s ../no out/in.log");
    directory.succeeds("ln -s nothing p.tsv");
    for (script, path) in [
        ("lognorm-mmap --no-clobber in.log dangling", "dangling"),
        ("lognorm-mmap --no-clobber in.log more", "more"),
        ("lognorm-mmap --no-clobber -t out in.log", "out/in.log"),
        ("lognorm-mmap --no-clobber in.log --patterns p.tsv", "p.tsv"),
    ] {
        assert_eq!(directory.fails(script, path), "File exists", "{script}");
    }
    // What is no file is written to, and not clobbered.
    directory.succeeds("ln -s /dev/null null; lognorm-mmap --no-clobber in.log null");
    directory.succeeds("lognorm-mmap in.log dangling; test ! -L nothing");
    assert_eq!(directory.read("nothing"), PATTERNS);
}

/// A directory `shared` that belongs to root, with permissions that somebody gave `/tmp`.
fn shared(mode: u32) -> Directory {
    let directory = Directory::with([LOG, ("out.log", OLD), ("there.tsv", "")]);
    fs::create_dir(directory.path("shared")).unwrap();
    directory.set_mode("shared", mode);
    for (name, target) in [("link", "../out.log"), ("new", "../new.log"), ("p.tsv", "../there.tsv")]
    {
        let link = directory.path("shared").join(name);
        symlink(target, &link).unwrap();
        lchown(&link, STRANGER, STRANGER).unwrap();
    }
    fs::write(directory.path("shared/theirs"), OLD).unwrap();
    chown(directory.path("shared/theirs"), STRANGER, STRANGER).unwrap();
    directory.set_mode("shared/theirs", 0o666);
    directory
}

#[test]
fn a_link_that_somebody_else_made_in_a_sticky_directory_is_not_followed() {
    if !needs::root() {
        return;
    }
    let reason =
        "Permission denied: another user made this symbolic link in a world-writable directory";
    let directory = shared(0o1777);
    directory.succeeds("ln -s shared/link mine; ln -s ../out.log shared/mine; mkdir logs");
    directory.succeeds("cp in.log logs/link; mkfifo fifo");
    for (script, path) in [
        ("lognorm-mmap - shared/link <>fifo", "shared/link"),
        ("lognorm-mmap in.log shared/new", "shared/new"),
        ("lognorm-mmap in.log mine", "mine"),
        ("lognorm-mmap -t shared logs/link", "shared/link"),
        ("lognorm-mmap in.log --patterns shared/p.tsv", "shared/p.tsv"),
    ] {
        assert_eq!(directory.fails(script, path), reason, "{script}");
    }
    // One's own link is, and the one of the directory's owner.
    directory.succeeds("lognorm-mmap in.log shared/mine");
    assert_eq!(directory.read("out.log"), PATTERNS);
    lchown(directory.path("shared/link"), Some(0), None).unwrap();
    directory.succeeds("lognorm-mmap in.log shared/link");
    // So is any where not all may write, or where all could have replaced it.
    for mode in [0o1775, 0o777] {
        let directory = shared(mode);
        chown(directory.path("shared"), None, Some(65534)).unwrap();
        directory.succeeds("lognorm-mmap in.log shared/link");
        assert_eq!(directory.read("out.log"), PATTERNS, "{mode:o}");
    }
}

#[test]
fn a_file_of_somebody_else_in_a_sticky_directory_is_kept_before_the_work() {
    if !needs::root() {
        return;
    }
    let directory = shared(0o1777);
    directory.succeeds("mkfifo fifo shared/trap; ln -s shared/theirs way");
    chown(directory.path("shared/trap"), STRANGER, STRANGER).unwrap();
    directory.set_mode("shared/trap", 0o666);
    for path in ["shared/theirs", "way"] {
        let given = directory.fails(&format!("lognorm-mmap - {path} <>fifo"), path);
        assert!(given.starts_with("Operation not permitted: another user owns it"), "{given}");
    }
    // Nobody reads from the FIFO: who opens it waits.
    let given = directory.fails("lognorm-mmap in.log shared/trap", "shared/trap");
    assert_eq!(
        given,
        "Permission denied: another user made this FIFO in a world-writable directory"
    );
    // The owner of the directory may replace what is in it, and so may anyone where it is not
    // sticky.
    chown(directory.path("shared"), Some(65534), None).unwrap();
    directory.succeeds("lognorm-mmap in.log shared/theirs");
    assert_eq!(directory.read("shared/theirs"), PATTERNS);
    let directory = shared(0o777);
    directory.succeeds("lognorm-mmap in.log shared/theirs");
    assert_eq!(directory.read("shared/theirs"), PATTERNS);
}

#[test]
fn one_fifo_is_not_both_ends() {
    let directory = Directory::with([]);
    directory.succeeds("mkfifo fifo; ln -s fifo link");
    for (script, path) in [
        ("lognorm-mmap fifo fifo", "fifo"),
        ("lognorm-mmap fifo link", "fifo"),
        ("lognorm-mmap - link <>fifo", "standard input"),
        ("lognorm-mmap - <>fifo >&0", "standard input"),
    ] {
        let reason = directory.fails(script, path);
        assert_eq!(reason, "input and output are the same file", "{script}");
    }
}
