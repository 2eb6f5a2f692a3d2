//! Archives that are damaged or larger than they seem: what can be done is done, and nothing half is
//! left.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::io::{self, Read, Write};
use std::process::Stdio;
use std::thread;

use common::archive::{archive, attributes, directory_with, entry, failures, file, header};
use common::archive::{log, only_good, with_checksum};
use common::codec::codecs;
use common::directory::{Directory, LOG, PATTERNS, lognorm_mmap, utf8};
use common::needs;

#[test]
fn a_log_in_it_that_cannot_be_read_does_not_stop_the_others() {
    let directory = Directory::with([LOG]);
    for codec in codecs() {
        let packed = directory.run(&format!("{} in.log", codec.program)).stdout;
        let cut = &packed[..packed.len() - 3];
        let files = [file("cut", cut), file("nested", &archive(&[file("a", b"b")]))];
        let directory = directory_with(&files);
        let expected = [
            "cut: unexpected end of compressed input",
            "nested: a tar archive in a tar archive, which is not opened; extract it first",
        ];
        assert_eq!(only_good(&directory), expected, "{}", codec.name);
        let counted = utf8(directory.run("lognorm-mmap patterns count --keep-going x").stdout);
        assert!(counted.contains("lines=2\t"), "{counted}");
        fs::write(directory.path("nested"), archive(&[file("a", b"b")])).unwrap();
        let nested = directory.run(&format!("{} nested", codec.program)).stdout;
        let reasons = only_good(&directory_with(&[file("nested", &nested)]));
        let what = format!("nested: a tar archive compressed with {} in a tar archive", codec.name);
        assert!(reasons.len() == 1 && reasons[0].starts_with(&what), "{reasons:?}");
    }
}

#[test]
fn an_archive_that_was_cut_anywhere_is_a_failure_and_leaves_no_half_of_a_log() {
    let names = ["a", "b", "c"];
    let all =
        archive(&names.map(|name| [attributes(&[("comment", b"c")]), file(name, log())].concat()));
    let directory = Directory::with([]);
    directory.succeeds("mkdir out");
    for len in (600..all.len() - 1024).step_by(97).chain((1024..all.len() - 1024).step_by(512)) {
        fs::write(directory.path("x"), &all[..len]).unwrap();
        let reasons = failures(&directory, "lognorm-mmap -j1 -t out x");
        let (last, others) = reasons.split_last().unwrap();
        assert_eq!(last, "unexpected end of the tar archive", "{len}");
        // An entry with its attributes and the padding has four blocks, the last of them the log.
        let is_in_log = (len % 2048).checked_sub(1536).is_some_and(|len| len < log().len());
        assert_eq!(others.len(), usize::from(is_in_log), "{len}: {reasons:?}");
        let whole = names.iter().zip(0..).take_while(|(_, i)| 2048 * i + 1536 + log().len() <= len);
        let expected: Vec<_> = whole.map(|(name, _)| format!("out/{name}")).collect();
        let outputs = directory.succeeds("find out -type f | sort");
        assert_eq!(outputs.lines().collect::<Vec<_>>(), expected, "{len}");
        assert!(expected.iter().all(|output| directory.read(output) == PATTERNS), "{len}");
        directory.succeeds("rm -f out/*");
    }
}

#[test]
fn a_compressed_archive_that_was_cut_or_damaged_is_a_failure() {
    let directory = directory_with(&[]);
    let lines = "one line of many [1]\n".repeat(20_000);
    let whole = archive(&[file("good", log()), file("large", lines.as_bytes())]);
    fs::write(directory.path("x.tar"), whole).unwrap();
    for codec in codecs() {
        let packed = directory.run(&format!("{} x.tar", codec.program)).stdout;
        for len in [packed.len() - 1, packed.len() / 2] {
            fs::write(directory.path("x"), &packed[..len]).unwrap();
            let reasons = failures(&directory, "lognorm-mmap -t out x");
            let is_told = |it: &String| it.ends_with("unexpected end of compressed input");
            assert!(reasons.iter().all(is_told), "{}: {reasons:?}", codec.name);
            let large = directory.path("out/large");
            if large.exists() {
                assert_eq!(directory.succeeds("uniq -c out/large").trim(), "20000 Y Y Y Y [X]");
            }
            directory.succeeds("rm -f out/*");
        }
    }
}

#[test]
fn a_damaged_archive_is_a_failure_at_the_place_of_the_damage() {
    let bad_size = with_checksum({
        let mut header = header(b"bad", b'0', 0);
        header[124] = b'x';
        header
    });
    let wrong_sum = {
        let mut header = header(b"bad", b'0', 0);
        header[0] = b'c';
        header
    };
    let record = |record: &[u8]| entry(b"x", b'x', record);
    for (damage, reason) in [
        (bad_size.to_vec(), "damaged tar archive: a size is no number"),
        (wrong_sum.to_vec(), "damaged tar archive: a header has a wrong checksum"),
        (vec![b'-'; 512], "damaged tar archive: a header has a wrong checksum"),
        (
            [vec![0; 512], vec![b'-'; 512]].concat(),
            "damaged tar archive: other bytes follow its end",
        ),
        ([vec![0; 512], vec![b'-'; 5]].concat(), "damaged tar archive: other bytes follow its end"),
        (record(b"9 size=x\n"), "damaged tar archive: a record of attributes is damaged"),
        (record(b"5 path=a\n"), "damaged tar archive: a record of attributes is damaged"),
        (record(b"99 path=a\n"), "damaged tar archive: a record is cut short"),
        (record(b"-9 path=a\n"), "damaged tar archive: a record of attributes is damaged"),
        (record(b"10 path=ab"), "damaged tar archive: a record of attributes is damaged"),
        (
            [record(b"9 path=a\n"), vec![0; 1024]].concat(),
            "damaged tar archive: it ends where an entry should follow",
        ),
    ] {
        let directory = directory_with(&[]);
        let bytes = [file("first", log()), damage].concat();
        fs::write(directory.path("x"), &bytes).unwrap();
        assert_eq!(failures(&directory, "lognorm-mmap -t out x"), [reason]);
        assert_eq!(directory.succeeds("ls out"), "first\n", "{reason}");
        let counted = failures(&directory, "lognorm-mmap patterns count x");
        assert_eq!(counted[0], reason);
    }
}

#[test]
fn sparse_files_are_refused_by_name() {
    if !needs::program("tar") {
        return;
    }
    let directory = Directory::with([LOG]);
    directory.succeeds(
        "mkdir in out; cp in.log in/a; cp in.log in/z; truncate -s 1M in/sparse; \
         for i in $(seq 1 40); do printf x | dd of=in/sparse bs=1 seek=$((i * 20000)) conv=notrunc \
         2>dd.log; done",
    );
    for format in [
        "gnu",
        "oldgnu",
        "pax",
        "pax --sparse-version=0.0",
        "pax --sparse-version=0.1",
        "pax --sparse-version=1.0",
    ] {
        directory.succeeds(&format!("tar --format={format} -S -C in -cf x a sparse z"));
        let reasons = failures(&directory, "lognorm-mmap -t out x");
        let expected = ["sparse: a sparse file, which is not read from an archive"];
        assert_eq!(reasons, expected, "{format}");
        assert_eq!(
            directory.succeeds("ls out; cat out/*"),
            format!("a\nz\n{}", PATTERNS.repeat(2))
        );
    }
}

/// Writes an archive with 64 MiB of `announced` before a good file.
fn write_giant(mut pipe: impl Write, entry_type: u8, announced: &[u8]) -> io::Result<()> {
    const GIANT: u64 = 64 << 20;
    pipe.write_all(&header(b"giant", entry_type, GIANT))?;
    pipe.write_all(announced)?;
    let rest = GIANT - announced.len() as u64;
    io::copy(&mut io::repeat(b'n').take(rest - 1), &mut pipe)?;
    pipe.write_all(b"\n")?;
    pipe.write_all(&archive(&[file("named", log()), file("good", log())]))
}

#[test]
fn an_attribute_or_a_name_of_any_length_takes_no_memory() {
    for (entry_type, announced, reason) in [
        (b'x', &b"67108864 comment="[..], None),
        (b'x', b"67108864 key-that-goes-on-", None),
        (b'x', b"67108864 path=", Some("File name too long")),
        (b'g', b"67108864 comment=", None),
        (b'L', b"", Some("File name too long")),
        (b'K', b"", None),
    ] {
        let directory = Directory::with([]);
        directory.succeeds("mkdir out; chmod 777 out");
        let mut command = lognorm_mmap();
        command.args(["--stats=json", "-j1", "-t"]).arg(directory.path("out")).arg("-");
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let output = thread::scope(|scope| {
            scope.spawn(|| write_giant(stdin, entry_type, announced));
            child.wait_with_output().unwrap()
        });
        let message = utf8(output.stderr);
        let stats = message.lines().next().unwrap();
        let stats: serde_json::Value = serde_json::from_str(stats).unwrap();
        let peak = stats["peak_resident_bytes"].as_u64().unwrap();
        assert!(peak < 40 << 20, "{peak} bytes for {reason:?}");
        match reason {
            Some(reason) => assert!(message.contains(reason), "{}", &message[..500]),
            None => assert_eq!(output.status.code(), Some(0), "{message}"),
        }
        assert_eq!(directory.read("out/good"), PATTERNS, "{message}");
    }
}
