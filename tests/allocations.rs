//! A run allocates its memory at the start and uses it again: a line takes no allocation, a chunk
//! two or three.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use lognorm_mmap::{
    Action, Kernel, Normalizer, Options, Rules, Sink, SinkOptions, Source, SourceOptions, run,
};

/// The lines of a log that has as many chunks as there are threads, so that all are started.
const FEW: usize = 80_000;
/// The lines of a log that has far more chunks.
const MANY: usize = 1_000_000;

/// The bytes of input in a chunk.
const CHUNK_SIZE: usize = 1 << 20;

/// The number of allocations by which [`MANY`] lines may exceed [`FEW`]: three for each of the 52
/// chunks by which they exceed them. Rayon boxes the task of each chunk, the writer lists the
/// slices that it writes together, and the queues between them grow.
const MAX_MORE: u64 = 3 * 52;

/// The system allocator, which counts its allocations.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: the system allocator does everything, and the caller's promises are passed on to it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// Returns the number of allocations of all threads during `work`.
fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    work();
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

/// Returns a log of `lines` lines, in which levels nest, close and stay open, and in which tokens
/// are words and values.
fn log(lines: usize) -> Vec<u8> {
    let lines = (0..lines).map(|line| {
        format!("Nov 14 gate{line} sshd[{line}]: (({{\"{line}\"}}) it's <open {}\n", line % 97)
    });
    lines.collect::<String>().into_bytes()
}

/// One test, because another would allocate at the same time.
#[test]
fn lines_take_no_allocations_and_chunks_take_few() {
    let (few, many) = (log(FEW), log(MANY));
    for rules in Rules::ALL {
        for kernel in Kernel::available() {
            let count = |log: &[u8]| count_in_memory(log, kernel, rules);
            assert_eq!(count(&few), count(&many), "{kernel:?}, {rules:?}");
        }
    }
    let directory = tempfile::tempdir().unwrap();
    // After those in memory, because the threads of a run may end later than the run.
    for rules in Rules::ALL {
        for (map, threads) in [(true, 1), (true, 4), (false, 1), (false, 4)] {
            let count = |log: &[u8]| count_in_run(log, directory.path(), rules, map, threads);
            count(&few);
            let (few, many) = (count(&few), count(&many));
            let more = many.saturating_sub(few);
            let what = format!("{threads} threads, map: {map}, {rules:?}");
            assert!(more <= MAX_MORE, "{few}, and {more} more with {what}");
        }
    }
}

/// Returns the number of allocations for the patterns of `log` in memory.
fn count_in_memory(log: &[u8], kernel: Kernel, rules: Rules) -> u64 {
    allocations(|| {
        let mut patterns = Vec::new();
        Normalizer::with_rules(kernel, rules).normalize(log, &mut patterns);
    })
}

/// Returns the number of allocations of a run from a file in `directory` to another.
fn count_in_run(log: &[u8], directory: &Path, rules: Rules, map: bool, threads: usize) -> u64 {
    let (input, output) = (directory.join("in.log"), directory.join("out"));
    fs::write(&input, log).unwrap();
    let _ = fs::remove_file(&output);
    let options = Options { threads, chunk_size: CHUNK_SIZE, kernel: Kernel::best() };
    allocations(|| {
        let source_options = SourceOptions { map, ..SourceOptions::default() };
        let source = Source::open(&input, &source_options).unwrap();
        let sink = Sink::create(&output, Some(&source), SinkOptions::default()).unwrap();
        let outcome = run(source, sink, Action::Write(rules), &options).unwrap();
        assert_eq!(outcome.counts.bytes_in, log.len() as u64);
    })
}
