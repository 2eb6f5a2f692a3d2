//! How fast each kernel turns text in memory into patterns, on one thread.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lognorm_mmap::{Kernel, Normalizer, Rules};

mod text;

use text::Text;

const SEED: u64 = 1;
/// Of 1 MiB each: too many for the caches next to a core, as in a run over a file.
const CHUNKS: usize = 8;

criterion_main!(benches);
criterion_group!(benches, shape, words);

fn shape(criterion: &mut Criterion) {
    kernels(criterion, "kernels", Rules::Shape);
}

fn words(criterion: &mut Criterion) {
    kernels(criterion, "words", Rules::Words);
}

fn kernels(criterion: &mut Criterion, name: &str, rules: Rules) {
    let mut group = criterion.benchmark_group(name);
    for text in Text::ALL {
        let chunks: Vec<_> = text.chunks(SEED).take(CHUNKS).collect();
        group.throughput(Throughput::Bytes(chunks.iter().map(|chunk| chunk.len() as u64).sum()));
        for kernel in Kernel::available() {
            let mut normalizer = Normalizer::with_rules(kernel, rules);
            let mut patterns = Vec::new();
            group.bench_function(BenchmarkId::new(kernel.name(), text.name()), |bencher| {
                bencher.iter(|| {
                    for chunk in &chunks {
                        patterns.clear();
                        normalizer.normalize(black_box(chunk), black_box(&mut patterns));
                    }
                });
            });
        }
    }
    group.finish();
}
