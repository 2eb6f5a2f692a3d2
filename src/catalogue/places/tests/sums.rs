//! Sums of texts: what is known of them, and which of their buckets change.

use super::*;

#[test]
fn a_sum_does_not_know_where_lines_are_if_a_part_does_not() {
    let known = || catalogue_of(b"a\n(b)\n", 100, Limits::default());
    let unknown = || {
        let mut catalogue = known();
        catalogue.forget_places();
        catalogue
    };
    let empty = || Catalogue::new(Rules::Shape, Limits::default());
    let has_places = |parts: [Catalogue; 3]| {
        let mut sum = empty();
        parts.iter().for_each(|part| sum.append(part).unwrap());
        let has_places = sum.rows().unwrap().iter().all(|row| row.has_histogram());
        assert_eq!(written(&sum).contains("\tboundaries="), has_places);
        assert_eq!(written(&through_file(&sum)), written(&sum));
        has_places
    };
    assert!(has_places([known(), known(), known()]));
    assert!(has_places([known(), empty(), empty()]));
    assert!(!has_places([unknown(), known(), known()]));
    assert!(!has_places([known(), unknown(), known()]));
    assert!(!has_places([known(), known(), unknown()]));
    assert!(!has_places([empty(), unknown(), empty()]));
}

#[test]
fn where_lines_are_is_known_when_the_log_has_ended() {
    let (patterns, spans) = normalize_noting(b"a\n");
    let (mut counts, mut catalogue) =
        (ChunkCounts::new(), Catalogue::new(Rules::Shape, Limits::NONE));
    let chunk = Normalized { lines: b"a\n", patterns: &patterns, spans: &spans };
    ChunkCounter::new().count(chunk, 0, &mut counts).unwrap();
    catalogue.add(&patterns, &counts).unwrap();
    assert!(!catalogue.rows().unwrap()[0].has_histogram());
    catalogue.end_log();
    assert_eq!(catalogue.rows().unwrap()[0].parts(2).unwrap()[0], 0.05);
    let once = written(&catalogue);
    catalogue.end_log();
    assert_eq!(written(&catalogue), once);
}

/// The bytes of a text that is [`full`].
const FULL: u64 = MAX_BOUNDARIES as u64 + 1;

/// Returns boundaries of a text, as many as there can be, each at `level`.
fn full(level: u8) -> Boundaries {
    let list = (1..FULL).map(|offset| Boundary { offset, level });
    Boundaries::new(0, list.collect())
}

#[test]
fn a_sum_whose_buckets_stay_says_so() {
    let mut sum = full(9);
    assert!(sum.join(FULL, &full(8)).unwrap().ours().is_none());
    assert_eq!(list(&sum), (9, list(&full(9)).1));
    assert!(sum.join(2 * FULL, &full(9)).unwrap().ours().is_some());
    assert_eq!(list(&sum), (10, vec![]));
}

#[test]
fn an_open_log_adds_one_bucket_to_the_most() {
    let mut sum = full(9);
    let mut chunk = Boundaries::default();
    chunk.set_chunk(0..1, 0).unwrap();
    assert!(sum.join(FULL, &chunk).unwrap().ours().is_none());
    assert_eq!((sum.buckets(), sum.bucket_at(FULL)), (129, 128));
    // All of these are left out again.
    let joined = sum.join(FULL + 1, &full(8)).unwrap();
    assert!(joined.ours().is_none());
    assert_eq!(joined.next(127), 128);
    // The start of the log is left out, or there is one too many with it.
    let (mut low, mut high) = (sum.clone(), sum);
    assert_eq!(low.close(8).unwrap()[127..=128], [127, 127]);
    assert_eq!(list(&low), (9, list(&full(9)).1));
    assert_eq!(high.close(10).unwrap()[127..=128], [0, 1]);
    assert_eq!(list(&high), (10, vec![(FULL, 10)]));
    assert!(high.close(0).is_none());
}

#[test]
fn a_log_in_one_chunk_has_its_own_start_among_the_most() {
    // With the start, there is one boundary too many at the lowest level.
    for lines in 60..70 {
        let log = b"a\n".repeat(lines);
        let expected = written(&catalogue_of(&log, 1 << 20, Limits::default()));
        assert_eq!(written(&one_chunk_each(&[log])), expected);
    }
}

#[test]
fn a_catalogue_goes_on_after_a_log_that_was_not_ended() {
    let (log, lines) = (b"a\n(b)\n", b"a\n(b)\n(b)\n");
    let mut catalogue = Catalogue::new(Rules::Shape, Limits::default());
    let (mut counter, mut counts) = (ChunkCounter::new(), ChunkCounts::new());
    let (patterns, spans) = normalize_noting(lines);
    // The second is not where the first goes on, and nor are whole logs.
    for placement in [
        Placement::InLog { start: 0, part_start: 0 },
        Placement::InLog { start: 0, part_start: 0 },
        Placement::Logs { ends: &[lines.len()], least_level: 0 },
        Placement::InLog { start: 0, part_start: 0 },
    ] {
        let chunk = Normalized { lines, patterns: &patterns, spans: &spans };
        counter.count_placed(chunk, placement, &mut counts).unwrap();
        catalogue.add(&patterns, &counts).unwrap();
    }
    catalogue.append(&catalogue_of(log, 100, Limits::default())).unwrap();
    let mut expected = Catalogue::new(Rules::Shape, Limits::default());
    for log in [&lines[..], lines, lines, lines, log] {
        expected.append(&catalogue_of(log, 100, Limits::default())).unwrap();
    }
    assert_eq!(written(&catalogue), written(&expected));
    assert_eq!(written(&through_file(&catalogue)), written(&expected));
}
