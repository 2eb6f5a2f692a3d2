//! The speed of a whole run from a file in the page cache to a file or to `/dev/null`: by rule set and
//! threads, and by the form of the log, with one thread that normalizes.

#![allow(clippy::unwrap_used, reason = "a panic is how a bench fails")]

use std::fs::{self, File};
use std::io::Write;
use std::iter;
use std::path::Path;
use std::thread;

use criterion::{
    BatchSize, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use lognorm_mmap::{
    Action, EscapeSequences, Options, Rules, Sink, SinkOptions, Source, SourceOptions, run,
};

mod text;

use text::Text;

const SEED: u64 = 1;
/// The chunks of the log, of 1 MiB each.
const CHUNKS: usize = 256;

criterion_main!(benches);
criterion_group!(benches, pipeline, forms);

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
                        || open(&log, path, EscapeSequences::Keep),
                        |(source, sink)| run(source, sink, Action::Write(rules), &options).unwrap(),
                        BatchSize::PerIteration,
                    );
                });
            }
        }
        group.finish();
    }
}

fn forms(criterion: &mut Criterion) {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("in.log");
    write_log(&log);
    let text = fs::read_to_string(&log).unwrap();
    let (utf_16, coloured) =
        (directory.path().join("utf-16.log"), directory.path().join("coloured.log"));
    let units = iter::once(0xfeff).chain(text.encode_utf16());
    fs::write(&utf_16, units.flat_map(u16::to_le_bytes).collect::<Vec<_>>()).unwrap();
    fs::write(&coloured, coloured_text(&text)).unwrap();

    let mut group = criterion.benchmark_group("pipeline/forms");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    for (name, log, escapes) in [
        ("plain", &log, EscapeSequences::Keep),
        ("plain-stripped", &log, EscapeSequences::Strip),
        ("coloured", &coloured, EscapeSequences::Keep),
        ("coloured-stripped", &coloured, EscapeSequences::Strip),
        ("utf-16", &utf_16, EscapeSequences::Keep),
    ] {
        let options = Options { threads: 1, ..Options::default() };
        group.throughput(Throughput::Bytes(fs::metadata(log).unwrap().len()));
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || open(log, Path::new("/dev/null"), escapes),
                |(source, sink)| run(source, sink, Action::Write(Rules::Shape), &options).unwrap(),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// Returns `text` with four escape sequences in each line, before its first words.
fn coloured_text(text: &str) -> String {
    const SEQUENCES: [&str; 4] = ["\u{1b}[1;34m", "\u{1b}[0m", "\u{1b}[32m", "\u{1b}[m"];
    let mut coloured = String::with_capacity(2 * text.len());
    for line in text.split_inclusive('\n') {
        let mut sequences = SEQUENCES.into_iter();
        for word in line.split_inclusive(' ') {
            coloured.extend(sequences.next());
            coloured.push_str(word);
        }
    }
    coloured
}

fn open(input: &Path, output: &Path, escapes: EscapeSequences) -> (Source, Sink) {
    // The output of the run before is removed here, so that freeing it is not timed.
    if output.starts_with(input.parent().unwrap()) {
        let _ = fs::remove_file(output);
    }
    let options = SourceOptions { map: true, escapes, ..Default::default() };
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
