//! The catalogue against a naive one, however the log is cut into chunks.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::file::FileFormat;
use super::*;
use crate::input::chunk::cuts;
use crate::rules::{Kernel, LineSpans, Normalizer, Rules, normalize};

/// Returns the catalogue of `log` by the shape rules, in chunks of `size`.
pub(crate) fn catalogue_of(log: &[u8], size: usize, limits: Limits) -> Catalogue {
    catalogue_by(Rules::Shape, log, size, limits)
}

/// Returns the catalogue of `log` by `rules`, in chunks of `size`.
pub(crate) fn catalogue_by(rules: Rules, log: &[u8], size: usize, limits: Limits) -> Catalogue {
    catalogue_with(rules, Kernel::best(), log, size, limits, u64::MAX)
}

/// Returns the catalogue of `log`, in chunks of `size`, where only the bits of `mask` tell hashes
/// apart.
fn catalogue_with(
    rules: Rules,
    kernel: Kernel,
    log: &[u8],
    size: usize,
    limits: Limits,
    mask: u64,
) -> Catalogue {
    let mut normalizer = Normalizer::with_rules(kernel, rules);
    let mut catalogue = Catalogue::new(rules, limits);
    let (mut counter, mut counts) = (ChunkCounter::new(), ChunkCounts::new());
    counter = counter.with_examples(limits.examples);
    counter.hasher.mask = mask;
    catalogue.hasher.mask = mask;
    for chunk in cuts(log, size) {
        let (mut arena, mut spans) = (Vec::new(), LineSpans::new());
        normalizer.normalize_noting(chunk, &mut arena, &mut spans);
        let chunk = Normalized { lines: chunk, patterns: &arena, spans: &spans };
        counter.count(chunk, catalogue.bytes(), &mut counts).unwrap();
        catalogue.add(&arena, &counts).unwrap();
    }
    catalogue.end_log();
    catalogue
}

pub(crate) fn normalize_noting(chunk: &[u8]) -> (Vec<u8>, LineSpans) {
    let (mut arena, mut spans) = (Vec::new(), LineSpans::new());
    Normalizer::new().normalize_noting(chunk, &mut arena, &mut spans);
    (arena, spans)
}

/// The contents of a row: pattern, count, first and last line, and examples with their lines.
pub(crate) type Said = (Option<Vec<u8>>, u64, LinePosition, LinePosition, Vec<(u64, Vec<u8>)>);

pub(crate) fn said(catalogue: &Catalogue) -> Vec<Said> {
    let row = |row: Row<'_>| {
        let examples = row.examples().map(|it| (it.line, it.text.to_vec())).collect();
        let pattern = row.pattern.map(|pattern| pattern.into_owned());
        (pattern, row.count, row.first, row.last, examples)
    };
    catalogue.rows().unwrap().into_iter().map(row).collect()
}

/// Returns the file of a catalogue, which also tells where lines are.
pub(crate) fn written(catalogue: &Catalogue) -> String {
    let mut file = Vec::new();
    file::write(catalogue, FileFormat::Tsv, &mut file).unwrap();
    String::from_utf8(file).unwrap()
}

/// Counts line by line, keeping at most as many patterns and examples as `limits` says.
fn naive(rules: Rules, log: &[u8], limits: Limits) -> Vec<Said> {
    let mut normalizer = Normalizer::with_rules(Kernel::scalar(), rules);
    let mut rows: BTreeMap<Option<Vec<u8>>, Said> = BTreeMap::new();
    let mut offset = 0;
    for (number, line) in log.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let position = LinePosition { line: number as u64 + 1, offset };
        offset += line.len() as u64;
        let mut pattern = Vec::new();
        normalizer.normalize(line, &mut pattern);
        let mut pattern = Some(pattern.strip_suffix(b"\n").unwrap().to_vec());
        let kept = rows.keys().flatten().count();
        if !rows.contains_key(&pattern) && kept >= limits.patterns {
            pattern = None;
        }
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let example = line.strip_suffix(b"\r").unwrap_or(line).to_vec();
        let row = rows.entry(pattern.clone()).or_insert((pattern, 0, position, position, vec![]));
        row.1 += 1;
        row.3 = position;
        if row.4.len() < limits.examples && row.4.iter().all(|it| it.1 != example) {
            row.4.push((position.line, example));
        }
    }
    let mut rows: Vec<_> = rows.into_values().collect();
    rows.sort_by_key(|row| (row.0.is_none(), u64::MAX - row.1, row.2));
    rows
}

/// Lines that are in most logs here, some under the same pattern.
const COMMON: &[&[u8]] = &[
    b"",
    b"a b",
    b"c d",
    b"user ann 1",
    b"user bob 22",
    b"user ann 333, 4",
    b"(x) y",
    b"(z) y",
    b"w\r",
    b"\r\r",
    b"\xff\xc3",
    b"\t\\",
    WORDY,
    DASHES,
    DOTTED,
];

/// A line of the same shape as `w`, and not of the same length.
const WORDY: &[u8] = &[b'w'; 40];

/// Patterns that are too long for a block of a kernel and differ at the end.
const DASHES: &[u8] = &[b'-'; 70];
const DOTTED: &[u8] = b"----------------------------------------------------------------------.";

/// Lines of few patterns, of any bytes, and of both line endings.
pub(crate) fn logs() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        select(COMMON).prop_map(<[u8]>::to_vec),
        vec(select(&b"aZ0_ -():\"\r\xff\xc3\xaf\t\\"[..]), 0..12),
    ];
    (vec(line, 0..150), any::<bool>()).prop_map(|(lines, is_ended)| {
        let mut log = lines.join(&b'\n');
        if is_ended && !log.is_empty() {
            log.push(b'\n');
        }
        log
    })
}

pub(crate) fn config() -> ProptestConfig {
    // Without this a failure leaves a file of seeds in the repository.
    ProptestConfig { failure_persistence: None, ..Default::default() }
}

fn rules() -> impl Strategy<Value = Rules> {
    select(Rules::ALL.to_vec())
}

fn kernels() -> impl Strategy<Value = Kernel> {
    select(Kernel::available().collect::<Vec<_>>())
}

fn limit(patterns: usize, examples: usize) -> Limits {
    Limits { patterns, examples, ..Limits::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_chunks_give_what_counting_line_by_line_gives(
        log in logs(), size in 1..600usize, rules in rules(), kernel in kernels(), examples in 1..6usize
    ) {
        let limits = limit(usize::MAX, examples);
        let catalogue = catalogue_with(rules, kernel, &log, size, limits, u64::MAX);
        prop_assert_eq!(said(&catalogue), naive(rules, &log, limits));
        prop_assert_eq!(catalogue.rules(), rules.into());
        prop_assert_eq!(catalogue.bytes(), log.len() as u64);
        let sum: u64 = catalogue.rows().unwrap().iter().map(|row| row.count).sum();
        prop_assert_eq!(catalogue.lines(), sum);
    }

    #[test]
    fn patterns_of_the_same_hash_are_told_apart(
        log in logs(), size in 1..600usize, rules in rules(), mask in 0..2u64,
        examples in 1..6usize
    ) {
        let limits = limit(usize::MAX, examples);
        let catalogue = catalogue_with(rules, Kernel::best(), &log, size, limits, mask);
        prop_assert_eq!(said(&catalogue), naive(rules, &log, limits));
        for row in catalogue.rows().unwrap() {
            let found = catalogue.get(row.pattern.as_deref().unwrap());
            prop_assert_eq!(found, Some(row));
        }
    }

    #[test]
    fn the_patterns_that_come_first_are_kept(
        log in logs(), size in 1..600usize, rules in rules(), most in 0..9usize,
        examples in 1..6usize
    ) {
        let limits = limit(most, examples);
        let catalogue = catalogue_by(rules, &log, size, limits);
        prop_assert_eq!(said(&catalogue), naive(rules, &log, limits));
    }

    #[test]
    fn nothing_depends_on_the_chunks(
        log in logs(), one in 1..600usize, two in 1..600usize, patterns in 0..9usize,
        texts in 0..300usize, examples in 1..6usize
    ) {
        let bytes = patterns * Limits::CHARGE + MAX_EXAMPLE_LEN + texts;
        let limits = Limits { patterns: usize::MAX, bytes, examples };
        let (one, two) = (catalogue_of(&log, one, limits), catalogue_of(&log, two, limits));
        prop_assert_eq!(said(&one), said(&two));
        prop_assert!(one.patterns() <= patterns);
        for (one, two) in one.rows().unwrap().iter().zip(two.rows().unwrap()) {
            let parts = |row: &Row<'_>| row.parts(log.len() as u64).unwrap();
            prop_assert_eq!(parts(one), parts(&two));
            let sum: f64 = parts(one).iter().sum();
            prop_assert!((sum - one.count as f64).abs() < 1e-6, "{} of {}", sum, one.count);
        }
    }

    #[test]
    fn the_parts_of_a_log_add_up_to_the_whole(
        log in logs(), size in 1..2000usize, rules in rules(),
        most in prop_oneof![Just(usize::MAX), 0..9usize], examples in 1..6usize
    ) {
        let limits = limit(most, examples);
        let mut sum = Catalogue::new(rules, limits);
        for part in cuts(&log, size) {
            // In a file, patterns are in another order than that in which they came.
            let mut file = Vec::new();
            let part = catalogue_by(rules, part, 100, limit(usize::MAX, examples));
            file::write(&part, FileFormat::Tsv, &mut file).unwrap();
            sum.append(&file::read(&file[..]).unwrap()).unwrap();
        }
        prop_assert_eq!(said(&sum), naive(rules, &log, limits));
        prop_assert_eq!(sum.rules(), rules.into());
        let mut file = Vec::new();
        file::write(&sum, FileFormat::Tsv, &mut file).unwrap();
        prop_assert_eq!(said(&file::read(&file[..]).unwrap()), said(&sum));
        prop_assert_eq!((sum.lines(), sum.bytes()), {
            let whole = catalogue_of(&log, 100, Limits::default());
            (whole.lines(), whole.bytes())
        });
    }

    #[test]
    fn the_lines_that_are_not_known_are_kept(
        log in logs(), known_log in logs(), size in 1..600usize
    ) {
        let known = Known::new(catalogue_of(&known_log, 100, Limits::default())).unwrap();
        let names: Vec<_> = naive(Rules::Shape, &known_log, Limits::default()).into_iter().map(|row| row.0).collect();
        let (mut lines, mut patterns, mut expected) = (Vec::new(), Vec::new(), (Vec::new(), Vec::new()));
        let mut count = 0;
        for chunk in cuts(&log, size) {
            let (arena, spans) = normalize_noting(chunk);
            let chunk = Normalized { lines: chunk, patterns: &arena, spans: &spans };
            count += known.filter(chunk, Emit::Line, &mut lines);
            known.filter(chunk, Emit::Pattern, &mut patterns);
        }
        for line in log.split_inclusive(|&byte| byte == b'\n') {
            let pattern = normalize(line);
            if !names.contains(&Some(pattern[..pattern.len() - 1].to_vec())) {
                expected.0.extend(line.strip_suffix(b"\n").unwrap_or(line));
                expected.0.push(b'\n');
                expected.1.extend(pattern);
            }
        }
        prop_assert_eq!(count as usize, expected.1.iter().filter(|&&byte| byte == b'\n').count());
        prop_assert_eq!((lines, patterns), expected);
    }
}
