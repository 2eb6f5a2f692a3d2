//! One catalogue of many logs: the same as the sum of their catalogues.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::big::BigLog;
use common::codec::{Codec, codecs};
use common::directory::{Directory, LOG, utf8};
use common::{fixtures, needs};
use serde_json::json;

/// Returns a directory with logs in `logs`: small ones, longer ones, archives, an empty one, and one
/// whose last line has no ending.
fn directory_with_logs() -> Directory {
    let directory = Directory::with([LOG]);
    directory
        .succeeds("mkdir logs; printf 'no (ending' >logs/cut; : >logs/empty; cp in.log logs/a");
    for log in fixtures("log") {
        fs::copy(&log, directory.path("logs").join(log.file_name().unwrap())).unwrap();
    }
    fs::write(directory.path("logs/longer"), BigLog::new(500_000).bytes).unwrap();
    for Codec { program, extension, .. } in codecs() {
        directory.succeeds(&format!("{program} logs/longer >logs/longer.{extension}"));
        directory.succeeds(&format!("{program} in.log >logs/short.{extension}"));
    }
    directory
}

#[test]
fn it_is_the_sum_of_the_catalogues_of_the_logs() {
    let directory = directory_with_logs();
    for rules in ["shape", "words"] {
        directory.succeeds(&format!(
            "rm -rf each; mkdir each; \
             for log in logs/*; do lognorm-mmap -q --rules={rules} $log --patterns each/${{log#*/}}.tsv; done"
        ));
        for extension in ["tsv", "jsonl"] {
            let sum = format!("sum.{extension}");
            directory.succeeds(&format!("lognorm-mmap patterns merge each/* -o {sum}"));
            for options in ["-j1", "-j2", "-j3 --no-mmap", "-j8 --chunk-size=1000 --kernel=scalar"]
            {
                let count = format!("lognorm-mmap patterns count -q --rules={rules} {options}");
                directory.succeeds(&format!("{count} logs/* -o all.{extension}"));
                let (all, sum) = (format!("all.{extension}"), directory.read(&sum));
                assert_eq!(directory.read(&all), sum, "{rules} {options}");
                let printed = directory.succeeds(&format!("{count} logs/* --format={extension}"));
                assert_eq!(printed, sum, "{rules} {options}");
            }
        }
    }
}

#[test]
fn large_logs_are_counted_in_their_turn() {
    let directory = Directory::with([LOG, ("b.log", "(b)\nretry [3/5]\n")]);
    // More than one thread counts alone.
    directory.succeeds("yes 'user bob 9 (x)' | head -c36000000 >large.log");
    let logs = "in.log large.log b.log large.log in.log";
    directory.succeeds(
        "for log in in large b; do lognorm-mmap $log.log --patterns $log.tsv; done; \
         lognorm-mmap patterns merge in.tsv large.tsv b.tsv large.tsv in.tsv -o sum.tsv",
    );
    for threads in [1, 4] {
        directory.succeeds(&format!("lognorm-mmap patterns count -j{threads} {logs} -o all.tsv"));
        assert_eq!(directory.read("all.tsv"), directory.read("sum.tsv"), "{threads}");
    }
    // And one that is alone.
    directory.succeeds("lognorm-mmap patterns count large.log -o one.tsv");
    assert_eq!(directory.read("one.tsv"), directory.read("large.tsv"));
}

#[test]
fn patterns_beyond_the_limit_are_those_that_come_last() {
    let directory = directory_with_logs();
    // It begins with a mark, of which a run warns.
    directory.succeeds("rm logs/edge-cases.log");
    directory.succeeds(
        "mkdir each; for log in logs/*; do lognorm-mmap $log --patterns each/${log#*/}.tsv; done",
    );
    for max in [1, 10, 40] {
        let limit = format!("--max-patterns={max}");
        let sum = directory.run(&format!("lognorm-mmap patterns merge {limit} each/*"));
        for threads in [1, 3] {
            let script = format!("lognorm-mmap patterns count -j{threads} {limit} logs/*");
            let count = directory.run(&script);
            assert_eq!(utf8(count.stdout), utf8(sum.stdout.clone()), "{script}");
            assert_eq!(utf8(count.stderr), utf8(sum.stderr.clone()), "{script}");
        }
        let quiet = format!("lognorm-mmap patterns count -q {limit} logs/*");
        assert_eq!(directory.succeeds(&quiet), utf8(sum.stdout));
    }
}

#[test]
fn pipes_and_standard_input_are_counted_in_their_turn() {
    let directory = Directory::with([LOG, ("b.log", "(b)\nretry [3/5]\n")]);
    let expected = directory.succeeds("lognorm-mmap patterns count b.log in.log b.log in.log");
    for threads in [1, 2] {
        let run = format!("lognorm-mmap patterns count -j{threads}");
        directory.succeeds("rm -f one two; mkfifo one two");
        let pipes = format!("(cat in.log >one & cat b.log >two & {run} b.log one two in.log)");
        assert_eq!(directory.succeeds(&pipes), expected);
        for stdin in ["-", "/dev/stdin"] {
            let run = format!("cat in.log | {run} b.log {stdin} b.log in.log");
            assert_eq!(directory.succeeds(&run), expected);
        }
    }
    let run = "lognorm-mmap patterns count - in.log /dev/stdin";
    assert!(directory.message(run, 2).contains("more than one INPUT or list is standard input"));
    assert_eq!(
        directory.message("lognorm-mmap patterns count in.log - <&-", 1),
        "lognorm-mmap: standard input: Bad file descriptor\n"
    );
}

#[test]
fn logs_that_cannot_be_read_are_named_and_left_out_if_that_is_asked_for() {
    let directory = directory_with_logs();
    directory.succeeds("printf '\\37\\213\\10bad' >bad.gz; mkdir sub; ln -s loop loop");
    let logs = "in.log bad.gz no-such.log logs/longer sub loop logs/cut";
    let reasons = "\
lognorm-mmap: bad.gz: unexpected end of compressed input
lognorm-mmap: no-such.log: No such file or directory
lognorm-mmap: sub: Is a directory, which is not searched; \
find DIR -type f -print0 | lognorm-mmap patterns count --files0-from -
lognorm-mmap: loop: Too many levels of symbolic links
";
    let others = "lognorm-mmap patterns count in.log logs/longer logs/cut";
    let expected = directory.succeeds(others);
    for threads in [1, 4] {
        let run = format!("lognorm-mmap patterns count -j{threads} {logs}");
        let summary = "no catalogue written, because 4 of 7 logs could not be read: \
                       bad.gz, no-such.log, sub, loop; --keep-going leaves them out";
        let message = directory.message(&run, 1);
        assert_eq!(message, format!("{reasons}lognorm-mmap: {summary}\n"));
        let message = directory.message(&format!("{run} -o all.tsv"), 1);
        assert_eq!(message, format!("{reasons}lognorm-mmap: {summary}\n"));
        assert!(!directory.path("all.tsv").exists());

        let Output { status, stdout, stderr } = directory.run(&format!("{run} --keep-going"));
        let summary = "left out 4 of 7 logs that could not be read: \
                       bad.gz, no-such.log, sub, loop";
        assert_eq!(utf8(stderr), format!("{reasons}lognorm-mmap: {summary}\n"));
        assert_eq!((status.code(), utf8(stdout)), (Some(1), expected.clone()));
    }
    // The reason is enough where there is only one.
    for options in ["", "-j4"] {
        let reason =
            directory.fails(&format!("lognorm-mmap patterns count {options} bad.gz"), "bad.gz");
        assert_eq!(reason, "unexpected end of compressed input");
    }
    let many = (0..30).map(|number| format!(" no/{number}")).collect::<String>();
    let message = directory.message(&format!("lognorm-mmap patterns count {many}"), 1);
    let summary = message.lines().last().unwrap();
    assert!(summary.contains("30 of 30") && summary.contains("no/9 and 20 more;"), "{summary}");
    assert_eq!(message.lines().count(), 31);
}

#[test]
fn a_log_that_is_damaged_at_its_end_leaves_nothing() {
    if !needs::program("gzip") {
        return;
    }
    let directory = Directory::with([LOG]);
    let lines = (0..6000)
        .map(|number| format!("{}\n", ".".repeat(number % 977) + &"-".repeat(number / 977)));
    fs::write(directory.path("long.log"), lines.collect::<String>()).unwrap();
    directory.succeeds("gzip -c long.log >long.gz; head -c -4 long.gz >cut.gz; mkfifo pipe");
    let run = "lognorm-mmap patterns count -j2 --chunk-size=64KiB --keep-going";
    let expected = directory.succeeds("lognorm-mmap patterns count in.log in.log");
    let Output { stdout, .. } = directory.run(&format!("{run} in.log cut.gz in.log"));
    assert_eq!(utf8(stdout), expected);
    // What all threads count together goes directly into the sum.
    let Output { stdout, .. } =
        directory.run(&format!("cat cut.gz >pipe & {run} in.log pipe in.log"));
    assert_eq!(utf8(stdout), expected);
    let expected = directory.succeeds("lognorm-mmap patterns count --files-from /dev/null");
    assert_eq!(utf8(directory.run(&format!("{run} cut.gz")).stdout), expected);
    let expected = directory.succeeds("lognorm-mmap patterns count in.log long.log in.log");
    assert_eq!(directory.succeeds(&format!("{run} in.log long.gz in.log")), expected);
}

#[test]
fn the_catalogue_is_written_where_and_as_it_is_asked_for() {
    let directory = Directory::with([LOG, ("kept.tsv", "the only copy\n")]);
    let run = "lognorm-mmap patterns count in.log";
    let reason = directory.fails(&format!("{run} -o kept.tsv"), "kept.tsv");
    assert_eq!(reason, "exists and does not hold a catalogue; --force replaces it");
    directory.succeeds(&format!("{run} -f -o kept.tsv; {run} -o kept.tsv"));
    assert_eq!(directory.read("kept.tsv"), directory.succeeds(run));
    let table = directory.succeeds(&format!("{run} --format=table"));
    assert_eq!(table, directory.succeeds("lognorm-mmap patterns show kept.tsv"));
    directory.fails(&format!("{run} >/dev/full"), "standard output");
    directory.fails(&format!("{run} >&-"), "standard output");
    for (arguments, reason) in [
        ("-o kept.tsv --format=jsonl in.log", "--format is not that of the extension"),
        ("-o kept.log in.log", "it must end in .tsv, .jsonl or .html"),
        ("", "required arguments were not provided"),
    ] {
        let message = directory.message(&format!("lognorm-mmap patterns count {arguments}"), 2);
        assert!(message.contains(reason), "{message}");
    }
    // Two logs without an option are a log and its output, which does not hold patterns.
    directory.succeeds("cp in.log two.log");
    let reason = directory.fails("lognorm-mmap in.log two.log --patterns -", "two.log");
    assert_eq!(
        reason,
        "exists and does not hold patterns, and `lognorm-mmap patterns count` takes many logs; \
         --force replaces it"
    );
}

#[test]
fn few_descriptors_and_many_threads_are_enough() {
    let directory = directory_with_logs();
    let run = "lognorm-mmap patterns count -q logs/*";
    let expected = directory.succeeds(run);
    for (limits, threads) in [("ulimit -n 9", 8), ("ulimit -n 12", 8), ("true", 4096)] {
        assert_eq!(
            directory.succeeds(&format!("{limits}; {run} -j{threads}")),
            expected,
            "{limits}"
        );
    }
    // No more threads are started than there are logs.
    if needs::strace() {
        directory
            .succeeds("strace -f -o calls lognorm-mmap patterns count -j64 in.log in.log in.log");
        let started = directory.succeeds("grep -c 'clone3*(.*CLONE_THREAD' calls");
        assert_eq!(started, "4\n");
    }
}

#[test]
fn figures_are_of_all_logs() {
    let directory = directory_with_logs();
    let run = "lognorm-mmap patterns count --stats=json -j2 in.log logs/longer no-such in.log";
    let Output { status, stderr, .. } = directory.run(&format!("{run} --keep-going"));
    let message = utf8(stderr);
    assert_eq!(status.code(), Some(1));
    let stats = message.lines().find(|line| line.starts_with('{')).unwrap();
    let stats: serde_json::Value = serde_json::from_str(stats).unwrap();
    let size = 2 * LOG.1.len() as u64 + fs::metadata(directory.path("logs/longer")).unwrap().len();
    for (key, value) in [
        ("inputs", json!(4)),
        ("failed", json!(1)),
        ("bytes_in", json!(size)),
        ("threads", json!(2)),
        ("source", json!("stream")),
        ("input_format", json!("plain")),
    ] {
        assert_eq!(stats[key], value, "{key}: {stats}");
    }
    let catalogue = directory.succeeds("lognorm-mmap patterns count in.log logs/longer in.log");
    assert_eq!(stats["patterns"], catalogue.lines().count() - 2);
    let text = directory.run("lognorm-mmap patterns count --stats in.log in.log").stderr;
    assert!(utf8(text).contains("4 lines, 64 B in"));
}

#[test]
fn progress_tells_of_logs_and_bytes() {
    let directory = Directory::with([LOG]);
    let run = "lognorm-mmap patterns count --progress=always in.log in.log no-such --keep-going";
    let Output { stderr, .. } = directory.run(run);
    let shown = utf8(stderr);
    assert!(shown.contains(" logs, "), "{shown:?}");
    // A message is on a line of its own.
    assert!(shown.contains("lognorm-mmap: no-such: No such file or directory\n"), "{shown:?}");
    let run = "lognorm-mmap patterns count --progress=always --stats=json in.log";
    assert!(directory.message(run, 2).contains("cannot both be on standard error"));
}
