//! Archives that were made to do harm: what can be done is done, and the rest is named.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::archive::{attributes, directory_with, entry, failures, file, log, only_good};
use common::directory::PATTERNS;

#[test]
fn paths_that_lead_elsewhere_are_refused_by_name() {
    let long = "d/".repeat(3000);
    for (path, reason) in [
        ("../outside/a", "../outside/a: a path with .. in it, which is refused"),
        ("d/../../outside/a", "d/../../outside/a: a path with .. in it, which is refused"),
        ("d/..", "d/..: a path with .. in it, which is refused"),
        ("/tmp/a", "/tmp/a: an absolute path, which is refused"),
        ("", ": an empty path"),
        (".", ".: an empty path"),
        ("a\0b", "a\\u{0}b: a name with a NUL in it, which is refused"),
        ("\x1b[31m\n", "\\u{1b}[31m\\n: a symbolic link"),
        (&"n".repeat(256), ": File name too long"),
        (&long, ": File name too long"),
    ] {
        let path = path.as_bytes();
        let is_link = reason.ends_with("link");
        let entry_type = if is_link { b'2' } else { b'0' };
        let bytes = if is_link { b"" } else { log() };
        let evil = entry(b"name", entry_type, bytes);
        let long_name = entry(b"././@LongLink", b'L', &[path, b"\0"].concat());
        for announced in [attributes(&[("path", path)]), long_name] {
            if path.is_empty() {
                // An empty attribute stands for none, so the name is in the header.
                continue;
            }
            let reasons = only_good(&directory_with(&[[announced, evil.clone()].concat()]));
            assert_eq!(reasons.len(), 1, "{reasons:?}");
            assert!(reasons[0].contains(reason), "{reason}: {reasons:?}");
        }
        if path.len() <= 100 && !path.contains(&0) && !is_link {
            let reasons = only_good(&directory_with(&[entry(path, b'0', log())]));
            assert!(reasons.len() == 1 && reasons[0].ends_with(reason), "{reason}: {reasons:?}");
        }
    }
}

#[test]
fn what_is_no_regular_file_is_refused_by_name() {
    for (entry_type, what) in [
        (b'1', "a hard link to another file"),
        (b'2', "a symbolic link"),
        (b'3', "a device"),
        (b'4', "a device"),
        (b'6', "a FIFO"),
        (b'M', "the rest of a file that began in another archive"),
        (b'S', "a sparse file"),
        (b'Q', "an entry of the unknown type 81"),
    ] {
        let bytes = if (b'1'..=b'6').contains(&entry_type) { b"" } else { log() };
        let directory = directory_with(&[entry(b"evil", entry_type, bytes)]);
        let reasons = only_good(&directory);
        assert!(
            reasons.len() == 1 && reasons[0].starts_with(&format!("evil: {what}")),
            "{reasons:?}"
        );
        // Where nothing is written, what has no bytes is left out, and the rest is an error.
        let counted = directory.run("lognorm-mmap patterns count x");
        assert_eq!(counted.status.code(), Some(i32::from(!bytes.is_empty())), "{what}");
    }
    // Directories, also those that an old tar tells by a slash, and the name of an archive.
    let silent = [entry(b"d", b'5', b""), entry(b"d/", b'0', b""), entry(b"name", b'V', b"")];
    let directory = directory_with(&silent);
    directory.succeeds("lognorm-mmap -t out x");
    assert_eq!(directory.succeeds("ls out"), "good\n");
}

#[test]
fn links_in_the_directory_are_not_followed() {
    let files = [file("way/a", log()), file("dangling/a", log()), file("end", log())];
    let directory = directory_with(&files);
    directory.succeeds("echo kept >outside/end; mkdir out/fifos; mkfifo out/fifo");
    directory.succeeds("ln -s ../outside out/way; ln -s ../outside/no out/dangling");
    directory.succeeds("ln -s ../outside/end out/end");
    for options in ["", "--force"] {
        let reasons = failures(&directory, &format!("lognorm-mmap {options} -t out x"));
        let expected = ["way/a: way", "dangling/a: dangling", "end: end"];
        let expected = expected
            .map(|it| format!("{it} is a symbolic link, which is not followed for an archive"));
        assert_eq!(reasons, expected);
        assert_eq!(directory.succeeds("ls outside; cat outside/end"), "end\nkept\n");
        assert_eq!(directory.read("out/good"), PATTERNS);
    }
    // DIR itself may be one.
    directory.succeeds("rm -r out/*; ln -s out link; lognorm-mmap -t link x");
    assert_eq!(directory.read("out/way/a"), PATTERNS);
}

#[test]
fn what_is_in_the_way_is_kept() {
    let files = [file("d", log()), file("f/a", log()), file("fifo", log()), file("log", log())];
    let directory = directory_with(&files);
    directory.succeeds("mkdir out/d; echo Y >out/f; mkfifo out/fifo; echo no pattern 7 >out/log");
    let expected = [
        "lognorm-mmap: out/d: Is a directory",
        "f/a: f is no directory",
        "lognorm-mmap: out/fifo: exists and is no regular file",
        "lognorm-mmap: out/log: exists and does not hold patterns; --force replaces it",
    ];
    assert_eq!(failures(&directory, "lognorm-mmap -t out x"), expected);
    assert_eq!(directory.read("out/log"), "no pattern 7\n");
    assert_eq!(failures(&directory, "lognorm-mmap --force -t out x"), expected[..3]);
    assert_eq!(directory.read("out/log"), PATTERNS);
    assert_eq!(directory.read("out/f"), "Y\n");
}

#[test]
fn no_log_is_written_over_another_of_the_run() {
    let files = [file("a", log()), file("./a", b"other 1\n"), file("a.gz", b"other 1\n")];
    let files = [&files[..], &[file("in.log", b"other 1\n"), file("b", b"other\n")]].concat();
    let directory = directory_with(&files);
    directory.succeeds("mkdir logs; cp out/../x logs/x; printf '(b)\\n' >logs/b; echo one >in.log");
    let clash = |name: &str, output: &str| {
        format!("{name}: would be written over {output}, which another INPUT is or becomes")
    };
    let expected = [clash("./a", "out/a"), clash("a.gz", "out/a"), clash("b", "out/b")];
    for options in ["-j1", "-j3"] {
        let run = format!("lognorm-mmap {options} -t out x logs/b");
        assert_eq!(failures(&directory, &run), expected, "{options}");
        assert_eq!(directory.read("out/a"), PATTERNS);
        assert_eq!(directory.read("out/b"), "(X)\n");
        assert_eq!(directory.read("out/in.log"), "Y Y\n");
        directory.succeeds("rm out/*");
    }
    // A log of the run, and one that leads to the same file through a link.
    let reasons = failures(
        &directory,
        "lognorm-mmap --force -t out x; cp in.log out/in.log; \
                                        lognorm-mmap --force -t out x out/in.log",
    );
    assert!(
        reasons.iter().any(|it| it.contains("input and output are the same file")),
        "{reasons:?}"
    );
    directory.succeeds("rm out/*; ln -s in.log out/new; cp logs/b new");
    let reasons = failures(&directory, "lognorm-mmap -t out new x");
    assert!(reasons.contains(&clash("in.log", "out/in.log")), "{reasons:?}");
    assert_eq!(directory.read("out/in.log"), "(X)\n");
    // The archive itself.
    let own = directory_with(&[file("x", log())]);
    let reasons = failures(&own, "lognorm-mmap --force -t . x");
    assert_eq!(reasons, [clash("x", "./x")]);
    let reasons = failures(&own, "lognorm-mmap --force -t . - <x");
    assert_eq!(reasons, ["lognorm-mmap: standard input: x: input and output are the same file"]);
}
