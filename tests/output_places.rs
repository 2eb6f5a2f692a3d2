//! Places that do not let an output be put there as it is elsewhere: files that are mounted, file
//! systems and sandboxes that refuse calls, and where `/proc` is not mounted.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Command;

use common::directory::{BINARY, Directory, LOG, PATTERNS, utf8};
use common::mount::Mount;
use common::needs;

/// An output that is already there.
const OLD: (&str, &str) = ("out.log", "Y Y\n");

/// Mounts the file `from` of `directory` on the file `to`.
fn bind(directory: &Directory, from: &str, to: &str) -> Option<Mount> {
    let from = directory.path(from);
    let mount = Mount::new(&["--bind", from.to_str().unwrap()], &directory.path(to));
    needs::needed(mount.is_ok(), &format!("nothing can be mounted: {mount:?}"))
        .then(|| mount.unwrap())
}

#[test]
fn a_file_that_is_mounted_is_told_of_before_the_work() {
    if !(needs::root() && needs::strace()) {
        return;
    }
    let directory = Directory::with([LOG, OLD, ("host", "Y\n"), ("p.tsv", "")]);
    directory.succeeds("mkdir logs; printf 'Y\\n' >logs/in.log; ln -s out.log link; mkfifo fifo");
    let mounts = ["out.log", "p.tsv", "logs/in.log"].map(|file| bind(&directory, "host", file));
    if mounts.iter().any(Option::is_none) {
        return;
    }
    // Linux before 5.8 does not say it by `statx`, and before 4.11 there is none.
    let without = "strace -f -o /dev/null -e inject=statx:error=ENOSYS";
    for (script, path) in [
        ("lognorm-mmap - out.log <>fifo", "out.log"),
        ("lognorm-mmap - link <>fifo", "link"),
        ("lognorm-mmap --compress gzip - out.log <>fifo", "out.log"),
        ("lognorm-mmap - --patterns p.tsv <>fifo", "p.tsv"),
        ("lognorm-mmap -t logs in.log", "logs/in.log"),
        (&format!("{without} lognorm-mmap in.log out.log"), "out.log"),
    ] {
        let given = directory.fails(script, path);
        let expected = "is a mount point, which cannot be replaced; \
                        write to standard output instead (> FILE), or mount its directory";
        assert_eq!(given, expected, "{script}");
    }
    // That is of help.
    directory.succeeds("lognorm-mmap in.log >out.log");
    assert_eq!(directory.read("host"), PATTERNS);
    // Nothing else is taken for one.
    directory.succeeds("printf 'Y\\n' >other.log");
    directory.succeeds(&format!("{without} lognorm-mmap in.log other.log"));
    assert_eq!(directory.read("other.log"), PATTERNS);
}

#[test]
fn a_directory_that_is_mounted_holds_outputs_as_any_other() {
    if !needs::root() {
        return;
    }
    let directory = Directory::with([LOG]);
    directory.succeeds("mkdir host logs; printf 'Y\\n' >host/old.log");
    let Some(_mount) = bind(&directory, "host", "logs") else { return };
    directory.succeeds("lognorm-mmap in.log logs/old.log; lognorm-mmap in.log logs/new.log");
    let content = directory.succeeds("cd host; cat old.log new.log; ls -A");
    assert_eq!(content, format!("{PATTERNS}{PATTERNS}new.log\nold.log\n"));
}

#[test]
fn a_device_that_is_mounted_on_a_file_is_written_to() {
    if !needs::root() {
        return;
    }
    let directory = Directory::with([LOG, OLD]);
    let Ok(_mount) = Mount::new(&["--bind", "/dev/null"], &directory.path("out.log")) else {
        return;
    };
    directory.succeeds("lognorm-mmap in.log out.log; test -c out.log");
    assert_eq!(directory.names(), ["in.log", "out.log"]);
}

#[test]
fn a_new_output_is_copied_where_a_file_without_a_name_cannot_get_one() {
    if !needs::strace() {
        return;
    }
    let errors =
        ["EPERM", "EXDEV", "ENOENT", "EACCES", "EOPNOTSUPP", "ENOSYS", "EINVAL", "EMLINK", "ELOOP"];
    for error in errors {
        for options in ["", "--sync", "--no-clobber", "--patterns p.tsv"] {
            let directory = Directory::with([LOG]);
            let strace = format!("strace -f -o /dev/null -e inject=linkat:error={error}");
            directory
                .succeeds(&format!("umask 027; {strace} lognorm-mmap {options} in.log out.log"));
            assert_eq!(directory.read("out.log"), PATTERNS, "{error} {options}");
            assert_eq!(directory.mode("out.log"), 0o640, "{error} {options}");
            let mut names = directory.names();
            names.retain(|name| name != "p.tsv");
            assert_eq!(names, ["in.log", "out.log"], "{error} {options}");
        }
    }
    for error in ["EIO", "ENOSPC", "EDQUOT", "EROFS"] {
        let directory = Directory::with([LOG]);
        let strace = format!("strace -f -o /dev/null -e inject=linkat:error={error}");
        directory.fails(&format!("{strace} lognorm-mmap in.log out.log"), "out.log");
    }
}

#[test]
fn a_copy_that_fails_is_a_failure() {
    if !needs::strace() {
        return;
    }
    for (call, error) in
        [("copy_file_range", "ENOSPC"), ("copy_file_range", "EIO"), ("/^rename", "EIO")]
    {
        let directory = Directory::with([LOG]);
        let strace = format!(
            "strace -f -o /dev/null -e inject=linkat:error=EPERM -e inject={call}:error={error}"
        );
        directory.fails(&format!("{strace} lognorm-mmap in.log out.log"), "out.log");
    }
}

#[test]
fn no_clobber_keeps_a_file_that_appears_also_where_renaming_cannot() {
    if !needs::strace() {
        return;
    }
    // Neither files without a name nor renaming without replacing.
    let strace = "strace -f -o trace/of -e inject=openat:error=EOPNOTSUPP:when=1 -P $PWD \
                  -e inject=renameat2:error=EINVAL";
    let directory = Directory::with([LOG]);
    directory
        .succeeds(&format!("mkdir trace; {strace} lognorm-mmap --no-clobber in.log $PWD/out.log"));
    assert_eq!(directory.read("out.log"), PATTERNS);
    let directory = Directory::with([LOG]);
    // The output appears when the program has begun its own.
    let script = format!(
        "mkdir trace; {{ until ls .lognorm-mmap.* >trace/ls 2>&1; do sleep 0.01; done; \
         cp in.log out.log; cat in.log; }} | \
         {strace} lognorm-mmap --no-clobber - $PWD/out.log"
    );
    let output = directory.run(&script);
    let message = utf8(output.stderr);
    assert!(message.ends_with("/out.log: File exists\n"), "{message}");
    assert_eq!((output.status.code(), &*directory.read("out.log")), (Some(1), LOG.1));
    assert_eq!(directory.names(), ["in.log", "out.log", "trace"]);
}

#[test]
fn a_directory_that_names_cannot_be_taken_from_is_told_of_before_the_work() {
    if !(needs::root() && needs::program("chattr")) {
        return;
    }
    let directory = Directory::with([LOG]);
    directory.succeeds("mkdir logs; printf 'Y Y\\n' >logs/old.log; mkfifo fifo");
    let change = |flag| {
        let mut command = Command::new("chattr");
        let output = command.arg(flag).arg(directory.path("logs")).output().unwrap();
        needs::needed(output.status.success(), "the file system has no such directories")
    };
    if !change("+a") {
        return;
    }
    let old = directory.run("lognorm-mmap - logs/old.log <>fifo");
    let new = directory.run("lognorm-mmap in.log logs/new.log");
    let names = directory.succeeds("ls -A logs");
    assert!(change("-a"));
    let expected = "lognorm-mmap: logs/old.log: Operation not permitted\n";
    assert_eq!((old.status.code(), &*utf8(old.stderr)), (Some(1), expected));
    assert_eq!(new.status.code(), Some(0), "{}", utf8(new.stderr));
    assert_eq!(names, "new.log\nold.log\n");
}

#[test]
fn of_many_logs_only_those_are_copied_that_were_begun_before_the_first_refusal() {
    if !needs::strace() {
        return;
    }
    let directory = Directory::with([LOG]);
    directory.succeeds("mkdir logs out; for i in $(seq 20); do cp in.log logs/$i.log; done");
    let strace = "strace -f -o trace -e trace=linkat,copy_file_range -e inject=linkat:error=EPERM";
    directory.succeeds(&format!("{strace} lognorm-mmap --threads 1 -t out logs/*"));
    assert_eq!(directory.succeeds("cat out/*"), PATTERNS.repeat(20));
    assert_eq!(directory.succeeds("ls -A out | wc -l").trim(), "20");
    let trace = directory.read("trace");
    assert_eq!(trace.matches("linkat(").count(), 1, "{trace}");
}

/// Where `/proc` is covered by something else.
#[track_caller]
fn without_proc(directory: &Directory, cover: &str, script: &str) -> String {
    let become_other = "exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c";
    let whole = format!("mount -t tmpfs none /proc && {cover} && {become_other} '{script}'");
    let path = format!(
        "{}:{}",
        std::path::Path::new(BINARY).parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", &whole]).env("PATH", path).current_dir(directory.path("."));
    let output = command.output().unwrap();
    let result = (output.status.code(), utf8(output.stderr));
    assert_eq!(result, (Some(0), String::new()), "{cover}; {script}");
    utf8(output.stdout)
}

#[test]
fn outputs_are_made_and_replaced_where_proc_is_not_mounted() {
    if !(needs::root() && needs::program("unshare") && needs::program("setpriv")) {
        return;
    }
    // The second seems to be there, and has none of our descriptors.
    for cover in ["true", "mkdir -p /proc/self/fd"] {
        for (script, files) in [
            ("lognorm-mmap in.log new.log", "in.log new.log out.log"),
            ("lognorm-mmap --sync in.log out.log", "in.log out.log"),
            ("lognorm-mmap --no-clobber in.log new.log", "in.log new.log out.log"),
            ("ln -s out.log l; lognorm-mmap - l <in.log", "in.log l out.log"),
            ("mkdir d; lognorm-mmap -t d in.log; mv d/in.log n; rmdir d", "in.log n out.log"),
            ("lognorm-mmap in.log - --patterns p.tsv >out.log", "in.log out.log p.tsv"),
        ] {
            let directory = Directory::with([LOG, OLD]);
            without_proc(&directory, cover, script);
            assert_eq!(directory.names().join(" "), files, "{cover}; {script}");
            let done = if files.contains('n') && files.contains("new.log") {
                "new.log"
            } else {
                "out.log"
            };
            let done = if script.contains("mkdir d") { "n" } else { done };
            assert_eq!(directory.read(done), PATTERNS, "{cover}; {script}");
        }
        let directory = Directory::with([LOG]);
        let umask =
            without_proc(&directory, cover, "umask 027; lognorm-mmap in.log n; stat -c %a n");
        assert_eq!(umask, "640\n", "{cover}");
        fs::remove_file(directory.path("n")).unwrap();
    }
}
