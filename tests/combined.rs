//! Encodings, escape sequences, tar archives, lists and parts together: each does what it does alone.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::archive::{archive, file, log};
use common::codec::codecs;
use common::directory::{Directory, LOG, PATTERNS, utf8};
use common::form::{FORMS, Form};
use common::text::{log_lines, sample};
use proptest::collection::vec;

/// Returns a directory with logs in every form, small ones and one that is not, and an empty directory
/// `out`. Their names are those of the forms.
fn directory_of_forms() -> Directory {
    let directory = Directory::with([LOG]);
    directory.succeeds("mkdir forms out");
    for (number, size) in [(1, 20), (2, 700), (3, 20)] {
        for form in FORMS {
            let text = sample(vec(log_lines(), size)).concat();
            let path = directory.path(&format!("forms/{number}{}", form.name()));
            fs::write(path, form.of(&text)).unwrap();
        }
    }
    directory
}

#[test]
fn a_count_is_the_sum_of_the_counts_in_every_form() {
    let directory = directory_of_forms();
    for codec in codecs() {
        let name = format!("forms/2{}", Form::Utf16Be.name());
        directory.succeeds(&format!("{} {name} >forms/{}.log", codec.program, codec.name));
    }
    for options in ["--strip-ansi", "", "--rules words --strip-ansi", "--encoding none"] {
        let sum = directory.succeeds(&format!(
            "rm -rf each; mkdir each; for log in forms/*; do \
             lognorm-mmap -q {options} $log --patterns each/${{log#*/}}.tsv; done; \
             lognorm-mmap patterns merge each/*"
        ));
        for run in ["-j1", "-j3", "-j2 --chunk-size=1000"] {
            let run = format!("lognorm-mmap patterns count -q {options} {run} forms/*");
            assert_eq!(directory.succeeds(&run), sum, "{run}");
        }
    }
}

#[test]
fn an_encoding_that_is_named_is_that_of_small_logs_too() {
    let directory = Directory::with([]);
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    fs::write(directory.path("a"), utf_16("(a)\nb\n")).unwrap();
    fs::write(directory.path("b"), [utf_16("(c)\n"), vec![0xd8, 0, 0, b'\n']].concat()).unwrap();
    fs::write(directory.path("c"), utf_16("\u{feff}\u{1b}[m7\n")).unwrap();
    let count = "lognorm-mmap patterns count --encoding utf-16be --strip-ansi";
    let Output { status, stdout, stderr } = directory.run(&format!("{count} a b c"));
    let (stdout, stderr) = (utf8(stdout), utf8(stderr));
    assert_eq!(status.code(), Some(0), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.starts_with("lognorm-mmap: warning: b: has units"), "{stderr}");
    let patterns = stdout.lines().map(|line| line.split('\t').next_back().unwrap());
    assert_eq!(patterns.skip(2).collect::<Vec<_>>(), ["(X)", "Y", "\u{fffd}"], "{stdout}");
}

/// Runs `script`, which must do a part of its work and fail, and returns the message.
#[track_caller]
fn message_of_failure(directory: &Directory, script: &str) -> String {
    let message = directory.message(script, 1);
    assert_eq!(message.lines().count(), 1, "{script}: {message}");
    message
}

/// Returns an archive with a log of each form.
fn archive_of_forms(directory: &Directory) -> Vec<u8> {
    let name = |form: Form| format!("1{}", form.name());
    let read = |form| fs::read(directory.path(&format!("forms/{}", name(form)))).unwrap();
    archive(&FORMS.map(|form| file(&name(form), &read(form))))
}

#[test]
fn logs_in_archives_are_decoded_and_stripped() {
    let directory = directory_of_forms();
    fs::write(directory.path("x.tar"), archive_of_forms(&directory)).unwrap();
    let forms = FORMS.map(|form| format!("forms/1{}", form.name())).join(" ");
    for options in ["--strip-ansi", "--strip-ansi -j1 --chunk-size=100", "--encoding none"] {
        let expected = directory.succeeds(&format!(
            "lognorm-mmap -q {options} -t out {forms}; cd out; sha256sum *; rm *"
        ));
        let run = format!("lognorm-mmap -q {options} -t out x.tar");
        assert_eq!(directory.succeeds(&format!("{run}; cd out; sha256sum *; rm *")), expected);
        let count = format!("lognorm-mmap patterns count -q {options}");
        let counted = directory.succeeds(&format!("{count} {forms} in.log"));
        assert_eq!(directory.succeeds(&format!("{count} x.tar in.log")), counted, "{options}");
    }
}

#[test]
fn an_archive_may_be_in_a_list_and_in_a_part_of_it() {
    let directory = Directory::with([LOG, ("b.log", "(b)\n")]);
    fs::write(directory.path("x.tar"), archive(&[file("d/a", log()), file("c", b"c\n")])).unwrap();
    directory.succeeds("mkdir out; printf 'in.log\nx.tar\nb.log\n' >list");
    let outputs = "cd out; find . -type f | sort; cat d/a; rm -r *";
    let expected = format!("./b.log\n./c\n./d/a\n./in.log\n{PATTERNS}");
    for run in [
        "lognorm-mmap -t out --files-from list",
        "lognorm-mmap -j1 -t out in.log x.tar b.log",
        "for i in 1 2 3; do lognorm-mmap -t out --shard $i/3 --files-from list; done",
        "for i in 1 2 3 4 5; do lognorm-mmap -t out --shard $i/5 in.log x.tar b.log; done",
    ] {
        assert_eq!(directory.succeeds(&format!("set -e; {run}; {outputs}")), expected, "{run}");
    }
    let whole = directory.succeeds("lognorm-mmap patterns count in.log x.tar b.log");
    let count = "lognorm-mmap patterns count --files-from list";
    assert_eq!(directory.succeeds(count), whole);
    let parts = "set -e; for i in 1 2; do COUNT --shard $i/2 >$i.tsv; done; \
                 lognorm-mmap patterns merge 1.tsv 2.tsv";
    assert_eq!(directory.succeeds(&parts.replace("COUNT", count)), whole);
    // A log in an archive is not written over the output of another INPUT.
    directory.succeeds("cp b.log c");
    let message = message_of_failure(&directory, "lognorm-mmap -t out c x.tar");
    assert!(message.starts_with("lognorm-mmap: x.tar: c: would be written over"), "{message}");
    assert_eq!(directory.read("out/c"), "(X)\n");
}

#[test]
fn an_archive_among_very_many_logs_is_refused() {
    let directory = Directory::with([("b.log", "(b)\n")]);
    fs::write(directory.path("x.tar"), archive(&[file("a", log())])).unwrap();
    directory.succeeds("mkdir out; (seq 4096; echo x.tar) >list; touch $(seq 4096)");
    let message = message_of_failure(&directory, "lognorm-mmap -t out --files-from list");
    assert!(message.starts_with("lognorm-mmap: x.tar: a tar archive"), "{message}");
    assert_eq!(directory.succeeds("find out -type f | wc -l; rm out/*"), "4096\n");
}

#[test]
fn what_cannot_be_cut_is_refused_with_every_command() {
    let directory = Directory::with([LOG]);
    fs::write(directory.path("x.tar"), archive(&[file("a", log())])).unwrap();
    directory.succeeds("mkdir out; mkfifo fifo; gzip <x.tar >x.tar.gz");
    for (input, path, reason) in [
        ("x.tar", "x.tar", "tar"),
        ("x.tar.gz", "x.tar.gz", "compressed"),
        ("fifo", "fifo", "no regular file"),
        ("--encoding utf-16be in.log", "in.log", "UTF-16BE"),
    ] {
        for command in ["lognorm-mmap", "lognorm-mmap patterns count"] {
            let message = directory.fails(&format!("{command} --shard 1/2 {input}"), path);
            assert!(message.contains(reason), "{command} {input}: {message}");
        }
    }
    let Output { status, stderr, .. } = directory.run("lognorm-mmap -t out --shard 1/2 - <x.tar");
    let message = utf8(stderr);
    assert_eq!(status.code(), Some(2), "{message}");
    assert!(message.contains("standard input cannot be cut into parts"), "{message}");
    // An empty part of the INPUTs does not read standard input in their place.
    for part in ["1/2", "2/2"] {
        directory.succeeds(&format!("lognorm-mmap -t out --shard {part} in.log <x.tar"));
    }
    assert_eq!(directory.succeeds("ls out"), "in.log\n");
}
