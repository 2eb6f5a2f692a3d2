//! How many instructions each kernel, and the count of patterns, takes for a byte of fixed text.
//! See limits.rs.

#![allow(missing_docs, reason = "the macros of gungraun make public items")]

use std::env;
use std::hint::black_box;

use gungraun::prelude::*;
use lognorm_mmap::catalogue::{ChunkCounter, ChunkCounts, Normalized};
use lognorm_mmap::{Kernel, LineSpans, Normalizer, Rules};

#[path = "limits.rs"]
mod limits;
#[path = "../text.rs"]
mod text;

use text::Text;

/// Of text, one chunk of a run.
const SIZE: usize = 1 << 20;
const SEED: u64 = 1;

/// What a kernel works with. It has gone over the text before, so that memory is there.
struct Work {
    normalizer: Normalizer,
    text: Vec<u8>,
    patterns: Vec<u8>,
}

fn prepare(kernel: Option<Kernel>, text: Text) -> Option<Work> {
    prepare_for(Rules::Shape, kernel?, text)
}

fn prepare_words(kernel: Option<Kernel>, text: Text) -> Option<Work> {
    prepare_for(Rules::Words, kernel?, text)
}

fn prepare_for(rules: Rules, kernel: Kernel, text: Text) -> Option<Work> {
    let mut normalizer = Normalizer::with_rules(kernel, rules);
    let text = chunk(text);
    let mut patterns = Vec::new();
    normalizer.normalize(&text, &mut patterns);
    patterns.clear();
    Some(Work { normalizer, text, patterns })
}

/// What patterns are counted with, likewise.
struct Counting {
    tally: ChunkCounter,
    counts: ChunkCounts,
    text: Vec<u8>,
    patterns: Vec<u8>,
    spans: LineSpans,
}

fn prepare_counting(text: Text) -> Counting {
    let (text, mut patterns, mut spans) = (chunk(text), Vec::new(), LineSpans::new());
    Normalizer::new().normalize_noting(&text, &mut patterns, &mut spans);
    let (tally, counts) = (ChunkCounter::new(), ChunkCounts::new());
    count(Counting { tally, counts, text, patterns, spans })
}

fn chunk(text: Text) -> Vec<u8> {
    let mut chunk = text.chunks(SEED).next().expect("there is always more text");
    chunk.truncate(SIZE);
    chunk
}

/// Tells what is measured that there is AVX2, so that a valgrind which hides it is noticed: that
/// nothing takes no instructions.
const HAS_AVX2: &str = "LOGNORM_BENCH_HAS_AVX2";

fn avx2() -> Option<Kernel> {
    let kernel = Kernel::avx2();
    assert!(kernel.is_some() || env::var_os(HAS_AVX2).is_none(), "valgrind hides AVX2");
    kernel
}

fn config(name: &str) -> LibraryBenchmarkConfig {
    let mut config = LibraryBenchmarkConfig::default();
    if name.contains("avx2") && limits::has_avx2() {
        config.env(HAS_AVX2, "yes");
    }
    config.tool(limits::of(name, SIZE));
    config
}

#[library_benchmark(setup = prepare)]
#[bench::scalar_mixed(args = (Some(Kernel::scalar()), Text::Mixed), config = config("scalar_mixed"))]
#[bench::scalar_brackets(args = (Some(Kernel::scalar()), Text::Brackets), config = config("scalar_brackets"))]
#[bench::portable_mixed(args = (Some(Kernel::portable()), Text::Mixed), config = config("portable_mixed"))]
#[bench::portable_brackets(args = (Some(Kernel::portable()), Text::Brackets), config = config("portable_brackets"))]
#[bench::portable_json(args = (Some(Kernel::portable()), Text::Json), config = config("portable_json"))]
#[bench::avx2_mixed(args = (avx2(), Text::Mixed), config = config("avx2_mixed"))]
#[bench::avx2_brackets(args = (avx2(), Text::Brackets), config = config("avx2_brackets"))]
#[bench::avx2_json(args = (avx2(), Text::Json), config = config("avx2_json"))]
fn normalize_shape(work: Option<Work>) -> Option<Work> {
    normalize(work)
}

fn normalize(work: Option<Work>) -> Option<Work> {
    let mut work = work?;
    work.normalizer.normalize(black_box(&work.text), black_box(&mut work.patterns));
    Some(work)
}

#[library_benchmark(setup = prepare_words)]
#[bench::words_scalar_mixed(args = (Some(Kernel::scalar()), Text::Mixed), config = config("words_scalar_mixed"))]
#[bench::words_scalar_json(args = (Some(Kernel::scalar()), Text::Json), config = config("words_scalar_json"))]
#[bench::words_portable_mixed(args = (Some(Kernel::portable()), Text::Mixed), config = config("words_portable_mixed"))]
#[bench::words_portable_json(args = (Some(Kernel::portable()), Text::Json), config = config("words_portable_json"))]
#[bench::words_avx2_mixed(args = (avx2(), Text::Mixed), config = config("words_avx2_mixed"))]
#[bench::words_avx2_json(args = (avx2(), Text::Json), config = config("words_avx2_json"))]
fn normalize_words(work: Option<Work>) -> Option<Work> {
    normalize(work)
}

#[library_benchmark(setup = prepare_counting)]
#[bench::tally_mixed(args = (Text::Mixed), config = config("tally_mixed"))]
fn count_patterns(counting: Counting) -> Counting {
    count(counting)
}

fn count(mut counting: Counting) -> Counting {
    let Counting { tally, counts, text, patterns, spans } = &mut counting;
    let chunk = black_box(Normalized { lines: text, patterns, spans });
    tally.count(chunk, 0, counts).expect("memory for a chunk");
    counting
}

library_benchmark_group!(
    name = kernels,
    benchmarks = [normalize_shape, normalize_words, count_patterns]
);
main!(library_benchmark_groups = kernels);
