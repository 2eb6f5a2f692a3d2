//! How fast a whole run is, from a file in the page cache to a file or to nowhere, by threads.

#![allow(clippy::unwrap_used, reason = "a panic is how a bench fails")]

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::thread;

use criterion::{
    BatchSize, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use lognorm_mmap::{Action, Options, Rules, Sink, SinkOptions, Source, SourceOptions, run};

mod text;

use text::Text;

const SEED: u64 = 1;
/// Of 1 MiB each.
const CHUNKS: usize = 256;

criterion_main!(benches);
criterion_group!(benches, pipeline);

fn pipeline(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("in.log");
    write_log(&log);
    let out = folder.path().join("out.log");
    let ways_out = [("file", out.as_path()), ("null", Path::new("/dev/null"))];
    let most_threads = thread::available_parallelism().unwrap().get();

    let mut group = criterion.benchmark_group("pipeline");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Bytes(fs::metadata(&log).unwrap().len()));
    for (name, path) in ways_out {
        for threads in 1..=most_threads {
            let options = Options { threads, ..Options::default() };
            group.bench_function(BenchmarkId::new(name, threads), |bencher| {
                let open = || {
                    // What an earlier run left is not to be freed on the clock of this one.
                    let _ = fs::remove_file(&out);
                    let options = SourceOptions { map: true, ..Default::default() };
                    let source = Source::open(&log, &options).unwrap();
                    let sink = Sink::create(path, Some(&source), SinkOptions::default()).unwrap();
                    (source, sink)
                };
                bencher.iter_batched(
                    open,
                    |(source, sink)| {
                        run(source, sink, Action::Write(Rules::Shape), &options).unwrap()
                    },
                    BatchSize::PerIteration,
                );
            });
        }
    }
    group.finish();
}

fn write_log(path: &Path) {
    let mut log = File::create(path).unwrap();
    for chunk in Text::Mixed.chunks(SEED).take(CHUNKS) {
        log.write_all(&chunk).unwrap();
    }
}
