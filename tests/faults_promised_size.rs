//! Inputs whose size is not the one that the kernel reports, or does not stay it.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use common::codec::codecs;
use common::directory::{Directory, LOG, PATTERNS, utf8};
use common::{needs, statx};

/// The ways to give `in`. The whole output goes to standard output.
const WAYS_IN: [&str; 5] = [
    "lognorm-mmap in",
    "lognorm-mmap --no-mmap in",
    "lognorm-mmap --chunk-size=2 --threads=1 in",
    "lognorm-mmap - <in",
    "sh -c 'lognorm-mmap -t out in && cat out/in && rm out/in'",
];

#[test]
fn a_wrong_size_loses_nothing_and_adds_nothing() {
    if !statx::can_be_changed() {
        return;
    }
    let directory = Directory::with([("in", LOG.1)]);
    directory.succeeds("mkdir out");
    let (path, len) = (directory.path("in"), LOG.1.len() as u64);
    // Smaller and larger than the file: by a byte, within its page, and by more than a page.
    for size in [0, 1, 5, len - 1, len + 1, 64, 4096, 5000] {
        for way_in in WAYS_IN {
            let script = format!("{} {way_in}", statx::with_size(&path, size, ""));
            assert_eq!(directory.succeeds(&script), PATTERNS, "{size}: {way_in}");
        }
    }
    // The modification time stays the same, so the first size was wrong.
    for way_in in WAYS_IN {
        let script = format!("{} {way_in}", statx::with_size(&path, 5, ":when=1"));
        assert_eq!(directory.succeeds(&script), PATTERNS, "{way_in}");
    }
}

#[test]
fn a_wrong_size_loses_nothing_of_a_large_log() {
    if !statx::can_be_changed() {
        return;
    }
    let directory = Directory::with([("in", &*LOG.1.repeat(20_000))]);
    directory.succeeds("mkdir out");
    let (path, len) = (directory.path("in"), 20_000 * LOG.1.len() as u64);
    for size in [4096, len / 2, len + 4096, 2 * len] {
        for way_in in WAYS_IN.iter().filter(|way_in| !way_in.contains("--chunk-size")) {
            let script = format!("{} {way_in}", statx::with_size(&path, size, ""));
            assert!(directory.succeeds(&script) == PATTERNS.repeat(20_000), "{size}: {way_in}");
        }
    }
}

#[test]
fn a_wrong_size_loses_nothing_of_an_archive() {
    if !statx::can_be_changed() {
        return;
    }
    let directory = Directory::with([LOG]);
    let path = directory.path("in");
    for codec in codecs() {
        let program = codec.program;
        directory.succeeds(&format!("{program} in.log >in; {program} in.log >>in"));
        let len = fs::metadata(&path).unwrap().len();
        // At half the size there would be one whole member.
        for size in [5, len / 2, len + 1] {
            for way_in in ["lognorm-mmap in", "lognorm-mmap - <in"] {
                let script = format!("{} {way_in}", statx::with_size(&path, size, ""));
                let what = format!("{program}, {size}: {way_in}");
                assert_eq!(directory.succeeds(&script), PATTERNS.repeat(2), "{what}");
            }
        }
    }
}

#[test]
fn a_wrong_size_loses_nothing_of_a_catalogue() {
    if !statx::can_be_changed() {
        return;
    }
    let directory = Directory::with([LOG]);
    directory.succeeds("lognorm-mmap in.log --patterns p.tsv");
    let len = fs::metadata(directory.path("p.tsv")).unwrap().len();
    let shown = directory.succeeds("lognorm-mmap patterns show p.tsv");
    for size in [0, 5, len - 1, len + 1, 5000] {
        let strace = statx::with_size(&directory.path("p.tsv"), size, "");
        let show = format!("{strace} lognorm-mmap patterns show p.tsv");
        assert_eq!(directory.succeeds(&show), shown, "{size}");
        let known = format!("{strace} lognorm-mmap --known p.tsv in.log");
        assert_eq!(directory.succeeds(&known), "", "{size}");
    }
}

/// A library that truncates `in.log` right after its first `statx`, or right before it is mapped,
/// as the environment says.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void truncate_at(const char *call, int fd) {
    static int is_done;
    struct stat stat, wanted;
    if (is_done || fd < 0 || strcmp(getenv("TRUNCATE_AT"), call) != 0) return;
    if (fstat(fd, &stat) != 0 || lstat("in.log", &wanted) != 0) return;
    if (stat.st_ino != wanted.st_ino || stat.st_dev != wanted.st_dev) return;
    is_done = truncate("in.log", atol(getenv("TRUNCATE_TO"))) == 0;
}

int statx(int fd, const char *path, int flags, unsigned mask, struct statx *buffer) {
    int result = syscall(SYS_statx, fd, path, flags, mask, buffer);
    truncate_at("statx", fd);
    return result;
}

void *mmap64(void *start, size_t len, int protection, int flags, int fd, off_t offset) {
    truncate_at("mmap", fd);
    return (void *)syscall(SYS_mmap, start, len, protection, flags, fd, offset);
}
"#;

#[test]
fn a_file_that_is_truncated_before_it_is_mapped_is_a_failure() {
    if !needs::program("cc") {
        return;
    }
    let log = "a line\n".repeat(3000);
    let directory = Directory::with([("shim.c", SHIM), ("in.log", ""), ("out.log", "Y Y\n")]);
    directory.succeeds("cc -shared -fPIC -D_FILE_OFFSET_BITS=64 -o shim.so shim.c");
    for call in ["statx", "mmap"] {
        for size in [0, 1, 100, 4096, 12_000, 20_999] {
            for output in ["out.log", "- >/dev/null"] {
                fs::write(directory.path("in.log"), &log).unwrap();
                let shim = format!("TRUNCATE_AT={call} TRUNCATE_TO={size} LD_PRELOAD=./shim.so");
                let run = format!("{shim} lognorm-mmap in.log {output}");
                let Output { status, stderr, .. } = directory.run(&run);
                let changed = "lognorm-mmap: in.log: input changed while it was read\n";
                assert_eq!((status.code(), &*utf8(stderr)), (Some(1), changed), "{run}");
                let is_truncated = fs::metadata(directory.path("in.log")).unwrap().len() == size;
                assert!(is_truncated, "{run}");
                assert_eq!(directory.read("out.log"), "Y Y\n", "{run}");
            }
        }
    }
}
