//! The command line: arguments, standard streams, figures, exit codes.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::{Output, Stdio};
use std::sync::mpsc;
use std::thread;

use common::directory::{Directory, LOG, PATTERNS, TIME_LIMIT, lognorm_mmap, utf8};

#[test]
fn input_and_output_may_be_files_or_standard_streams() {
    for (script, printed) in [
        ("lognorm-mmap in.log out.log", ""),
        ("lognorm-mmap - out.log <in.log", ""),
        ("cat in.log | lognorm-mmap - out.log", ""),
        ("lognorm-mmap in.log", PATTERNS),
        ("lognorm-mmap in.log -", PATTERNS),
        ("lognorm-mmap <in.log", PATTERNS),
        ("lognorm-mmap - - <in.log", PATTERNS),
        ("cat in.log | lognorm-mmap", PATTERNS),
        ("lognorm-mmap in.log >>out.log", ""),
    ] {
        let directory = Directory::with([LOG]);
        assert_eq!(directory.succeeds(script), printed, "{script}");
        if printed.is_empty() {
            assert_eq!(directory.read("out.log"), PATTERNS, "{script}");
        }
    }
}

#[test]
fn empty_input_gives_empty_output() {
    let directory = Directory::with([("in.log", "")]);
    assert_eq!(directory.succeeds("lognorm-mmap in.log out.log; lognorm-mmap </dev/null"), "");
    assert_eq!(directory.read("out.log"), "");
}

#[test]
fn files_that_say_they_are_empty_are_read() {
    let directory = Directory::with([]);
    assert_eq!(directory.succeeds("lognorm-mmap /proc/sys/kernel/ostype"), "Y\n");
}

#[test]
fn standard_input_is_read_from_where_it_stands() {
    let directory = Directory::with([LOG]);
    assert_eq!(directory.succeeds("{ read line; lognorm-mmap; } <in.log"), "Y [X]\n");
}

#[test]
fn a_line_of_millions_of_brackets_takes_no_longer_than_others() {
    // Recursion would overflow the stack, and quadratic time would outlast the patience.
    let directory = Directory::with([]);
    let brackets = |bracket| format!("yes '{bracket}' | head -n 4000000 | tr -d '\\n'");
    directory.succeeds(&format!("{{ {}; {}; }} >in.log", brackets('('), brackets(')')));
    assert_eq!(directory.succeeds("lognorm-mmap in.log"), "(X)\n");
    directory.succeeds(&format!("{} >in.log", brackets('<')));
    assert_eq!(directory.succeeds("lognorm-mmap in.log | tr -d '<'"), "\n");
}

#[test]
fn help_and_version_go_to_standard_output() {
    let directory = Directory::with([]);
    for script in ["lognorm-mmap -V", "lognorm-mmap --version"] {
        assert!(directory.succeeds(script).contains(env!("CARGO_PKG_VERSION")), "{script}");
    }
    for script in ["lognorm-mmap -h", "lognorm-mmap --help"] {
        let help = directory.succeeds(script);
        assert!(help.contains("Usage: lognorm-mmap"), "{script}: {help}");
        assert!(help.contains("--chunk-size"), "{script}: {help}");
    }
    directory.fails("lognorm-mmap --help >/dev/full", "standard output");
}

#[test]
fn wrong_usage_exits_2_and_names_what_is_allowed() {
    let directory = Directory::with([LOG]);
    for (arguments, allowed) in [
        ("--threads x", "4096"),
        ("--threads 4097", "4096"),
        ("--threads=-1", "4096"),
        ("--chunk-size 0", "1 B to 1 GiB"),
        ("--chunk-size 2GiB", "1 B to 1 GiB"),
        ("--chunk-size many", "1 B to 1 GiB"),
        ("--stats=xml", "text, json"),
        ("--stats=json --progress=always", "--progress"),
        ("--cpu-profile cpu.pb --heap-profile heap.json", "would disturb each other"),
        ("--no-such-option", "--help"),
        ("one two three", "[INPUT] [OUTPUT]"),
    ] {
        let script = format!("lognorm-mmap {arguments} <in.log");
        let Output { status, stdout, stderr } = directory.run(&script);
        assert_eq!((status.code(), utf8(stdout)), (Some(2), String::new()), "{script}");
        let message = utf8(stderr);
        assert!(message.contains(allowed), "{script}: {message}");
    }
}

#[cfg(not(feature = "profile"))]
#[test]
fn a_build_without_profilers_says_how_to_get_one_with_them() {
    let directory = Directory::with([LOG]);
    for option in ["--cpu-profile", "--heap-profile"] {
        let Output { status, stderr, .. } =
            directory.run(&format!("lognorm-mmap {option} p in.log"));
        let message = utf8(stderr);
        assert_eq!(status.code(), Some(2), "{message}");
        assert!(message.contains("cargo install --path . --features profile"), "{message}");
        assert_eq!(directory.names(), ["in.log"]);
    }
}

#[test]
fn figures_for_programs_are_one_line_of_json() {
    let directory = Directory::with([LOG]);
    // No more threads work than there are chunks, where that is known.
    for (script, source, threads) in [
        ("lognorm-mmap --stats=json --threads=3 in.log", "mapped", 1),
        ("lognorm-mmap --stats=json --threads=3 in.log out.log", "mapped", 1),
        ("lognorm-mmap --stats=json --threads=3 in.log --no-mmap", "stream", 1),
        ("lognorm-mmap --stats=json --threads=3 <in.log", "stream", 1),
        ("cat in.log | lognorm-mmap --stats=json --threads=3", "stream", 1),
        ("lognorm-mmap --stats=json --threads=3 in.log --chunk-size=1", "mapped", 3),
        ("lognorm-mmap --stats=json --threads=3 <in.log --chunk-size=1", "stream", 3),
    ] {
        let Output { status, stderr, .. } = directory.run(script);
        let line = utf8(stderr);
        assert!(status.success() && line.ends_with("}\n") && line.lines().count() == 1, "{line}");
        let stats: serde_json::Value = serde_json::from_str(&line).unwrap();
        for (key, count) in [
            ("schema", 1),
            ("lines", 2),
            ("bytes_in", LOG.1.len()),
            ("bytes_out", PATTERNS.len()),
            ("threads", threads),
        ] {
            assert_eq!(stats[key], count, "{script}: {key}: {line}");
        }
        for key in ["elapsed_seconds", "lines_per_second", "bytes_per_second"] {
            assert!(stats[key].as_f64() > Some(0.0), "{script}: {key}: {line}");
        }
        assert!(stats["peak_resident_bytes"].as_u64() > Some(0), "{script}: {line}");
        assert_eq!(stats["source"], source, "{script}");
    }
}

#[test]
fn figures_for_people_are_two_lines_and_only_where_asked_for() {
    let directory = Directory::with([LOG]);
    for script in ["lognorm-mmap --stats in.log", "lognorm-mmap --stats=text in.log"] {
        let Output { stdout, stderr, .. } = directory.run(script);
        assert_eq!(utf8(stdout), PATTERNS, "{script}");
        let lines = utf8(stderr);
        assert!(lines.starts_with("2 lines, 32 B in, 16 B out in "), "{script}: {lines}");
        assert!(lines.contains("\nshape rules, 1 thread, "), "{script}: {lines}");
        assert_eq!(lines.lines().count(), 2, "{script}: {lines}");
    }
    for script in ["lognorm-mmap in.log", "lognorm-mmap -q in.log", "lognorm-mmap --quiet in.log"] {
        assert_eq!(directory.succeeds(script), PATTERNS, "{script}");
    }
}

#[test]
fn a_message_nobody_can_read_does_not_change_the_exit_code() {
    let directory = Directory::with([LOG]);
    for (script, code) in [
        ("lognorm-mmap --stats in.log 2>/dev/full", 0),
        ("lognorm-mmap --stats in.log 2>&-", 0),
        ("lognorm-mmap no-such.log 2>/dev/full", 1),
        ("lognorm-mmap --no-such-option 2>/dev/full", 2),
    ] {
        assert_eq!(directory.run(script).status.code(), Some(code), "{script}");
    }
}

#[test]
fn standard_output_that_cannot_be_written_is_a_failure() {
    let directory = Directory::with([LOG]);
    directory.fails("lognorm-mmap in.log >/dev/full", "standard output");
    directory.fails("cat in.log | lognorm-mmap >/dev/full", "standard output");
    directory.fails("lognorm-mmap in.log >&-", "standard output");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let more_than_a_pipe_holds = "a line\n".repeat(100_000);
    let directory = Directory::with([("in.log", &*more_than_a_pipe_holds)]);
    for script in ["lognorm-mmap in.log", "lognorm-mmap <in.log"] {
        let script = format!("{{ {script}; echo $? >code; }} | head -n 1");
        assert_eq!(directory.succeeds(&script), "Y Y\n", "{script}");
        let by_sigpipe = "141\n";
        assert!(["0\n", by_sigpipe].contains(&&*directory.read("code")), "{script}");
    }
}

#[test]
fn a_line_comes_out_before_the_next_one_comes_in() {
    let mut command = lognorm_mmap();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || BufReader::new(stdout).lines().try_for_each(|line| sender.send(line)));
    for (line, pattern) in [("one", "Y"), ("one two", "Y Y"), ("[three]", "[X]")] {
        writeln!(stdin, "{line}").unwrap();
        assert_eq!(lines.recv_timeout(*TIME_LIMIT).expect("a line in time").unwrap(), pattern);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}
