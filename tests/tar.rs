//! Tar archives, which are directories of logs.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::archive::{archive, file};
use common::big::BigLog;
use common::codec::codecs;
use common::directory::{Directory, LOG, PATTERNS};
use common::needs;
use common::text::assert_same;

/// Returns a directory with a directory of logs, `logs`, and an empty one, `out`.
fn directory_of_logs() -> Directory {
    let directory = Directory::with([LOG]);
    directory.succeeds(
        "mkdir -p logs/deep/er out; cp in.log logs/a.log; cp in.log 'logs/deep/b c.log'; \
         : >logs/deep/empty.log; seq 300 >logs/deep/er/numbers",
    );
    directory
}

/// Asserts that `out` has the patterns of `logs`, and removes them.
#[track_caller]
fn assert_patterns(directory: &Directory, run: &str) {
    let files = directory.succeeds("cd out; find . -type f | sort");
    let expected = ["./logs/a.log", "./logs/deep/b c.log", "./logs/deep/empty.log"];
    let expected = [&expected[..], &["./logs/deep/er/numbers"]].concat();
    assert_eq!(files.lines().collect::<Vec<_>>(), expected, "{run}");
    for name in ["a.log", "deep/b c.log"] {
        assert_eq!(directory.read(&format!("out/logs/{name}")), PATTERNS, "{run}");
    }
    assert_eq!(directory.read("out/logs/deep/empty.log"), "", "{run}");
    assert_eq!(directory.read("out/logs/deep/er/numbers"), "Y\n".repeat(300), "{run}");
    directory.succeeds("rm -r out/*");
}

#[test]
fn each_file_goes_to_its_path_whatever_the_format_of_the_archive() {
    if !needs::program("tar") {
        return;
    }
    let directory = directory_of_logs();
    for format in ["v7", "oldgnu", "gnu", "ustar", "pax"] {
        directory.succeeds(&format!("tar --format={format} -cf x.tar logs"));
        for run in [
            "lognorm-mmap -t out x.tar",
            "lognorm-mmap -j1 --no-mmap -t out x.tar",
            "lognorm-mmap -j3 --chunk-size=7 -t out x.tar",
            "lognorm-mmap -t out - <x.tar",
            "cat x.tar | lognorm-mmap -t out -",
            "mkfifo pipe; cat x.tar >pipe & lognorm-mmap -t out pipe; rm pipe",
            "cp x.tar y; lognorm-mmap -j1 -t out y; rm y",
        ] {
            directory.succeeds(run);
            assert_patterns(&directory, &format!("{format}: {run}"));
        }
    }
}

#[test]
fn an_archive_may_be_compressed_and_so_may_the_files_in_it() {
    if !needs::program("tar") {
        return;
    }
    let directory = directory_of_logs();
    for codec in codecs() {
        let (program, extension) = (codec.program, codec.extension);
        directory.succeeds(&format!("tar -cf x.tar logs; {program} x.tar >x.tar.{extension}"));
        for run in
            ["-t out x.tar.EXT", "-j1 --chunk-size=100 -t out x.tar.EXT", "-t out - <x.tar.EXT"]
        {
            let run = format!("lognorm-mmap {}", run.replace("EXT", extension));
            directory.succeeds(&run);
            assert_patterns(&directory, &run);
        }
        directory.succeeds(&format!(
            "mkdir packed; {program} logs/a.log >packed/a.log.{extension}; \
             {program} logs/deep/er/numbers >packed/odd; tar -cf - packed | {program} >x; \
             lognorm-mmap -t out x; rm -r packed"
        ));
        assert_eq!(
            directory.succeeds("find out -type f | sort"),
            "out/packed/a.log\nout/packed/odd\n"
        );
        assert_eq!(directory.read("out/packed/a.log"), PATTERNS, "{program}");
        assert_eq!(directory.read("out/packed/odd"), "Y\n".repeat(300), "{program}");
        directory.succeeds("rm -r out/*");
    }
    directory.succeeds("lognorm-mmap --compress gzip -t out x.tar; gzip -dr out");
    assert_patterns(&directory, "--compress gzip");
}

#[test]
fn long_names_are_read_in_every_format_that_has_them() {
    if !needs::program("tar") {
        return;
    }
    let directory = directory_of_logs();
    // The longest name of a file, and a path longer than the fields of a header.
    let (long, deep) = ("n".repeat(255), "directory/".repeat(40));
    directory.succeeds(&format!("mkdir -p some/{deep}; cp in.log some/{deep}{long}"));
    for format in ["oldgnu", "gnu", "pax"] {
        let run = format!("tar --format={format} -c some | lognorm-mmap -t out -");
        directory.succeeds(&run);
        assert_eq!(directory.read(&format!("out/some/{deep}{long}")), PATTERNS, "{run}");
        directory.succeeds("rm -r out/*");
    }
    // The prefix of ustar.
    let (prefix, name) = ("p".repeat(150), "n".repeat(95));
    directory.succeeds(&format!("mkdir {prefix}; cp in.log {prefix}/{name}"));
    directory.succeeds(&format!("tar --format=ustar -c {prefix}/{name} | lognorm-mmap -t out -"));
    assert_eq!(directory.read(&format!("out/{prefix}/{name}")), PATTERNS);
}

#[test]
fn a_large_file_comes_out_the_same_on_all_threads() {
    let directory = directory_of_logs();
    let log = BigLog::new(3_000_000);
    let files = [file("small", LOG.1.as_bytes()), file("large", &log.bytes)];
    fs::write(directory.path("x"), archive(&files)).unwrap();
    for options in ["-j1", "-j3", "-j2 --chunk-size=20000", "-j2 in.log"] {
        directory.succeeds(&format!("lognorm-mmap {options} -t out x"));
        assert_same(&fs::read(directory.path("out/large")).unwrap(), &log.patterns, options);
        assert_eq!(directory.read("out/small"), PATTERNS);
    }
}

#[test]
fn archives_and_logs_go_together_and_archives_may_follow_each_other() {
    let directory = directory_of_logs();
    let write = |name: &str, entries: &[Vec<u8>]| {
        fs::write(directory.path(name), archive(entries)).unwrap();
    };
    let log = LOG.1.as_bytes();
    write("one.tar", &[file("one", log)]);
    write("two.tar", &[file("d/two", log), file("d/three", log)]);
    write("none.tar", &[]);
    directory.succeeds("mkdir a; cat one.tar none.tar two.tar >a/one.tar; cat one.tar none.tar >b");
    // Archives have no name in the directory, so these do not clash.
    for run in
        ["in.log one.tar two.tar", "one.tar in.log in.log.tar", "in.log a/one.tar", "b one.tar"]
    {
        directory.succeeds("cp two.tar in.log.tar");
        let is_twice = run.starts_with('b');
        let output = directory.run(&format!("lognorm-mmap -j2 -t out {run}"));
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(i32::from(is_twice)), "{run}: {message}");
        let expected = "lognorm-mmap: one.tar: one: would be written over out/one, \
                        which another INPUT is or becomes\n";
        assert_eq!(message, if is_twice { expected } else { "" }, "{run}");
        let outputs = directory.succeeds("cd out; find . -type f | sort | xargs");
        let expected = match run {
            "b one.tar" => "./one\n",
            _ => "./d/three ./d/two ./in.log ./one\n",
        };
        assert_eq!(outputs, expected, "{run}");
        directory.succeeds("cat $(find out -type f) | sort -u >all; rm -r out/*");
        assert_eq!(directory.read("all"), "Y Y Y (X)\nY [X]\n", "{run}");
    }
}

#[test]
fn a_catalogue_of_an_archive_is_that_of_its_logs_one_after_the_other() {
    if !needs::program("tar") {
        return;
    }
    let directory = directory_of_logs();
    directory.succeeds(
        "seq 60000 | sed 's/$/ (x) y/' >logs/large; gzip -k logs/deep/er/numbers; \
         printf 'no newline' >logs/z; ln -s a.log logs/link; ln logs/a.log logs/hard; \
         rm 'logs/deep/b c.log'; tar -cf x.tar --sort=name logs",
    );
    // Links are no logs.
    directory.succeeds(
        "i=100; for log in $(tar -tf x.tar | grep -v '/$' | grep -v 'link$' | grep -v 'hard$'); do \
           i=$((i + 1)); lognorm-mmap $log --patterns p.$i.tsv; done; \
         lognorm-mmap patterns merge p.*.tsv >merged.tsv",
    );
    let merged = directory.read("merged.tsv");
    for run in ["x.tar", "- <x.tar", "-j1 x.tar", "--chunk-size=50 x.tar"] {
        let counted = directory.succeeds(&format!("lognorm-mmap patterns count {run}"));
        assert_eq!(counted, merged, "{run}");
    }
    // An archive among logs.
    directory.succeeds("lognorm-mmap in.log --patterns log.tsv");
    let expected = directory.succeeds("lognorm-mmap patterns merge log.tsv merged.tsv log.tsv");
    for run in ["-j1", "-j3"] {
        let counted =
            directory.succeeds(&format!("lognorm-mmap patterns count {run} in.log x.tar in.log"));
        assert_eq!(counted, expected, "{run}");
    }
}

#[test]
fn without_a_directory_an_archive_is_refused() {
    let directory = directory_of_logs();
    fs::write(directory.path("x"), archive(&[file("a", b"b\n")])).unwrap();
    directory.succeeds("gzip -k x");
    let advice = "which is not read; give -t DIR to write the patterns of each log in it, \
                  or count them all with patterns count, \
                  or give --decompress none to read it as it is";
    for (run, path, what) in [
        ("x", "x", "a tar archive"),
        ("x new", "x", "a tar archive"),
        ("x.gz --patterns p.tsv", "x.gz", "a tar archive compressed with gzip"),
        ("- <x.gz", "standard input", "a tar archive compressed with gzip"),
    ] {
        let reason = directory.fails(&format!("lognorm-mmap {run}"), path);
        assert_eq!(reason, format!("{what}, {advice}"), "{run}");
    }
    // As it is, it is one log.
    directory.succeeds("lognorm-mmap --decompress none -t out x");
    assert_eq!(directory.succeeds("ls out"), "x\n");
    let reason = directory.fails("lognorm-mmap -t out - <in.log", "standard input");
    assert!(reason.starts_with("has no name for a file in DIR, and is no tar archive"), "{reason}");
}
