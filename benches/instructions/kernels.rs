//! How many instructions each kernel takes for a byte of fixed text. See limits.rs.

#![allow(missing_docs, reason = "the macros of gungraun make public items")]

use std::hint::black_box;

use gungraun::prelude::*;
use lognorm_mmap::{Kernel, Normalizer};

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
    let mut normalizer = Normalizer::with_kernel(kernel?);
    let mut text = text.chunks(SEED).next()?;
    text.truncate(SIZE);
    let mut patterns = Vec::new();
    normalizer.normalize(&text, &mut patterns);
    patterns.clear();
    Some(Work { normalizer, text, patterns })
}

fn scalar() -> Option<Kernel> {
    Some(Kernel::scalar())
}

fn portable() -> Option<Kernel> {
    Some(Kernel::portable())
}

fn avx2() -> Option<Kernel> {
    Kernel::avx2()
}

fn config(name: &str) -> LibraryBenchmarkConfig {
    if name.starts_with("avx2") {
        let _ = limits::has_avx2();
    }
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(limits::of(name, SIZE));
    config
}

#[library_benchmark(setup = prepare)]
#[bench::scalar_mixed(args = (scalar(), Text::Mixed), config = config("scalar_mixed"))]
#[bench::scalar_brackets(args = (scalar(), Text::Brackets), config = config("scalar_brackets"))]
#[bench::portable_mixed(args = (portable(), Text::Mixed), config = config("portable_mixed"))]
#[bench::portable_brackets(args = (portable(), Text::Brackets), config = config("portable_brackets"))]
#[bench::avx2_mixed(args = (avx2(), Text::Mixed), config = config("avx2_mixed"))]
#[bench::avx2_brackets(args = (avx2(), Text::Brackets), config = config("avx2_brackets"))]
fn normalize(work: Option<Work>) -> Option<Work> {
    let mut work = work?;
    work.normalizer.normalize(black_box(&work.text), black_box(&mut work.patterns));
    Some(work)
}

library_benchmark_group!(name = kernels, benchmarks = normalize);
main!(library_benchmark_groups = kernels);
