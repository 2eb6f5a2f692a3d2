//! The directory of the output: what happens to it during the run, where it is, who else may write
//! to it, and names that no file in it can have.

mod common;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{chown, lchown};
use std::os::unix::process::ExitStatusExt;
use std::process::{ChildStdin, Stdio};

use common::folder::{Folder, LOG, PATTERNS};
use common::needs;
use common::running::Running;

/// An output that is already there.
const OLD: &str = "Y Y\n";

/// Somebody else than who runs the scripts.
const STRANGER: Option<u32> = Some(12345);

/// More than a pipe holds: what is written has been read, at least in part, and so the output was
/// opened.
const MORE_THAN_A_PIPE: usize = 1 << 20;

/// Starts `script`, which is to become the program and to read standard input. When this returns it
/// is at work.
fn start(folder: &Folder, script: &str) -> (Running, ChildStdin) {
    let mut program = Running::start(folder.process(script).stdin(Stdio::piped()));
    let mut stdin = program.stdin.take().unwrap();
    stdin.write_all(&vec![b'\n'; MORE_THAN_A_PIPE]).unwrap();
    (program, stdin)
}

#[track_caller]
fn finishes((program, mut stdin): (Running, ChildStdin)) {
    stdin.write_all(LOG.1.as_bytes()).unwrap();
    drop(stdin);
    let (status, message) = program.end();
    assert_eq!((status.code(), &*message), (Some(0), ""));
}

fn all_patterns() -> String {
    "\n".repeat(MORE_THAN_A_PIPE) + PATTERNS
}

/// What is done to the way to an output during the run, and where the output is then.
const CHANGES: [(&str, &str); 4] = [
    ("ln -sfn b way", "a/out.log"),
    ("rm way", "a/out.log"),
    ("mv a c", "c/out.log"),
    ("ln -sfn nowhere way; mv a c; mkdir a", "c/out.log"),
];

#[test]
fn the_way_to_the_output_may_change_during_the_run() {
    for (change, place) in CHANGES {
        for before in ["", "printf 'Y Y\\n' >a/out.log;"] {
            for options in ["", "--sync", "--no-clobber"] {
                if options == "--no-clobber" && !before.is_empty() {
                    continue;
                }
                let folder = Folder::with([]);
                folder.succeeds(&format!("mkdir a b; ln -s a way; {before}"));
                let script = format!("exec lognorm-mmap {options} - way/out.log");
                let program = start(&folder, &script);
                folder.succeeds(change);
                finishes(program);
                assert!(folder.read(place) == all_patterns(), "{before} {options} {change}");
                let files = folder.succeeds("find . -type f");
                assert_eq!(files, format!("./{place}\n"), "{before} {options} {change}");
            }
        }
    }
}

#[test]
fn a_signal_leaves_nothing_although_the_way_to_the_output_was_changed() {
    for (change, place) in CHANGES {
        let folder = Folder::with([]);
        folder.succeeds("mkdir a b; ln -s a way; printf 'Y Y\\n' >a/out.log");
        let (program, _stdin) = start(&folder, "exec lognorm-mmap - way/out.log");
        folder.succeeds(change);
        program.signal("TERM");
        assert_eq!(program.end().0.signal(), Some(15), "{change}");
        assert_eq!(folder.read(place), OLD, "{change}");
        assert_eq!(folder.succeeds("find . -type f"), format!("./{place}\n"), "{change}");
    }
}

#[test]
fn a_directory_that_is_removed_during_the_run_is_a_failure() {
    let folder = Folder::with([]);
    folder.succeeds("mkdir a");
    let (program, stdin) = start(&folder, "exec lognorm-mmap - a/out.log");
    folder.succeeds("rmdir a && mkdir a");
    drop(stdin);
    let (status, message) = program.end();
    let expected = "lognorm-mmap: a/out.log: No such file or directory\n";
    assert_eq!((status.code(), &*message), (Some(1), expected));
    assert_eq!(folder.succeeds("find ."), ".\n./a\n");
}

#[test]
fn the_current_directory_may_be_deep_or_below_one_that_cannot_be_searched() {
    // No shell goes below 4,096 bytes by itself.
    let deep = "p=$(for _ in $(seq 14); do printf '%0200d/' 0; done); mkdir -p $p; cd $p; \
                mkdir -p $p; here() { env -C $p sh -c \"$1\"; };";
    let hidden = "mkdir -p p/q; cd p/q; chmod 0 ..; here() { sh -c \"$1\"; };";
    for (place, end) in [(deep, ""), (hidden, "; code=$?; chmod 700 ..; exit $code")] {
        let input = format!("printf '{}'", LOG.1.escape_default());
        for command in [
            "lognorm-mmap - out.log".to_owned(),
            "lognorm-mmap --sync - out.log".to_owned(),
            "lognorm-mmap --no-clobber - ./out.log".to_owned(),
            "printf 'Y Y\\n' >out.log; lognorm-mmap - out.log".to_owned(),
            "ln -s out.log link; lognorm-mmap - link".to_owned(),
            "lognorm-mmap - - --patterns p.tsv >out.log; cat p.tsv >/dev/null".to_owned(),
            "cat >in.log; mkdir d; lognorm-mmap -t d in.log; mv d/in.log out.log".to_owned(),
        ] {
            let folder = Folder::with([]);
            let script = format!("{place} {input} | here \"{command} && cat out.log\" {end}");
            assert_eq!(folder.succeeds(&script), PATTERNS, "{script}");
            let stray = folder.succeeds("find . -name '.lognorm*'");
            assert_eq!(stray, "", "{script}");
        }
    }
}

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
        let folder = Folder::with([LOG]);
        // Whoever reads it waits for ever: it is a writer, too.
        folder.succeeds(&format!("{before} mkfifo fifo"));
        let given = folder.fails(&format!("lognorm-mmap - '{output}' <>fifo"), output);
        assert_eq!(given, reason, "{before} {output}");
    }
    // A catalogue has its own place, and so has each of many logs.
    let folder = Folder::with([LOG]);
    folder.succeeds("mkfifo fifo; mkdir dir");
    let given = folder.fails("lognorm-mmap - --patterns new.tsv/ <>fifo", "new.tsv/");
    assert!(given.starts_with("no such directory"), "{given}");
    let log = "n".repeat(254);
    folder.succeeds(&format!("cp in.log {log}"));
    let output = format!("dir/{log}.gz");
    let given = folder.fails(&format!("lognorm-mmap --compress gzip -t dir {log}"), &output);
    assert_eq!(given, "File name too long");
}

#[test]
fn forty_links_are_followed_and_no_more() {
    let folder = Folder::with([LOG]);
    let links = "mkdir d; ln -s ../out.log d/1; \
                 for i in $(seq 2 41); do ln -s $((i - 1)) d/$i; done;";
    folder.succeeds(links);
    folder.succeeds("lognorm-mmap in.log d/40");
    assert_eq!(folder.read("out.log"), PATTERNS);
    let given = folder.fails("lognorm-mmap in.log d/41", "d/41");
    assert!(given.contains("symbolic links"), "{given}");
}

#[test]
fn no_clobber_makes_nothing_through_a_link() {
    let folder = Folder::with([LOG]);
    folder
        .succeeds("mkdir out; ln -s nothing dangling; ln -s dangling more; ln -s ../no out/in.log");
    folder.succeeds("ln -s nothing p.tsv");
    for (script, path) in [
        ("lognorm-mmap --no-clobber in.log dangling", "dangling"),
        ("lognorm-mmap --no-clobber in.log more", "more"),
        ("lognorm-mmap --no-clobber -t out in.log", "out/in.log"),
        ("lognorm-mmap --no-clobber in.log --patterns p.tsv", "p.tsv"),
    ] {
        assert_eq!(folder.fails(script, path), "File exists", "{script}");
    }
    // What is no file is written to, and not clobbered.
    folder.succeeds("ln -s /dev/null null; lognorm-mmap --no-clobber in.log null");
    folder.succeeds("lognorm-mmap in.log dangling; test ! -L nothing");
    assert_eq!(folder.read("nothing"), PATTERNS);
}

/// A directory `shared` that belongs to root, with permissions that somebody gave `/tmp`.
fn shared(mode: u32) -> Folder {
    let folder = Folder::with([LOG, ("out.log", OLD), ("there.tsv", "")]);
    fs::create_dir(folder.path("shared")).unwrap();
    folder.set_mode("shared", mode);
    for (name, target) in [("link", "../out.log"), ("new", "../new.log"), ("p.tsv", "../there.tsv")]
    {
        let link = folder.path("shared").join(name);
        std::os::unix::fs::symlink(target, &link).unwrap();
        lchown(&link, STRANGER, STRANGER).unwrap();
    }
    fs::write(folder.path("shared/theirs"), OLD).unwrap();
    chown(folder.path("shared/theirs"), STRANGER, STRANGER).unwrap();
    folder.set_mode("shared/theirs", 0o666);
    folder
}

#[test]
fn a_link_that_somebody_else_made_in_a_sticky_directory_is_not_followed() {
    if !needs::root() {
        return;
    }
    let reason = "Permission denied: another user made this symbolic link in a directory for all";
    let folder = shared(0o1777);
    folder.succeeds("ln -s shared/link mine; ln -s ../out.log shared/mine; mkdir logs");
    folder.succeeds("cp in.log logs/link; mkfifo fifo");
    for (script, path) in [
        ("lognorm-mmap - shared/link <>fifo", "shared/link"),
        ("lognorm-mmap in.log shared/new", "shared/new"),
        ("lognorm-mmap in.log mine", "mine"),
        ("lognorm-mmap -t shared logs/link", "shared/link"),
        ("lognorm-mmap in.log --patterns shared/p.tsv", "shared/p.tsv"),
    ] {
        assert_eq!(folder.fails(script, path), reason, "{script}");
    }
    // One's own link is, and the one of the directory's owner.
    folder.succeeds("lognorm-mmap in.log shared/mine");
    assert_eq!(folder.read("out.log"), PATTERNS);
    lchown(folder.path("shared/link"), Some(0), None).unwrap();
    folder.succeeds("lognorm-mmap in.log shared/link");
    // So is any where not all may write, or where all could have replaced it.
    for mode in [0o1775, 0o777] {
        let folder = shared(mode);
        chown(folder.path("shared"), None, Some(65534)).unwrap();
        folder.succeeds("lognorm-mmap in.log shared/link");
        assert_eq!(folder.read("out.log"), PATTERNS, "{mode:o}");
    }
}

#[test]
fn a_file_of_somebody_else_in_a_sticky_directory_is_kept_before_the_work() {
    if !needs::root() {
        return;
    }
    let folder = shared(0o1777);
    folder.succeeds("mkfifo fifo shared/trap; ln -s shared/theirs way");
    chown(folder.path("shared/trap"), STRANGER, STRANGER).unwrap();
    folder.set_mode("shared/trap", 0o666);
    for path in ["shared/theirs", "way"] {
        let given = folder.fails(&format!("lognorm-mmap - {path} <>fifo"), path);
        assert!(given.starts_with("Operation not permitted: another user owns it"), "{given}");
    }
    // Nobody reads from the FIFO: who opens it waits.
    let given = folder.fails("lognorm-mmap in.log shared/trap", "shared/trap");
    assert_eq!(given, "Permission denied: another user made this FIFO in a directory for all");
    // The owner of the directory may replace what is in it, and so may anyone where it is not
    // sticky.
    chown(folder.path("shared"), Some(65534), None).unwrap();
    folder.succeeds("lognorm-mmap in.log shared/theirs");
    assert_eq!(folder.read("shared/theirs"), PATTERNS);
    let folder = shared(0o777);
    folder.succeeds("lognorm-mmap in.log shared/theirs");
    assert_eq!(folder.read("shared/theirs"), PATTERNS);
}

#[test]
fn one_fifo_is_not_both_ends() {
    let folder = Folder::with([]);
    folder.succeeds("mkfifo fifo; ln -s fifo link");
    for (script, path) in [
        ("lognorm-mmap fifo fifo", "fifo"),
        ("lognorm-mmap fifo link", "fifo"),
        ("lognorm-mmap - link <>fifo", "standard input"),
        ("lognorm-mmap - <>fifo >&0", "standard input"),
    ] {
        let reason = folder.fails(script, path);
        assert_eq!(reason, "input and output are the same file", "{script}");
    }
}
