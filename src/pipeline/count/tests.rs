//! Logs of all kinds, on any number of threads, against the sum of their catalogues.

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::catalogue::tests::written;
use crate::pipeline::run;

/// Returns the text of the log with this number: most are small, some are long, empty, or end without
/// a newline.
fn text(number: usize) -> String {
    let line = |index: usize| match index % 3 {
        0 => format!("{} took {index} ms ({number})\n", "-".repeat(number % 50)),
        1 => format!("user={number} [{index}] {}\n", "+".repeat(index % 7)),
        _ => "\r\n".to_owned(),
    };
    let lines = if number.is_multiple_of(11) { 1000 } else { number * 7 % 40 };
    let mut text: String = (0..lines).map(line).collect();
    if number.is_multiple_of(5) {
        text.truncate(text.trim_end().len());
    }
    text
}

/// Returns a directory with many logs, and their names in order. Some cannot be read.
fn directory() -> (TempDir, Vec<PathBuf>) {
    let directory = tempfile::tempdir().unwrap();
    let names = (0..100).map(|number| {
        let path = directory.path().join(format!("{number}.log"));
        match number % 25 {
            7 => fs::create_dir(&path).unwrap(),
            13 => {}
            _ => fs::write(&path, text(number)).unwrap(),
        }
        path
    });
    let names = names.collect();
    (directory, names)
}

/// Returns the file of the sum of the catalogues of the logs that can be read.
fn expected(names: &[PathBuf], limits: Limits) -> String {
    let mut sum = Catalogue::new(Rules::Shape, limits);
    for name in names {
        let Ok(source) = Source::open(name, &SourceOptions::default()) else { continue };
        let mut catalogue = Catalogue::new(Rules::Shape, Limits::NONE);
        let action = Action::Count(&mut catalogue);
        run(source, Sink::discard(), action, &Options::default()).unwrap();
        sum.append(&catalogue).unwrap();
    }
    written(&sum)
}

/// Returns the file of the catalogue of the logs, the names of those that could not be read, and the number of
/// all. At most `max_waiting` bytes wait, and a catalogue of one log has at most `alone` bytes.
fn counted(
    names: &[PathBuf],
    limits: Limits,
    options: &Options,
    (max_waiting, alone): (usize, usize),
) -> (String, Vec<PathBuf>, usize) {
    let mut catalogue = Catalogue::new(Rules::Shape, limits);
    let mut failed = Vec::new();
    let mut report = |path: &Path, result: Result<Outcome>| {
        if result.is_err() {
            failed.push(path.to_owned());
        }
    };
    let source = SourceOptions::default();
    let settings = Settings {
        source: &source,
        unmapped: source.clone(),
        options,
        threads: options.threads,
        rules: Rules::Shape,
        limits_alone: Limits { patterns: usize::MAX, bytes: alone, ..limits },
    };
    let mut sum = Sum::new(&mut catalogue, &mut report, max_waiting);
    let logs = names.iter().cloned().map(Log::File);
    settings.count_all(Queue::new(logs), &mut sum).unwrap();
    let tally = sum.finish();
    assert_eq!(tally.counts.lines, catalogue.lines());
    assert_eq!(tally.counts.bytes_in, catalogue.bytes());
    (written(&catalogue), failed, tally.inputs)
}

#[test]
fn the_result_is_the_sum_of_the_catalogues_whatever_waits_and_whatever_is_counted_twice() {
    let (_directory, names) = directory();
    let is_bad = |(number, _): &(usize, &PathBuf)| [7, 13].contains(&(number % 25));
    let bad: Vec<_> =
        names.iter().enumerate().filter(is_bad).map(|(_, name)| name.clone()).collect();
    assert_eq!(bad.len(), 8);
    for (max, examples) in [(20, 4), (1000, 1)] {
        let limits = Limits { examples, ..Limits::of_patterns(max) };
        let expected = expected(&names, limits);
        for (threads, chunk_size) in [(1, 1 << 20), (2, 1 << 20), (3, 1000), (8, 100_000), (2, 1)] {
            for room in [(usize::MAX, usize::MAX), (0, usize::MAX), (usize::MAX, 0), (0, 3000)] {
                let options = Options { threads, chunk_size, ..Options::default() };
                let counted = counted(&names, limits, &options, room);
                let what = format!("{max} patterns, {threads} threads, {chunk_size}, {room:?}");
                assert_eq!(counted, (expected.clone(), bad.clone(), 100), "{what}");
            }
        }
    }
}

#[cfg(feature = "gzip")]
#[test]
fn a_log_that_fails_at_its_end_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("good"), text(11)).unwrap();
    use std::io::Write;

    // Damaged in the second of two members.
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text(22).as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    fs::write(path("bad"), [&gzip[..], &gzip[..gzip.len() - 4]].concat()).unwrap();
    let names = ["good", "bad", "good"].map(path);
    let expected = expected(&["good", "good"].map(path), Limits::NONE);
    for (threads, chunk_size) in [(1, 1 << 20), (2, 1 << 20), (2, 100)] {
        for alone in [usize::MAX, 0] {
            let options = Options { threads, chunk_size, ..Options::default() };
            let counted = counted(&names, Limits::NONE, &options, (usize::MAX, alone));
            assert_eq!(counted, (expected.clone(), vec![path("bad")], 3));
        }
    }
}
