//! Parts of a log and of a list of logs: together they are the whole, whatever they are cut through.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::process::Output;

use common::directory::{Directory, LOG, utf8};
use common::oracle;
use common::text::{log_lines, sample};
use proptest::collection::vec;

/// Asserts that the outputs of `count` parts of `in.log`, one after the other, are the output of the
/// whole, and that their catalogues merged are its catalogue.
#[track_caller]
fn assert_whole(directory: &Directory, count: u32) {
    // Both ways to read a file; a part may be read in one way and the next in the other.
    let script = format!(
        "set -e; lognorm-mmap in.log whole.out --patterns whole.tsv
         for i in $(seq {count}); do
             if [ $((i % 2)) = 0 ]; then way=--no-mmap; else way=--chunk-size=100; fi
             lognorm-mmap --shard $i/{count} $way in.log part.$i.out --patterns part.$i.tsv
             cat part.$i.out >>sum.out; echo part.$i.tsv >>list
         done
         lognorm-mmap patterns merge --files-from list -o sum.tsv
         cmp sum.out whole.out; cmp sum.tsv whole.tsv
         rm -f list *.out *.tsv"
    );
    directory.succeeds(&script);
}

#[test]
fn the_parts_of_a_log_are_the_whole() {
    let directory = Directory::with([]);
    let log = [sample(vec(log_lines(), 400)).concat(), b"[the end] has no newline".to_vec()];
    fs::write(directory.path("in.log"), log.concat()).unwrap();
    for count in [1, 2, 3, 7, 64] {
        assert_whole(&directory, count);
    }
}

#[test]
fn lines_may_be_longer_than_parts() {
    let directory = Directory::with([]);
    let long = format!("{}(a) 7\n", "b ".repeat(30_000));
    for log in [[&long, "c\n", &long].concat(), long.trim_end().into(), ["c\n", &long].concat()] {
        fs::write(directory.path("in.log"), log).unwrap();
        for count in [2, 3, 7] {
            assert_whole(&directory, count);
        }
    }
}

#[test]
fn a_cut_may_be_between_any_two_bytes() {
    // With five parts, a border is before each byte of the first; with two, it is between `\r` and
    // `\n` in the second.
    for (log, count) in [
        ("a\r\n\n\n", 5),
        ("aaaa\r\nbbbb", 2),
        ("\u{feff}a\n\u{feff}b\n", 3),
        ("aaaaaa\n\u{feff}b\n", 2),
        ("\n\n\n", 3),
        ("a", 7),
        ("", 3),
    ] {
        let directory = Directory::with([("in.log", log)]);
        let script =
            "lognorm-mmap -q in.log out --patterns p.tsv; mv out whole; mv p.tsv whole.tsv";
        directory.succeeds(script);
        let (mut sum, mut catalogues) = (String::new(), Vec::new());
        for index in 1..=count {
            let part = format!("--shard {index}/{count} in.log");
            directory.succeeds(&format!("lognorm-mmap -q {part} out --patterns {index}.tsv"));
            sum += &directory.read("out");
            assert_eq!(
                directory.succeeds(&format!("lognorm-mmap -q --no-mmap {part}")),
                directory.read("out")
            );
            catalogues.push(format!("{index}.tsv"));
        }
        assert_eq!(sum, directory.read("whole"), "{log:?}");
        let merge = format!("lognorm-mmap patterns merge {}", catalogues.join(" "));
        assert_eq!(directory.succeeds(&merge), directory.read("whole.tsv"), "{log:?}");
    }
}

#[test]
fn a_mark_is_that_of_the_first_line_only() {
    let directory = Directory::with([("in.log", "aaaaaa\n\u{feff}b\n")]);
    for options in ["", "--no-mmap"] {
        // Nothing warns of it.
        let script = format!("lognorm-mmap {options} --shard 2/2 in.log");
        assert_eq!(directory.succeeds(&script), utf8(oracle::patterns("\u{feff}b\n".as_bytes())));
    }
}

#[test]
fn a_part_without_lines_is_a_success() {
    let directory = Directory::with([("in.log", "one long line\n"), ("out", "Y\n")]);
    for options in ["", "--no-mmap", "--rules words"] {
        directory
            .succeeds(&format!("lognorm-mmap {options} --shard 2/2 in.log out --patterns p.tsv"));
        assert_eq!(directory.read("out"), "");
        let catalogue = directory.read("p.tsv");
        assert_eq!(catalogue.lines().count(), 2, "{catalogue}");
        assert!(catalogue.contains("\tlines=0\tbytes=0\t"), "{catalogue}");
    }
    directory.succeeds("lognorm-mmap in.log --patterns all.tsv");
    let sum = directory.succeeds("lognorm-mmap patterns merge p.tsv all.tsv p.tsv");
    assert_eq!(sum, directory.read("all.tsv"));
}

#[test]
fn lines_of_a_part_are_counted_from_one() {
    let directory = Directory::with([("in.log", "a b\na b\n(c)\n(c)\n")]);
    let catalogue = directory.succeeds("lognorm-mmap --shard 2/2 in.log --patterns -");
    let row = catalogue.lines().nth(2).unwrap();
    assert_eq!(row, "pattern\t2\t1.000000000\t1\t0\t2\t4\t0=1 4=1\t(c)\t(X)");
    let Output { stderr, .. } = directory.run("lognorm-mmap --stats=json --shard 2/2 in.log out");
    let stats: serde_json::Value = serde_json::from_slice(&stderr).unwrap();
    assert_eq!((&stats["lines"], &stats["bytes_in"]), (&2.into(), &8.into()), "{stats}");
}

#[test]
fn a_part_costs_no_more_than_its_lines() {
    // A terabyte, of which a millionth is read. The rest is a line without an end.
    const SIZE: u64 = 1 << 40;
    let border = |part: u128| (u128::from(SIZE) * part / 1_000_000) as u64;
    let directory = Directory::with([]);
    let file = File::create(directory.path("in.log")).unwrap();
    if file.set_len(SIZE).is_err() {
        // The file system has no files of this size.
        return;
    }
    file.write_all_at(b"\na (b)\n", border(500_000) - 1).unwrap();
    file.write_all_at(b"\n(c)\n", border(500_001) - 5).unwrap();
    for options in ["", "--no-mmap"] {
        let run = format!("lognorm-mmap {options} in.log --shard");
        let script = format!("{run} 500001/1000000 | tr -d '\\0'");
        assert_eq!(directory.succeeds(&script), "Y (X)\n\n(X)\n", "{options}");
        for part in [3, 500_003, 1_000_000] {
            assert_eq!(directory.succeeds(&format!("{run} {part}/1000000")), "", "{part}");
        }
    }
}

#[test]
fn a_part_that_is_none_is_wrong_usage() {
    let directory = Directory::with([LOG]);
    for part in [
        "0/2",
        "3/2",
        "0/0",
        "1/0",
        "2",
        "1/",
        "/",
        "a/b",
        "1/2/3",
        "-1/2",
        "1/1000001",
        "1/99999999999999999999",
    ] {
        for rest in ["in.log out", "-t . in.log"] {
            let Output { status, stdout, stderr } =
                directory.run(&format!("lognorm-mmap --shard={part} {rest}"));
            let message = utf8(stderr);
            assert_eq!((status.code(), stdout), (Some(2), vec![]), "{part}: {message}");
            assert!(message.contains("I/N"), "{part}: {message}");
        }
    }
    assert_eq!(directory.names(), ["in.log"]);
}

#[test]
fn the_parts_of_a_list_are_its_stretches() {
    let directory = Directory::with([]);
    directory.succeeds("mkdir out; for i in 1 2 3 4 5; do echo $i >$i.log; done");
    for (count, expected) in [
        (1, &["1 2 3 4 5"][..]),
        (2, &["1 2", "3 4 5"]),
        (3, &["1", "2 3", "4 5"]),
        (7, &["", "1", "2", "", "3", "4", "5"]),
    ] {
        for (index, expected) in expected.iter().enumerate() {
            let options = format!("--shard {}/{count} -t out", index + 1);
            directory.succeeds(&format!("lognorm-mmap {options} 1.log 2.log 3.log 4.log 5.log"));
            let names = directory.succeeds("ls out; rm -f out/*").replace(".log", "");
            assert_eq!(
                names.split_whitespace().collect::<Vec<_>>().join(" "),
                *expected,
                "{options}"
            );
        }
    }
    // Names meet in the whole list, of which each part writes its own.
    directory.succeeds("mkdir a; cp 1.log a");
    for index in 1..=3 {
        let script = format!("lognorm-mmap --shard {index}/3 -t out 1.log 2.log a/1.log");
        let Output { status, stderr, .. } = directory.run(&script);
        let message = utf8(stderr);
        assert_eq!(status.code(), Some(2), "{message}");
        assert!(message.contains("would both become out/1.log"), "{message}");
    }
    assert_eq!(directory.succeeds("ls out"), "");
    // A list is divided together with the inputs before it.
    directory.succeeds("printf '3.log\\n4.log\\n5.log\\n' >list");
    for (index, expected) in [(1, "1.log\n2.log\n"), (2, "3.log\n4.log\n5.log\n")] {
        for list in ["--files-from list", "--files-from - <list"] {
            let part = format!("--shard {index}/2 -t out 1.log 2.log");
            directory.succeeds(&format!("lognorm-mmap {part} {list}"));
            assert_eq!(directory.succeeds("ls out; rm -f out/*"), expected, "{part} {list}");
        }
    }
    directory.succeeds("echo a/1.log >>list");
    let script = "lognorm-mmap --shard 1/9 -t out 1.log --files-from list";
    assert_eq!(directory.run(script).status.code(), Some(2));
    // Any input may be in a list.
    directory.succeeds("gzip -c 2.log >2.gz; lognorm-mmap --shard 2/2 -t out 1.log 2.gz");
    assert_eq!(directory.read("out/2"), "Y\n");
}

#[test]
fn the_catalogues_of_the_parts_add_up_to_that_of_all_logs() {
    let directory = Directory::with([("d.log", "(d)\nlong\n(d) 2\n"), ("e.log", "e\n")]);
    directory.succeeds("for i in a b c; do echo \"$i 1\n($i)\" >$i.log; done; gzip a.log");
    directory.succeeds("printf 'c.log\\0d.log\\0a.log.gz\\0' >list0; tr '\\0' '\\n' <list0 >list");
    let run = |options: &str| directory.succeeds(&format!("lognorm-mmap patterns count {options}"));
    for inputs in [
        "d.log",
        "--no-mmap d.log",
        "a.log.gz b.log c.log d.log e.log",
        "a.log.gz --files0-from list0",
        "--files-from list a.log.gz b.log",
        "--files-from - e.log <list",
        "--files0-from /dev/fd/7 7<list0",
        "--files-from list - <b.log",
    ] {
        let whole = run(inputs);
        for count in [1, 2, 3, 7] {
            let parts = (1..=count).map(|index| run(&format!("--shard {index}/{count} {inputs}")));
            fs::write(directory.path("parts"), parts.collect::<Vec<_>>().concat()).unwrap();
            let sum = directory.succeeds("lognorm-mmap patterns merge parts");
            assert_eq!(sum, whole, "{inputs}: {count}");
        }
    }
    // Each log of a list is in one part, whatever its size.
    let part =
        |index| run(&format!("--shard {index}/2 e.log d.log")).lines().next().map(str::to_owned);
    assert!(part(1).unwrap().contains("lines=1\tbytes=2\t"), "{:?}", part(1));
    let Output { status, stderr, .. } =
        directory.run("lognorm-mmap patterns count --shard 1/2 - <e.log");
    assert_eq!(status.code(), Some(2));
    assert!(utf8(stderr).contains("standard input cannot be cut into parts"));
}
