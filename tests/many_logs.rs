//! Many logs into one directory.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::process::Output;
use std::thread::sleep;
use std::time::Duration;

use common::big::BigLog;
use common::codec::{Codec, codecs};
use common::directory::{Directory, LOG, PATTERNS, utf8};
use common::needs;
use common::running::{Running, wait_until};
use common::text::assert_same;

/// Returns a directory with a log, and with a directory called `out`.
fn directory_with_target() -> Directory {
    let directory = Directory::with([LOG]);
    directory.succeeds("mkdir out");
    directory
}

/// Asserts that `script` fails with exit code `code` and does not touch `out`. Returns the message.
#[track_caller]
fn refused(directory: &Directory, script: &str, code: i32) -> String {
    let before = directory.succeeds("ls -A out");
    let message = directory.message(script, code);
    assert_eq!(directory.succeeds("ls -A out"), before, "{script}");
    message
}

#[test]
fn each_goes_to_a_file_of_its_own_name_without_the_ending_of_its_format() {
    let directory = directory_with_target();
    directory.succeeds("mkdir -p a; cp in.log a/plain.log; cp in.log a/no-extension");
    let mut names = vec!["no-extension".to_owned(), "plain.log".to_owned()];
    for Codec { extension, program, .. } in codecs() {
        directory.succeeds(&format!("{program} in.log >a/x-{extension}.log.{extension}"));
        names.push(format!("x-{extension}.log"));
    }
    names.sort();
    for options in ["", "--threads=1", "--chunk-size=3", "--no-mmap --threads=3"] {
        directory.succeeds(&format!("rm -f out/*; lognorm-mmap {options} -t out a/*"));
        assert_eq!(directory.succeeds("ls -A out").lines().collect::<Vec<_>>(), names, "{options}");
        for name in &names {
            assert_eq!(directory.read(&format!("out/{name}")), PATTERNS, "{options} {name}");
        }
    }
}

#[test]
fn they_can_be_compressed_and_are_called_so() {
    let directory = directory_with_target();
    for (name, extension, reverse) in [("gzip", "gz", "gzip -dc"), ("zstd", "zst", "zstd -dqc")] {
        if !needs::program(name) {
            continue;
        }
        let script = format!("lognorm-mmap --compress={name} -t out in.log");
        directory.succeeds(&script);
        assert_eq!(directory.succeeds(&format!("{reverse} <out/in.log.{extension}")), PATTERNS);
        directory.succeeds("rm out/*");
    }
}

#[test]
fn large_ones_and_small_ones_come_out_the_same() {
    let directory = directory_with_target();
    let log = BigLog::new(40_000_000);
    fs::write(directory.path("large.log"), &log.bytes).unwrap();
    for options in ["--threads=1", "--threads=4", "--no-mmap --threads=2"] {
        directory.succeeds(&format!("lognorm-mmap {options} -t out in.log large.log"));
        assert_same(&fs::read(directory.path("out/large.log")).unwrap(), &log.patterns, options);
        assert_eq!(directory.read("out/in.log"), PATTERNS);
        directory.succeeds("rm out/*");
    }
}

#[test]
fn large_ones_and_small_ones_go_by_the_rules_asked_for() {
    let directory = directory_with_target();
    directory
        .succeeds("echo 'user alice 7' >small.log; yes 'user bob 9' | head -n4000000 >large.log");
    for (rules, small, large) in
        [("shape", "Y Y Y", "Y Y Y"), ("words", "user alice *", "user bob *")]
    {
        directory.succeeds(&format!("lognorm-mmap --rules={rules} -t out small.log large.log"));
        let patterns = directory.succeeds("uniq -c out/small.log; uniq -c out/large.log; rm out/*");
        let counted = patterns.lines().map(str::trim_start).collect::<Vec<_>>();
        assert_eq!(counted, [format!("1 {small}"), format!("4000000 {large}")]);
    }
}

#[test]
fn one_that_cannot_be_done_does_not_stop_the_others_and_is_named() {
    let directory = directory_with_target();
    directory.succeeds("cp in.log one.log; cp in.log two.log; printf '\\37\\213\\10bad' >bad.gz");
    directory.succeeds("echo Y Y >out/bad; mkdir sub out/taken; cp in.log taken");
    let inputs = "one.log bad.gz no-such.log sub taken two.log";
    for options in ["--threads=1", "--threads=4"] {
        let script = format!("lognorm-mmap {options} --stats=json -t out {inputs}");
        let Output { status, stdout, stderr } = directory.run(&script);
        assert_eq!((status.code(), stdout.len()), (Some(1), 0), "{script}");
        let message = utf8(stderr);
        let mut lines = message.lines();
        let stats: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!((&stats["inputs"], &stats["failed"]), (&6.into(), &4.into()), "{message}");
        let reasons: Vec<_> = lines.collect();
        assert_eq!(
            reasons,
            [
                "lognorm-mmap: bad.gz: unexpected end of compressed input",
                "lognorm-mmap: no-such.log: No such file or directory",
                "lognorm-mmap: sub: Is a directory",
                "lognorm-mmap: out/taken: Is a directory",
            ]
        );
        assert_eq!(directory.succeeds("ls -A out"), "bad\none.log\ntaken\ntwo.log\n");
        assert_eq!(
            directory.read("out/one.log") + &directory.read("out/two.log"),
            PATTERNS.repeat(2)
        );
        assert_eq!(directory.read("out/bad"), "Y Y\n");
        directory.succeeds("rm out/*.log");
    }
}

#[test]
fn what_cannot_be_right_is_refused_before_anything_is_written() {
    let directory = directory_with_target();
    directory.succeeds("mkdir a; cp in.log a/in.log; cp in.log in.log.gz; cp in.log other.log");
    for (inputs, reason) in [
        ("other.log in.log a/in.log", "in.log and a/in.log would both become out/in.log"),
        ("in.log.gz in.log", "in.log.gz and in.log would both become out/in.log"),
        ("in.log.gz.XZ in.log", "in.log.gz.XZ and in.log would both become out/in.log"),
        ("in.log -", "has no name"),
        ("in.log /dev/stdin", "has no name"),
        ("", "no INPUT"),
    ] {
        let message = refused(&directory, &format!("lognorm-mmap -t out {inputs}"), 2);
        assert!(message.contains(reason), "{message}");
    }
    for (target, reason) in
        [("no-such", "No such file or directory; create it first"), ("in.log", "Not a directory")]
    {
        let message = refused(&directory, &format!("lognorm-mmap -t {target} other.log in.log"), 1);
        assert_eq!(message, format!("lognorm-mmap: {target}: {reason}\n"));
    }
    let message = refused(&directory, "lognorm-mmap -t . in.log", 1);
    assert_eq!(message, "lognorm-mmap: in.log: input and output are the same file\n");
}

#[test]
fn no_log_is_written_over_another_through_links_or_under_its_own_name() {
    let directory = directory_with_target();
    directory.succeeds(
        "cp in.log x; echo Y >y; echo Y >common; mkdir links common_links new_links; \
         ln -s ../y links/x; ln -s ../common common_links/x; ln -s ../common common_links/y; \
         ln -s ../none new_links/x; ln -s ../none new_links/y",
    );
    for (arguments, reason) in [
        ("links x y", "links/x: is y, and x would be written over it"),
        ("common_links x y", "common_links/y: is the same file as common_links/x"),
        ("new_links x y", "new_links/y: is the same file as new_links/x"),
    ] {
        for threads in [1, 2] {
            let run = format!("lognorm-mmap -j{threads} -t {arguments}");
            let message = refused(&directory, &run, 1);
            assert_eq!(message, format!("lognorm-mmap: {reason}\n"));
        }
    }
    // A link to a file of no other job is followed.
    directory.succeeds("lognorm-mmap -t links x");
    assert_eq!(directory.read("y"), PATTERNS);
}

#[test]
fn a_file_that_exists_is_kept_if_that_is_asked_for() {
    let directory = directory_with_target();
    directory.succeeds("echo Y Y >out/in.log; echo Y Y >old; cp in.log other.log");
    let run = "lognorm-mmap --no-clobber -t out in.log other.log";
    let Output { status, stderr, .. } = directory.run(run);
    let expected = "lognorm-mmap: out/in.log: File exists\n";
    assert_eq!((status.code(), &*utf8(stderr)), (Some(1), expected));
    assert_eq!(directory.read("out/in.log"), "Y Y\n");
    assert_eq!(directory.read("out/other.log"), PATTERNS);
    let reason = directory.fails("lognorm-mmap --no-clobber in.log old", "old");
    assert_eq!(reason, "File exists");
    assert_eq!(directory.succeeds("lognorm-mmap --no-clobber in.log new; cat new"), PATTERNS);
    // Writing to a device replaces nothing.
    directory.succeeds("lognorm-mmap --no-clobber in.log /dev/null");
}

#[test]
fn a_file_that_appears_meanwhile_is_kept_too() {
    let directory = Directory::with([]);
    directory.succeeds("mkfifo fifo");
    let run = Running::start(&mut directory.process("exec lognorm-mmap --no-clobber fifo out"));
    let input = OpenOptions::new().write(true).open(directory.path("fifo")).unwrap();
    // The program looks for `out` before it opens the new file, which may have no name yet.
    let descriptors = format!("/proc/{}/fd", run.id());
    wait_until("the output is opened", || {
        let descriptors = fs::read_dir(&descriptors).unwrap();
        let mut files = descriptors.flatten().filter_map(|it| fs::read_link(it.path()).ok());
        files.any(|file| file.starts_with(directory.path("")) && file != directory.path("fifo"))
    });
    directory.succeeds("echo new >out");
    drop(input);
    let (status, message) = run.end();
    assert_eq!((status.code(), &*message), (Some(1), "lognorm-mmap: out: File exists\n"));
    assert_eq!(
        (directory.read("out"), directory.names()),
        ("new\n".into(), ["fifo", "out"].map(String::from).to_vec())
    );
}

#[test]
fn none_is_lost_when_the_run_is_interrupted_and_repeated() {
    let directory = directory_with_target();
    const COUNT: usize = 2000;
    let name = |index| format!("{index:04}.log");
    let text = |index: usize| format!("line of {index}\n").repeat(index % 50 + 1);
    directory.succeeds("mkdir in");
    for index in 0..COUNT {
        fs::write(directory.path(&format!("in/{}", name(index))), text(index)).unwrap();
    }
    let outputs = || -> BTreeMap<String, String> {
        let names = directory.succeeds("ls -A out");
        names
            .lines()
            .map(|name| (name.to_owned(), directory.read(&format!("out/{name}"))))
            .collect()
    };
    let expected: BTreeMap<_, _> = (0..COUNT)
        .map(|index| (name(index), text(index).replace(&index.to_string(), "Y")))
        .map(|(name, text)| (name, text.replace("line of", "Y Y")))
        .collect();
    let run = "exec lognorm-mmap --threads=2 -t out in/*";
    let mut interrupted = 0;
    for delay in [1, 5, 10, 20, 40] {
        let run = Running::start(&mut directory.process(run));
        sleep(Duration::from_millis(delay));
        run.signal("TERM");
        let (status, message) = run.end();
        assert_eq!(message, "");
        interrupted += usize::from(!status.success());
        // Each file in the directory is a complete output.
        for (name, patterns) in outputs() {
            assert_eq!(Some(&patterns), expected.get(&name), "{name}");
        }
    }
    assert!(interrupted > 0, "the program is too fast for this test");
    directory.succeeds(run);
    assert_eq!(outputs(), expected);
}
