//! The speed of a whole run from a file in the page cache to a file or to `/dev/null`, by rule set
//! and threads.

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
/// The chunks of the log, of 1 MiB each.
const CHUNKS: usize = 256;

criterion_main!(benches);
criterion_group!(benches, pipeline);

fn pipeline(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("in.log");
    write_log(&log);
    let out = directory.path().join("out.log");
    let ways_out = [("file", out.as_path()), ("null", Path::new("/dev/null"))];
    let max_threads = thread::available_parallelism().unwrap().get();

    for rules in Rules::ALL {
        let mut group = criterion.benchmark_group(format!("pipeline/{}", rules.name()));
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        group.throughput(Throughput::Bytes(fs::metadata(&log).unwrap().len()));
        for (name, path) in ways_out {
            for threads in 1..=max_threads {
                let options = Options { threads, ..Options::default() };
                group.bench_function(BenchmarkId::new(name, threads), |bencher| {
                    bencher.iter_batched(
                        || open(&log, path),
                        |(source, sink)| run(source, sink, Action::Write(rules), &options).unwrap(),
                        BatchSize::PerIteration,
                    );
                });
            }
        }
        group.finish();
    }
}

fn open(input: &Path, output: &Path) -> (Source, Sink) {
    // The output of the run before is removed here, so that freeing it is not timed.
    if output.starts_with(input.parent().unwrap()) {
        let _ = fs::remove_file(output);
    }
    let options = SourceOptions { map: true, ..Default::default() };
    let source = Source::open(input, &options).unwrap();
    let sink = Sink::create(output, Some(&source), SinkOptions::default()).unwrap();
    (source, sink)
}

fn write_log(path: &Path) {
    let mut log = File::create(path).unwrap();
    for chunk in Text::Mixed.chunks(SEED).take(CHUNKS) {
        log.write_all(&chunk).unwrap();
    }
}
