//! Memory is asked for at the start of a run and used again: no line allocates, and a chunk does so
//! two or three times.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use lognorm_mmap::{
    Kernel, Normalizer, Options, Rules, Sink, SinkOptions, Source, SourceOptions, run,
};

/// Enough for as many chunks as there are threads, which are started only then.
const FEW: usize = 80_000;
const MANY: usize = 1_000_000;

/// Input bytes in a chunk.
const CHUNK_SIZE: usize = 1 << 20;

/// Allocations that [`MANY`] lines may take more than [`FEW`]: three for each of the 52 chunks that
/// they are more. Each has its task boxed by rayon, a list of what to write in one go, and its part
/// of the queues between; 51 to 95 were
/// counted.
const MOST_MORE: u64 = 3 * 52;

/// Of the system's allocator, with a count of what was asked for.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: all of it is done by the system's allocator, on the caller's promises.
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

/// Allocations of all threads during `work`.
fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    work();
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

/// So many lines, in which levels nest, close and stay open.
fn log(lines: usize) -> Vec<u8> {
    let lines = (0..lines).map(|line| {
        format!("Nov 14 gate{line} sshd[{line}]: (({{\"{line}\"}}) it's <open {}\n", line % 97)
    });
    lines.collect::<String>().into_bytes()
}

/// One test, for another would allocate at the same time.
#[test]
fn lines_take_no_allocations_and_chunks_take_few() {
    let (few, many) = (log(FEW), log(MANY));
    for kernel in Kernel::available() {
        let count = |log: &[u8]| {
            allocations(|| {
                let mut patterns = Vec::new();
                Normalizer::with_kernel(kernel).normalize(log, &mut patterns);
            })
        };
        assert_eq!(count(&few), count(&many), "{kernel:?}");
    }

    let folder = tempfile::tempdir().unwrap();
    for map in [true, false] {
        for threads in [1, 4] {
            let count = |log: &[u8]| {
                let (input, output) = (folder.path().join("in.log"), folder.path().join("out"));
                fs::write(&input, log).unwrap();
                let kernel = Kernel::best();
                let options =
                    Options { threads, chunk_size: CHUNK_SIZE, kernel, rules: Rules::Shape };
                allocations(|| {
                    let options_in = SourceOptions { map, ..SourceOptions::default() };
                    let source = Source::open(&input, &options_in).unwrap();
                    let sink = Sink::create(&output, Some(&source), SinkOptions::default());
                    let outcome = run(source, sink.unwrap(), &options).unwrap();
                    assert_eq!(outcome.counts.bytes_in, log.len() as u64);
                })
            };
            count(&few);
            let (few, many) = (count(&few), count(&many));
            let more = many.saturating_sub(few);
            assert!(more <= MOST_MORE, "{few}, and {more} more with {threads} threads, map: {map}");
        }
    }
}
