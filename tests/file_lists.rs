//! Names of logs from a list: `--files-from` and `--files0-from`.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::directory::{Directory, LOG, PATTERNS, utf8};

/// Returns a directory with logs, some of them with unusual names, and an empty directory `out`.
fn directory_with_logs() -> Directory {
    let directory = Directory::with([LOG, ("b.log", "(b)\n")]);
    directory
        .succeeds("mkdir d out; cp in.log 'd/two words'; cp b.log 'd/new\nline'; cp b.log d/-");
    directory
}

#[test]
fn logs_of_a_list_come_after_those_of_the_command_line() {
    let directory = directory_with_logs();
    let count = "lognorm-mmap patterns count";
    let named = directory.succeeds(&format!("{count} b.log in.log 'd/two words'"));
    let listed = directory.succeeds(&format!("{count} in.log 'd/two words'"));
    // The last name need not be ended.
    for (list, option) in [
        ("printf 'in.log\\nd/two words\\n'", "--files-from"),
        ("printf '\\nin.log\\n\\nd/two words'", "--files-from"),
        ("printf 'in.log\\0d/two words\\0'", "--files0-from"),
        ("printf 'in.log\\0d/two words'", "--files0-from"),
    ] {
        for source in
            [&format!("{list} | {count} {option}"), &format!("{list} >list; {count} {option}")]
        {
            let file = if source.contains('>') { "list" } else { "-" };
            assert_eq!(directory.succeeds(&format!("{source} {file}")), listed, "{source}");
            assert_eq!(directory.succeeds(&format!("{source} {file} b.log")), named, "{source}");
        }
    }
    let found =
        directory.succeeds(&format!("find d -type f -print0 | sort -z | {count} --files0-from -"));
    assert_eq!(found, directory.succeeds(&format!("{count} d/- 'd/new\nline' 'd/two words'")));
}

#[test]
fn each_log_of_a_list_gets_an_output() {
    let directory = directory_with_logs();
    directory.succeeds("cp in.log c.log");
    let outputs = "cd out && ls -A && cat *; rm *";
    directory.succeeds("lognorm-mmap -t out b.log c.log in.log");
    let expected = directory.succeeds(outputs);
    for (list, option) in [
        ("printf 'c.log\\0in.log\\0'", "--files0-from"),
        ("printf 'c.log\\nin.log'", "--files-from"),
    ] {
        directory.succeeds(&format!("{list} | lognorm-mmap -t out {option} - b.log"));
        assert_eq!(directory.succeeds(outputs), expected, "{list}");
        directory.succeeds(&format!("{list} >list; lognorm-mmap -t out b.log {option} list"));
        assert_eq!(directory.succeeds(outputs), expected, "{list}");
    }
    directory.succeeds("find d -type f -print0 | lognorm-mmap -t out --files0-from -");
    assert_eq!(directory.read("out/new\nline") + &directory.read("out/-"), "(X)\n(X)\n");
    assert_eq!(directory.read("out/two words"), PATTERNS);
}

#[test]
fn an_empty_list_is_no_failure() {
    let directory = directory_with_logs();
    directory.succeeds(": >list; : >empty.log");
    let empty = directory.succeeds("lognorm-mmap patterns count empty.log");
    assert!(empty.contains("lines=0\tbytes=0"), "{empty}");
    for option in ["--files-from", "--files0-from"] {
        let count = format!("lognorm-mmap patterns count --rules=shape {option}");
        assert_eq!(directory.succeeds(&format!("{count} list")), empty);
        assert_eq!(directory.succeeds(&format!("{count} - </dev/null")), empty);
        directory.succeeds(&format!("lognorm-mmap -t out {option} list; ls -A out"));
        let stats = directory.run(&format!("lognorm-mmap --stats=json -t out {option} list"));
        assert!(utf8(stats.stderr).contains("\"inputs\":0,\"failed\":0"));
    }
    assert_eq!(directory.succeeds("ls -A out"), "");
}

#[test]
fn a_list_that_cannot_be_read_is_a_failure_before_anything_is_written() {
    let directory = directory_with_logs();
    directory.succeeds("printf 'in.log\\0\\0b.log\\0' >holes; printf 'in.log\\0b\\nc\\0' >nuls");
    let long = "a/".repeat(3000);
    fs::write(directory.path("long"), format!("in.log\n{long}\n")).unwrap();
    for command in ["patterns count --keep-going", "patterns count", "-t out"] {
        for (list, path, reason) in [
            ("--files-from no-such", "no-such", "No such file or directory"),
            ("--files0-from d", "d", "Is a directory"),
            ("--files-from - <&-", "standard input", "Bad file descriptor"),
            ("--files0-from holes", "holes", "name 2 is empty"),
            ("--files-from nuls", "nuls", "line 1 has a NUL byte; is it a list for --files0-from?"),
            (
                "--files-from long",
                "long",
                "line 2 too long for a name; is it a list for --files0-from?",
            ),
        ] {
            let message = directory.message(&format!("lognorm-mmap {command} {list}"), 1);
            assert_eq!(message, format!("lognorm-mmap: {path}: {reason}\n"), "{command}");
        }
    }
    assert_eq!(directory.succeeds("ls -A out"), "");
}

#[test]
fn standard_input_is_read_once() {
    let directory = directory_with_logs();
    for (arguments, code, reason) in [
        (
            "patterns count --files-from - - <list",
            2,
            "more than one INPUT or list is standard input",
        ),
        ("patterns count --files-from - --files0-from list", 2, "cannot be used with"),
        ("patterns count --files-from list", 1, "standard input: is named twice"),
        ("patterns count - --files-from list", 1, "standard input: is named twice"),
        ("patterns count --files-from - <list", 1, "names standard input, which the list is read"),
        ("-t out --files-from list", 2, "-: has no name for a file in DIR"),
        ("--files-from list", 2, "a list of files needs -t DIR, or the command patterns count"),
    ] {
        directory.succeeds("printf 'in.log\\n-\\nb.log\\n/dev/stdin\\n' >list");
        let message =
            directory.message(&format!("lognorm-mmap {arguments} </dev/null <list"), code);
        assert!(message.contains(reason), "{arguments}: {message}");
    }
    // A list that is a file may name it.
    directory.succeeds("printf 'in.log\\n-\\n' >list");
    let count = "cat b.log | lognorm-mmap patterns count --files-from list";
    let expected = directory.succeeds("lognorm-mmap patterns count in.log b.log");
    assert_eq!(directory.succeeds(count), expected);
    assert_eq!(directory.succeeds("ls -A out"), "");
}

#[test]
fn names_that_clash_anywhere_in_a_list_are_refused_before_anything_is_written() {
    let directory = directory_with_logs();
    // More names than are done at once.
    directory.succeeds(
        "mkdir many e; (cd many && seq -f %g.log 4200 | xargs touch); cp in.log e/4199.log; \
         cp in.log e/4198.log.gz; ln -s ../many/4197.log out/17.log; ln -s ../none out/one; \
         ln -s ../none out/two; cp in.log one; cp in.log two; find many -type f | sort >list",
    );
    for (name, code, reason) in [
        ("e/4199.log", 2, "many/4199.log and e/4199.log would both become out/4199.log"),
        ("e/4198.log.gz", 2, "many/4198.log and e/4198.log.gz would both become out/4198.log"),
        ("", 1, "out/17.log: is many/4197.log, and many/17.log would be written over it"),
        ("one\\ntwo", 1, "out/two: is the same file as out/one"),
    ] {
        let list = match name {
            "" => "cat list".to_owned(),
            _ => format!("(grep -vx many/17.log list; printf '{name}\\n')"),
        };
        let run = format!("{list} | lognorm-mmap -t out --files-from -");
        let message = directory.message(&run, code);
        assert!(message.contains(reason), "{run}: {message}");
        assert_eq!(directory.succeeds("ls -A out many | wc -l"), "4206\n", "{run}");
    }
    directory.succeeds("rm out/*; lognorm-mmap -t out --files-from list");
    assert_eq!(directory.succeeds("ls out | wc -l"), "4200\n");
}

#[test]
fn one_of_a_list_that_cannot_be_done_is_named_and_the_others_are_done() {
    let directory = directory_with_logs();
    directory.succeeds("printf 'no-such.log\\nin.log\\nd\\nb.log\\n' >list");
    let message = directory.message("lognorm-mmap -t out --files-from list", 1);
    let expected = "lognorm-mmap: no-such.log: No such file or directory\n\
                    lognorm-mmap: d: Is a directory\n";
    assert_eq!(message, expected);
    assert_eq!(directory.succeeds("ls -A out"), "b.log\nin.log\n");
    let message = directory.message("lognorm-mmap patterns count --files-from list", 1);
    assert!(message.ends_with(
        "2 of 4 logs could not be read: no-such.log, d; --keep-going leaves them out\n"
    ));
}
