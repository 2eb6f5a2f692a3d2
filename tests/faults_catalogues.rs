//! Catalogue files that were edited, that no log can have, or that are read in unusual ways.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::codec::codecs;
use common::directory::{Directory, LOG, utf8};

/// A log with an empty line, blanks at the ends of lines, and letters that are not ASCII.
const ODD: (&str, &str) = ("in.log", "took 1 ms\n\nnaïve -\n- (x) \n- (y) \n\"q\"\nlast");

#[test]
fn a_catalogue_that_went_through_an_editor_is_the_same_or_refused() {
    let directory = Directory::with([ODD]);
    for extension in ["tsv", "jsonl"] {
        directory.succeeds(&format!("lognorm-mmap in.log --patterns a.{extension}"));
        let printed = directory.succeeds("lognorm-mmap patterns merge a.*");
        for edit in [
            "sed 's/$/\\r/'",
            "sed '2,3s/$/\\r/'",
            "{ printf '\\357\\273\\277'; cat; } <",
            "{ printf '\\357\\273\\277'; sed 's/$/\\r/'; } <",
            "head -c -1",
            "{ cat; echo; echo; } <",
            "sed 's/[ \\t]*$//'",
        ] {
            directory.succeeds(&format!("{edit} a.{extension} >edited"));
            for (script, expected) in [
                ("lognorm-mmap patterns merge edited", &printed[..]),
                ("lognorm-mmap in.log --known edited", ""),
            ] {
                assert_eq!(directory.succeeds(script), expected, "{extension}: {edit}: {script}");
            }
            let diff =
                directory.succeeds(&format!("lognorm-mmap patterns diff a.{extension} edited"));
            assert!(diff.starts_with("0 new, 0 gone, 0 changed"), "{extension}: {edit}: {diff}");
        }
        let text = directory.read(&format!("a.{extension}"));
        // As the `>` of PowerShell writes it, and without the mark that tells the encoding.
        let powershell = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        let powershell: Vec<u8> = powershell.encode_utf16().flat_map(u16::to_le_bytes).collect();
        fs::write(directory.path("edited"), &powershell).unwrap();
        assert_eq!(directory.succeeds("lognorm-mmap patterns merge edited"), printed);
        assert_eq!(directory.succeeds("lognorm-mmap in.log --known edited"), "");
        let latin: Vec<u8> = text.chars().map(|char| u8::try_from(char).unwrap()).collect();
        for (edited, reason) in [
            (powershell[2..].to_vec(), "UTF-16"),
            (latin, "not UTF-8"),
            // Cut in the middle of the last text, with and without the end of an object.
            (text[..text.len() - 3].into(), "cut short"),
            (text.replace("took", "tool").into(), "not those that were written"),
        ] {
            fs::write(directory.path("edited"), edited).unwrap();
            let script = "lognorm-mmap in.log --known edited";
            let given = directory.fails(script, "edited");
            assert!(given.contains(reason), "{extension}: {given} without {reason}");
            assert_eq!(given, directory.fails("lognorm-mmap patterns show edited", "edited"));
        }
        directory.succeeds("rm a.*");
    }
}

#[test]
fn a_table_of_columns_whose_tabs_are_gone_says_so() {
    let directory = Directory::with([LOG]);
    directory.succeeds("lognorm-mmap in.log --patterns a.tsv");
    for (edit, reason) in [
        ("expand", "blanks in place of TABs"),
        ("sed '3s/\\t/  /g'", "columns instead of 10"),
        ("grep -v X", "the counts add up to 0"),
        ("sort -r", "no catalogue"),
    ] {
        directory.succeeds(&format!("{edit} a.tsv >b.tsv"));
        let given = directory.fails("lognorm-mmap patterns show b.tsv", "b.tsv");
        assert!(given.contains(reason), "{edit}: {given}");
    }
}

#[test]
fn two_catalogues_do_not_come_out_of_one_stream() {
    let directory = Directory::with([LOG]);
    directory.succeeds("lognorm-mmap in.log --patterns a.tsv");
    for arguments in [
        "diff - -",
        "diff - /dev/stdin",
        "diff /dev/fd/0 -",
        "merge - a.tsv -",
        "merge /dev/stdin -",
        "merge - - -",
    ] {
        let script = format!("lognorm-mmap patterns {arguments} <a.tsv");
        let Output { status, stdout, stderr } = directory.run(&script);
        let message = utf8(stderr);
        assert_eq!((status.code(), &*utf8(stdout)), (Some(2), ""), "{script}: {message}");
        assert!(message.contains("standard input; name"), "{script}: {message}");
    }
    for arguments in ["diff - a.tsv", "diff a.tsv /dev/stdin", "diff a.tsv /dev/fd/3 3<a.tsv"] {
        directory.succeeds(&format!("lognorm-mmap patterns {arguments} <a.tsv"));
    }
}

#[test]
fn a_compressed_catalogue_is_read_and_a_damaged_one_is_not() {
    let directory = Directory::with([ODD]);
    directory
        .succeeds("lognorm-mmap in.log --patterns a.tsv; lognorm-mmap in.log --patterns a.jsonl");
    let shown = directory.succeeds("lognorm-mmap patterns show a.tsv");
    for codec in codecs() {
        for plain in ["a.tsv", "a.jsonl"] {
            directory.succeeds(&format!("{} {plain} >packed", codec.program));
            for arguments in ["packed", "- <packed", "/dev/fd/3 3<packed", "fifo"] {
                directory.succeeds("rm -f fifo; mkfifo fifo");
                let feed = if arguments == "fifo" { "cat packed >fifo & " } else { "" };
                let script = format!("{feed}lognorm-mmap patterns show {arguments}");
                assert_eq!(directory.succeeds(&script), shown, "{}: {script}", codec.name);
            }
            assert_eq!(directory.succeeds("lognorm-mmap in.log --known packed"), "");
            directory.succeeds("rm -f fifo; head -c -20 packed >cut");
            for script in ["lognorm-mmap patterns merge cut", "lognorm-mmap in.log --known cut"] {
                directory.fails(script, "cut");
            }
        }
        directory.succeeds(&format!("{} in.log >packed", codec.program));
        let given = directory.fails("lognorm-mmap patterns show packed", "packed");
        assert!(given.contains("no catalogue"), "{}: {given}", codec.name);
    }
}

#[test]
fn what_is_no_catalogue_at_all_is_named() {
    let directory = Directory::with([LOG, ("empty", "")]);
    directory.succeeds("mkdir d; lognorm-mmap in.log --patterns a.tsv");
    for (name, reason) in [
        ("empty", "the file is empty"),
        ("d", "Is a directory"),
        ("in.log", "does not begin with the header"),
        ("/dev/null", "the file is empty"),
        ("no-such", "No such file"),
    ] {
        for script in ["lognorm-mmap patterns show", "lognorm-mmap in.log --known"] {
            let given = directory.fails(&format!("{script} {name}"), name);
            assert!(given.contains(reason), "{script} {name}: {given}");
        }
    }
    // The input is not replaced by its own catalogue, and a limit of no patterns is none.
    directory.succeeds("cp in.log in.tsv");
    let given = directory.fails("lognorm-mmap in.tsv --patterns in.tsv", "in.tsv");
    assert_eq!(given, "input and output are the same file");
    let zero = directory.run("lognorm-mmap in.log --patterns b.tsv --max-patterns 0");
    assert_eq!(zero.status.code(), Some(2));
}

#[test]
fn an_example_that_limits_do_not_reckon_with_is_refused() {
    let directory = Directory::with([LOG]);
    directory.succeeds("lognorm-mmap in.log --patterns a.tsv");
    let header = "s/\\tcheck=[0-9a-f]*//";
    directory.succeeds(&format!("sed '{header}' a.tsv >b.tsv; lognorm-mmap patterns show b.tsv"));
    for len in [1025, 3_000_000] {
        directory.succeeds(&format!(
            "long=$(head -c {len} /dev/zero | tr '\\0' a); \
             {{ head -n 2 b.tsv; sed -n 3p b.tsv | cut -f 1-8 | tr -d '\\n'; \
             printf '\\t%s\\t%s\\n' \"$long\" 'Y Y Y (X)'; sed -n 4p b.tsv; }} >long.tsv"
        ));
        let script = "lognorm-mmap patterns merge long.tsv long.tsv --max-patterns 1";
        let given = directory.fails(script, "long.tsv");
        assert!(given.starts_with(&format!("line 3: an example of {len} bytes")), "{given}");
    }
}

#[test]
fn a_file_that_no_log_can_be_the_reason_of_is_refused() {
    let directory = Directory::with([LOG]);
    directory.succeeds("lognorm-mmap in.log --patterns a.tsv");
    for (edit, line) in [
        ("s/lines=2\\tbytes=[0-9]*/lines=0\\tbytes=1000/", 1),
        ("s/bytes=[0-9]*/bytes=1/", 1),
        ("s,rules=shape/1,rules=shape/0,", 1),
        ("s/bytes=[0-9]*/bytes=20/", 1),
        ("s/\\t1\\t0\\t1\\t0\\t/\\t1\\t0\\t2\\t20\\t/", 3),
        ("3s/\\t1\\t0\\t1\\t0\\t/\\t2\\t20\\t2\\t20\\t/", 3),
    ] {
        directory.succeeds(&format!("sed '{edit}; s/\\tcheck=[0-9a-f]*//' a.tsv >b.tsv"));
        for script in ["lognorm-mmap patterns show b.tsv", "lognorm-mmap in.log --known b.tsv"] {
            let given = directory.fails(script, "b.tsv");
            assert!(given.starts_with(&format!("line {line}: ")), "{edit}: {given}");
        }
    }
}

#[test]
fn names_do_not_reach_a_terminal_as_they_are() {
    let directory = Directory::with([("in.log", "a\n(b)\n")]);
    // Red, backwards, and on two lines for some.
    let name = "p\u{1b}[31mRED\u{202e}dlo\u{2028}.tsv";
    let shown = "p\\u{1b}[31mRED\\u{202e}dlo\\u{2028}.tsv";
    let make = format!("lognorm-mmap in.log --max-patterns 1 --patterns '{name}'");
    for (script, code) in [
        (make.clone(), 0),
        (format!("lognorm-mmap -q in.log --patterns '{name}'; {make}"), 0),
        (format!("lognorm-mmap in.log --known '{name}' o"), 0),
        (format!("lognorm-mmap patterns merge '{name}' --max-patterns 1 -o '{name}'"), 0),
        (format!("lognorm-mmap in.log o '{name}'"), 2),
        (format!("lognorm-mmap patterns show 'no-{name}'"), 1),
        (format!("head -c 50 '{name}' >'cut-{name}'; lognorm-mmap patterns show 'cut-{name}'"), 1),
    ] {
        let Output { status, stderr, .. } = directory.run(&script);
        let message = utf8(stderr);
        assert_eq!(status.code(), Some(code), "{script}: {message}");
        assert!(message.contains(shown), "{script}: {message:?}");
        let is_raw = |char| matches!(char, '\u{1b}' | '\u{202e}' | '\u{2028}');
        assert!(!message.contains(is_raw), "{script}: {message:?}");
    }
    // What a file says where a number should be.
    directory.succeeds("lognorm-mmap in.log --patterns a.tsv");
    let bell = "printf '\\033]0;x\\007\\342\\200\\256'";
    directory.succeeds(&format!("sed \"s/lines=2/lines=$({bell})/\" a.tsv >b.tsv"));
    let given = directory.fails("lognorm-mmap patterns show b.tsv", "b.tsv");
    assert!(given.contains("control character"), "{given:?}");
    directory.succeeds("sed \"s/lines=2/lines=$(printf '\\342\\200\\256')/\" a.tsv >b.tsv");
    let given = directory.fails("lognorm-mmap patterns show b.tsv", "b.tsv");
    assert_eq!(given, "line 1: \"\\u{202e}\" is no lines");
}

#[test]
fn a_pattern_that_is_rare_where_it_has_many_lines_has_not_changed() {
    let directory = Directory::with([]);
    let log = |count: usize, lines: usize| "a\n".repeat(lines - count) + &"(b)\n".repeat(count);
    fs::write(directory.path("old.log"), log(5, 1000)).unwrap();
    fs::write(directory.path("new.log"), log(15, 100_000)).unwrap();
    directory.succeeds("for it in old new; do lognorm-mmap $it.log --patterns $it.tsv; done");
    for arguments in ["old.tsv new.tsv", "new.tsv old.tsv"] {
        let said = directory.succeeds(&format!("lognorm-mmap patterns diff {arguments}"));
        assert_eq!(said, "0 new, 0 gone, 0 changed, 2 much as before\n");
    }
}
