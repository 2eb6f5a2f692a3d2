//! The size that the kernel tells of an input is not the size that it has, or is not for long.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::codec::codecs;
use common::folder::{Folder, LOG, PATTERNS};
use common::{needs, statx};

/// The ways in for `in`, where the whole output goes to standard output.
const WAYS_IN: [&str; 5] = [
    "lognorm-mmap in",
    "lognorm-mmap --no-mmap in",
    "lognorm-mmap --chunk-size=2 --threads=1 in",
    "lognorm-mmap - <in",
    "sh -c 'lognorm-mmap -t out in && cat out/in && rm out/in'",
];

#[test]
fn a_size_that_is_not_true_loses_nothing_and_adds_nothing() {
    if !statx::can_be_changed() {
        return;
    }
    let folder = Folder::with([("in", LOG.1)]);
    folder.succeeds("mkdir out");
    let (path, len) = (folder.path("in"), LOG.1.len() as u64);
    // Within the file and behind it, by a byte, within its page, and by more than a page.
    for size in [0, 1, 5, len - 1, len + 1, 64, 4096, 5000] {
        for way_in in WAYS_IN {
            let script = format!("{} {way_in}", statx::with_size(&path, size, ""));
            assert_eq!(folder.succeeds(&script), PATTERNS, "{size}: {way_in}");
        }
    }
    // Nobody wrote to it in between, so the first answer was not true.
    for way_in in WAYS_IN {
        let script = format!("{} {way_in}", statx::with_size(&path, 5, ":when=1"));
        assert_eq!(folder.succeeds(&script), PATTERNS, "{way_in}");
    }
}

#[test]
fn a_size_that_is_not_true_loses_nothing_of_a_large_log() {
    if !statx::can_be_changed() {
        return;
    }
    let folder = Folder::with([("in", &*LOG.1.repeat(20_000))]);
    folder.succeeds("mkdir out");
    let (path, len) = (folder.path("in"), 20_000 * LOG.1.len() as u64);
    for size in [4096, len / 2, len + 4096, 2 * len] {
        for way_in in WAYS_IN.iter().filter(|way_in| !way_in.contains("--chunk-size")) {
            let script = format!("{} {way_in}", statx::with_size(&path, size, ""));
            assert!(folder.succeeds(&script) == PATTERNS.repeat(20_000), "{size}: {way_in}");
        }
    }
}

#[test]
fn a_size_that_is_not_true_loses_nothing_of_an_archive() {
    if !statx::can_be_changed() {
        return;
    }
    let folder = Folder::with([LOG]);
    let path = folder.path("in");
    for codec in codecs() {
        let program = codec.program;
        folder.succeeds(&format!("{program} in.log >in; {program} in.log >>in"));
        let len = fs::metadata(&path).unwrap().len();
        // The first member alone would be a whole archive.
        for size in [5, len / 2, len + 1] {
            for way_in in ["lognorm-mmap in", "lognorm-mmap - <in"] {
                let script = format!("{} {way_in}", statx::with_size(&path, size, ""));
                let what = format!("{program}, {size}: {way_in}");
                assert_eq!(folder.succeeds(&script), PATTERNS.repeat(2), "{what}");
            }
        }
    }
}

#[test]
fn a_size_that_is_not_true_loses_nothing_of_a_catalogue() {
    if !statx::can_be_changed() {
        return;
    }
    let folder = Folder::with([LOG]);
    folder.succeeds("lognorm-mmap in.log --patterns p.tsv");
    let len = fs::metadata(folder.path("p.tsv")).unwrap().len();
    let shown = folder.succeeds("lognorm-mmap patterns show p.tsv");
    for size in [0, 5, len - 1, len + 1, 5000] {
        let strace = statx::with_size(&folder.path("p.tsv"), size, "");
        let show = format!("{strace} lognorm-mmap patterns show p.tsv");
        assert_eq!(folder.succeeds(&show), shown, "{size}");
        let known = format!("{strace} lognorm-mmap --known p.tsv in.log");
        assert_eq!(folder.succeeds(&known), "", "{size}");
    }
}

/// Shortens the file that is called as the environment says, right after its first `statx` or right
/// before it is mapped.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void cut_at(const char *call, int fd) {
    static int is_cut;
    struct stat stat, wanted;
    if (is_cut || fd < 0 || strcmp(getenv("CUT_AT"), call) != 0) return;
    if (fstat(fd, &stat) != 0 || lstat("in.log", &wanted) != 0) return;
    if (stat.st_ino != wanted.st_ino || stat.st_dev != wanted.st_dev) return;
    is_cut = truncate("in.log", atol(getenv("CUT_TO"))) == 0;
}

int statx(int fd, const char *path, int flags, unsigned mask, struct statx *buffer) {
    int result = syscall(SYS_statx, fd, path, flags, mask, buffer);
    cut_at("statx", fd);
    return result;
}

void *mmap64(void *start, size_t len, int protection, int flags, int fd, off_t offset) {
    cut_at("mmap", fd);
    return (void *)syscall(SYS_mmap, start, len, protection, flags, fd, offset);
}
"#;

#[test]
fn a_file_that_is_cut_before_it_is_mapped_is_a_failure() {
    if !needs::program("cc") {
        return;
    }
    let log = "a line\n".repeat(3000);
    let folder = Folder::with([("shim.c", SHIM), ("in.log", ""), ("out.log", "Y Y\n")]);
    folder.succeeds("cc -shared -fPIC -D_FILE_OFFSET_BITS=64 -o shim.so shim.c");
    for call in ["statx", "mmap"] {
        for size in [0, 1, 100, 4096, 12_000, 20_999] {
            for output in ["out.log", "- >/dev/null"] {
                fs::write(folder.path("in.log"), &log).unwrap();
                let shim = format!("CUT_AT={call} CUT_TO={size} LD_PRELOAD=./shim.so");
                let run = format!("{shim} lognorm-mmap in.log {output}");
                let reason = folder.run(&run);
                let message = String::from_utf8(reason.stderr).unwrap();
                let changed = "lognorm-mmap: in.log: input changed while it was read\n";
                assert_eq!((reason.status.code(), &*message), (Some(1), changed), "{run}");
                let is_cut = fs::metadata(folder.path("in.log")).unwrap().len() == size;
                assert!(is_cut, "{run}");
                assert_eq!(folder.read("out.log"), "Y Y\n", "{run}");
            }
        }
    }
}
