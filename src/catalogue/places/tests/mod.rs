//! Boundaries and places against their definition, however texts are cut and added up.

mod sums;

use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::boundaries::{MAX_LEVEL, WholeLog};
use super::*;
use crate::catalogue::file;
use crate::catalogue::tests::{catalogue_of, config, logs, normalize_noting, written};
use crate::catalogue::{ChunkCounter, Limits, Normalized};
use crate::input::chunk::cuts;
use crate::rules::Rules;

/// A text with the buckets that some positions in it are in.
#[derive(Clone, Debug)]
struct Text {
    boundaries: Boundaries,
    bytes: u64,
    positions: Vec<(u64, u8)>,
}

impl Text {
    /// Returns a text of `bytes` bytes, with positions in all of its buckets.
    fn new(boundaries: Boundaries, bytes: u64) -> Self {
        let starts = boundaries.list().iter().map(|it| it.offset);
        let positions = starts.flat_map(|start| [start.saturating_sub(1), start, start + 1]);
        let positions = positions.chain([0]).filter(|&position| position < bytes);
        let positions = positions.map(|position| (position, boundaries.bucket_at(position)));
        Self { positions: positions.collect(), boundaries, bytes }
    }

    fn coarsen(&mut self, map: &BucketMap) {
        self.positions.iter_mut().for_each(|(_, bucket)| *bucket = map[usize::from(*bucket)]);
    }

    fn append(&mut self, next: &Self) {
        let joined = self.boundaries.join(self.bytes, &next.boundaries).unwrap();
        if let Some(map) = joined.ours() {
            self.coarsen(map);
        }
        let moved = |&(position, bucket): &(u64, u8)| (self.bytes + position, joined.next(bucket));
        self.positions.extend(next.positions.iter().map(moved));
        self.bytes += next.bytes;
    }
}

/// Adds up neighbours of `items` in an order that `choices` tell, until one is left.
fn sum<T>(mut items: Vec<T>, choices: &[Index], append: impl Fn(&mut T, &T)) -> Option<T> {
    for choice in choices.iter().cycle().take(items.len().saturating_sub(1)) {
        let next = 1 + choice.index(items.len() - 1);
        let next = (items.remove(next), next - 1);
        append(&mut items[next.1], &next.0);
    }
    items.pop()
}

/// Returns the boundaries of `logs`, each with its length and the level of its start, from their
/// definition.
fn naive(logs: &[(u64, u8)]) -> (u8, Vec<(u64, u8)>) {
    let all_at = |least: u8| {
        let (mut before, mut all) = (0, Vec::new());
        for &(len, level) in logs {
            all.extend((level >= least && len > 0).then_some((before, level)));
            let step = 1_u64.checked_shl(least.into()).unwrap_or(len.max(1));
            for offset in (step..len).step_by(step as usize) {
                all.push((before + offset, offset.trailing_zeros() as u8));
                if all.len() > MAX_BOUNDARIES {
                    return None;
                }
            }
            before += len;
        }
        (all.len() <= MAX_BOUNDARIES).then_some((least, all))
    };
    (0..=MAX_LEVEL + 1).find_map(all_at).unwrap()
}

fn list(boundaries: &Boundaries) -> (u8, Vec<(u64, u8)>) {
    let list = boundaries.list().iter().map(|it| (it.offset, it.level));
    (boundaries.least_level(), list.collect())
}

/// Lengths of logs, and the levels of their starts.
fn lens() -> impl Strategy<Value = Vec<(u64, u8)>> {
    let len = prop_oneof![0..300_u64, 0..1_u64 << 20, 0..1_u64 << 45, Just(1 << 12), Just(1000)];
    let log = (len, prop_oneof![9 => 0..8_u8, 1 => 0..64_u8]);
    vec(log, 0..200).prop_map(|logs| {
        logs.into_iter().map(|(len, more)| (len, len.max(1).ilog2() as u8 + more)).collect()
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn boundaries_are_the_same_in_any_tree(
        logs in lens(), cuts in vec(any::<Index>(), 0..30), choices in vec(any::<Index>(), 1..60)
    ) {
        let mut parts = Vec::new();
        for (number, &(len, level)) in logs.iter().enumerate() {
            // A log is cut into parts, which may be empty.
            let mut ends: Vec<u64> = if number % 4 == 0 {
                cuts.iter().map(|cut| ((cut.index(1 << 20) as u128 * u128::from(len)) >> 20) as u64).collect()
            } else {
                Vec::new()
            };
            ends.push(len);
            ends.sort_unstable();
            let mut start = 0;
            for end in ends {
                let mut boundaries = Boundaries::default();
                if start == 0 && end == len && number % 2 == 0 {
                    let logs = [WholeLog { offset: 0, len, level }];
                    boundaries.set_logs(&logs[..usize::from(len > 0)], 0).unwrap();
                } else if start < end {
                    let mut chunk = Boundaries::default();
                    chunk.set_chunk(start..end, start).unwrap();
                    boundaries.join(0, &chunk).unwrap();
                    boundaries.close(level);
                }
                parts.push(Text::new(boundaries, end - start));
                start = end;
            }
        }
        let sum = sum(parts, &choices, |sum, next| sum.append(next));
        let expected = naive(&logs);
        if let Some(Text { boundaries, bytes, positions }) = sum {
            prop_assert!(boundaries.are_possible(bytes));
            prop_assert_eq!(list(&boundaries), expected.clone());
            for (position, bucket) in positions {
                prop_assert_eq!(bucket, boundaries.bucket_at(position));
                prop_assert!(boundaries.range(bucket, bytes).contains(&position));
            }
        }
        let mut before = 0;
        let whole = logs.iter().filter(|log| log.0 > 0).map(|&(len, level)| {
            before += len;
            WholeLog { offset: before - len, len, level }
        });
        let (whole, mut at_once) = (whole.collect::<Vec<_>>(), Boundaries::default());
        at_once.set_logs(&whole, 0).unwrap();
        prop_assert_eq!(list(&at_once), expected);
    }

    #[test]
    fn catalogues_are_the_same_in_any_tree(
        logs in vec(logs(), 0..12), sizes in vec(1..600_usize, 12), choices in vec(any::<Index>(), 1..20)
    ) {
        let mut sequence = Catalogue::new(Rules::Shape, Limits::default());
        let mut parts = Vec::new();
        for (log, &size) in logs.iter().zip(&sizes) {
            sequence.append(&catalogue_of(log, 50, Limits::default())).unwrap();
            let mut start = 0;
            for part in cuts(log, size) {
                parts.push(part_of(log, start..start + part.len(), size / 2 + 1));
                start += part.len();
            }
        }
        let sum = sum(parts, &choices, |sum, next| sum.append(&through_file(next)).unwrap());
        if let Some(sum) = sum {
            prop_assert_eq!(written(&sum), written(&sequence));
        }
        prop_assert_eq!(written(&batched(&logs, &sizes)), written(&sequence));
        prop_assert_eq!(written(&one_chunk_each(&logs)), written(&sequence));
        for row in sequence.rows().unwrap() {
            let sum: f64 = row.parts(sequence.bytes()).unwrap().iter().sum();
            prop_assert!((sum - row.count as f64).abs() < 1e-6, "{} of {}", sum, row.count);
        }
    }
}

/// Returns the catalogue of the part of `log` in `range`, in chunks of `size`.
fn part_of(log: &[u8], range: Range<usize>, size: usize) -> Catalogue {
    let mut catalogue = Catalogue::new(Rules::Shape, Limits::default());
    let (mut counter, mut counts) = (ChunkCounter::new(), ChunkCounts::new());
    let (part_start, mut start) = (range.start as u64, range.start as u64);
    for lines in cuts(&log[range], size) {
        let (patterns, spans) = normalize_noting(lines);
        let chunk = Normalized { lines, patterns: &patterns, spans: &spans };
        let placement = Placement::InLog { start, part_start };
        counter.count_placed(chunk, placement, &mut counts).unwrap();
        catalogue.add(&patterns, &counts).unwrap();
        start += lines.len() as u64;
    }
    catalogue.end_part(log.len() as u64);
    catalogue
}

/// Returns the catalogue of `logs`, several of them in one chunk.
fn batched(logs: &[Vec<u8>], sizes: &[usize]) -> Catalogue {
    let mut catalogue = Catalogue::new(Rules::Shape, Limits::default());
    let (mut counter, mut counts) = (ChunkCounter::new(), ChunkCounts::new());
    let mut rest = logs;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        // A log that does not end with a newline is the last of its chunk.
        let is_last = |log: &Vec<u8>| !log.is_empty() && !log.ends_with(b"\n");
        let max = rest.iter().position(is_last).map_or(rest.len(), |last| last + 1);
        let (batch, others) = rest.split_at((size % 5 + 1).min(max));
        rest = others;
        let mut lines = Vec::new();
        let ends = batch.iter().map(|log| {
            lines.extend_from_slice(log);
            lines.len()
        });
        let ends: Vec<_> = ends.collect();
        let (patterns, spans) = normalize_noting(&lines);
        let chunk = Normalized { lines: &lines, patterns: &patterns, spans: &spans };
        let least_level = if size % 2 == 0 { catalogue.least_level() } else { 0 };
        let placement = Placement::Logs { ends: &ends, least_level };
        counter.count_placed(chunk, placement, &mut counts).unwrap();
        catalogue.add(&patterns, &counts).unwrap();
    }
    catalogue
}

/// Returns the catalogue of `logs`, each of them in a chunk that is known to be all of it.
fn one_chunk_each(logs: &[Vec<u8>]) -> Catalogue {
    let mut catalogue = Catalogue::new(Rules::Shape, Limits::default());
    let (mut counter, mut counts) = (ChunkCounter::new(), ChunkCounts::new());
    for lines in logs {
        let (patterns, spans) = normalize_noting(lines);
        let chunk = Normalized { lines, patterns: &patterns, spans: &spans };
        counter.count(chunk, 0, &mut counts).unwrap();
        counts.end_log();
        catalogue.add(&patterns, &counts).unwrap();
        assert!(catalogue.places().is_some());
    }
    catalogue
}

fn through_file(catalogue: &Catalogue) -> Catalogue {
    file::read(written(catalogue).as_bytes()).unwrap()
}

#[test]
fn the_starts_of_small_logs_are_as_dense_as_the_boundaries_of_a_large_one() {
    let mut catalogue = Catalogue::new(Rules::Shape, Limits::default());
    for number in 0..3000 {
        let log = format!("{number} {}\n", "a line of a log\n".repeat(40 + number % 50));
        catalogue.append(&catalogue_of(log.as_bytes(), 1 << 20, Limits::default())).unwrap();
    }
    let boundaries = catalogue.places().unwrap();
    let parts: Vec<_> = (0..boundaries.buckets())
        .map(|bucket| {
            let range = boundaries.range(bucket as u8, catalogue.bytes());
            (range.end - range.start) as f64 / catalogue.bytes() as f64
        })
        .collect();
    assert!(parts.len() > 50, "{parts:?}");
    assert!(parts.iter().all(|&part| part < 0.12), "{parts:?}");
}
