//! One text through every combination of kernel, threads, chunk size, way in and way out: nothing
//! of that may change a byte.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs::{self, File};
use std::io::{self, Write};
use std::process::{Output, Stdio};
use std::sync::LazyLock;
use std::thread;

use common::codec::CODECS;
use common::folder::{Folder, lognorm_mmap, utf8};
use common::text::{assert_same, hostile_lines, log_lines, sample};
use common::{fixtures, needs, oracle};
use lognorm_mmap::Kernel;
use proptest::collection::vec;

const THREADS: [usize; 5] = [1, 2, 3, 5, 8];
const CHUNK_SIZES: [usize; 7] = [1, 2, 7, 64, 1000, 64 << 10, 1 << 20];
const WAYS_OUT: [WayOut; 2] = [WayOut::File, WayOut::Stdout];

#[derive(Clone, Copy, Debug)]
enum WayIn {
    Mapped,
    NotMapped,
    StdinFromFile,
    StdinFromPipe,
    /// Compressed by the program of this name.
    Archive(&'static str),
}

#[derive(Clone, Copy, Debug)]
enum WayOut {
    File,
    Stdout,
}

#[derive(Clone, Copy, Debug)]
struct Combination {
    way_in: WayIn,
    way_out: WayOut,
    threads: usize,
    chunk_size: usize,
    kernel: &'static str,
}

/// What goes in and must come out, the same for all combinations.
struct Text {
    bytes: Vec<u8>,
    patterns: Vec<u8>,
}

static TEXT: LazyLock<Text> = LazyLock::new(|| {
    let fixtures: Vec<_> = fixtures("log").iter().map(|log| fs::read(log).unwrap()).collect();
    // Longer than all chunks but the largest.
    let long = format!("{0} ({0}) {0}", "a-b ".repeat(8000));
    let bytes = [
        fixtures.concat(),
        sample(vec(hostile_lines(), 300)).concat(),
        long.into_bytes(),
        b"\r\n\r\n\n".to_vec(),
        sample(vec(log_lines(), 100)).concat(),
        b"[the end] has no newline".to_vec(),
    ]
    .concat();
    Text { patterns: oracle::patterns(&bytes), bytes }
});

/// Every combination of threads, chunk size and kernel, each with one of the ways out, so that
/// every two of all these meet. An archive is decoded before a kernel sees it: there kernels take
/// turns too.
#[track_caller]
fn assert_every_combination(way_in: WayIn) {
    let folder = Folder::with([]);
    fs::write(folder.path("in.log"), &TEXT.bytes).unwrap();
    if let WayIn::Archive(name) = way_in {
        let codec = CODECS.iter().find(|codec| codec.name == name).unwrap();
        folder.succeeds(&format!("{} in.log >archive", codec.program));
    }
    let kernels: Vec<_> = Kernel::available().map(Kernel::name).collect();
    for (row, threads) in THREADS.into_iter().enumerate() {
        for (column, chunk_size) in CHUNK_SIZES.into_iter().enumerate() {
            for (turn, &kernel) in kernels.iter().enumerate() {
                if matches!(way_in, WayIn::Archive(_)) && (row + column) % kernels.len() != turn {
                    continue;
                }
                let way_out = WAYS_OUT[(row / 2 + column / 3 + turn) % WAYS_OUT.len()];
                let combination = Combination { way_in, way_out, threads, chunk_size, kernel };
                assert_same(&run(&folder, combination), &TEXT.patterns, combination);
            }
        }
    }
}

/// Runs the program as `combination` says and returns what came out.
fn run(folder: &Folder, combination: Combination) -> Vec<u8> {
    let Combination { way_in, way_out, threads, chunk_size, kernel } = combination;
    let (log, out) = (folder.path("in.log"), folder.path("out.log"));
    let mut command = lognorm_mmap();
    command.args([format!("--threads={threads}"), format!("--chunk-size={chunk_size}")]);
    command.args(["--kernel", kernel]);
    match way_in {
        WayIn::Mapped => command.arg(log),
        WayIn::NotMapped => command.arg("--no-mmap").arg(log),
        WayIn::StdinFromFile => command.arg("-").stdin(File::open(log).unwrap()),
        WayIn::StdinFromPipe => command.arg("-").stdin(Stdio::piped()),
        WayIn::Archive(_) => command.arg(folder.path("archive")),
    };
    if let WayOut::File = way_out {
        command.arg(&out);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdin = child.stdin.take();
    let Output { status, stdout, stderr } = thread::scope(|scope| {
        scope.spawn(|| stdin.map(feed));
        child.wait_with_output().unwrap()
    });
    assert_eq!((status.code(), utf8(stderr)), (Some(0), String::new()), "{combination:?}");
    match way_out {
        WayOut::File => {
            assert_eq!(stdout, b"", "{combination:?}");
            // So that the next combination cannot pass with what this one has left.
            let patterns = fs::read(&out).unwrap();
            fs::remove_file(out).unwrap();
            patterns
        }
        WayOut::Stdout => stdout,
    }
}

/// Writes the text in pieces of sizes that suit neither lines nor blocks.
fn feed(mut pipe: impl Write) -> io::Result<()> {
    let mut rest = &TEXT.bytes[..];
    for size in [1, 4099, 3, 97, 65_537, 31].into_iter().cycle() {
        let (piece, others) = rest.split_at(size.min(rest.len()));
        pipe.write_all(piece)?;
        rest = others;
        if rest.is_empty() {
            break;
        }
    }
    Ok(())
}

#[test]
fn the_text_has_what_the_combinations_differ_in() {
    let lines: Vec<_> = TEXT.bytes.split(|&byte| byte == b'\n').collect();
    let longest = lines.iter().map(|line| line.len()).max();
    assert!((100_000..500_000).contains(&TEXT.bytes.len()), "{} bytes", TEXT.bytes.len());
    assert!(lines.len() > 2000, "{} lines", lines.len());
    assert!(longest > Some(CHUNK_SIZES[5]), "{longest:?} bytes in the longest line");
    assert!(!TEXT.bytes.ends_with(b"\n"));
}

#[test]
fn a_mapped_file() {
    assert_every_combination(WayIn::Mapped);
}

#[test]
fn a_file_that_is_not_mapped() {
    assert_every_combination(WayIn::NotMapped);
}

#[test]
fn a_file_on_standard_input() {
    assert_every_combination(WayIn::StdinFromFile);
}

#[test]
fn a_pipe_on_standard_input() {
    assert_every_combination(WayIn::StdinFromPipe);
}

#[track_caller]
fn assert_archive(name: &'static str) {
    if needs::program(name) {
        assert_every_combination(WayIn::Archive(name));
    }
}

#[test]
fn an_archive_of_gzip() {
    assert_archive("gzip");
}

#[test]
fn an_archive_of_zstd() {
    assert_archive("zstd");
}

#[test]
fn an_archive_of_xz() {
    assert_archive("xz");
}

#[test]
fn an_archive_of_bzip2() {
    assert_archive("bzip2");
}

#[test]
fn an_archive_of_lz4() {
    assert_archive("lz4");
}
