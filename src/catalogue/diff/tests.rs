//! Comparisons of logs that differ in known ways.

use super::*;
use crate::catalogue::Limits;
use crate::catalogue::tests::catalogue_of;

fn catalogue(parts: &[(&str, usize)], limits: Limits) -> Catalogue {
    let log: String = parts.iter().map(|&(line, count)| line.repeat(count)).collect();
    catalogue_of(log.as_bytes(), 100, limits)
}

fn patterns<'a>(changes: &'a [Change<'_>]) -> Vec<&'a [u8]> {
    changes.iter().map(|change| change.row.pattern.as_deref().unwrap()).collect()
}

#[test]
fn new_gone_and_changed() {
    let limits = Limits::default();
    let old = catalogue(&[("a\n", 900), ("b=\n", 60), ("-\n", 20), ("(c)\n", 20)], limits);
    let new = catalogue(&[("b=\n", 240), ("a\n", 1720), ("(c)\n", 39), ("<d>\n", 1)], limits);
    let diff = diff(&old, &new, Threshold::default()).unwrap();
    assert_eq!(patterns(&diff.new), [b"<X>"]);
    assert_eq!(patterns(&diff.gone), [b"-"]);
    // Twice as much; the others a little less.
    assert_eq!(patterns(&diff.changed), [b"Y="]);
    assert_eq!(patterns(&diff.unchanged), [&b"Y"[..], b"(X)"]);
    assert!(diff.has_new());
}

#[test]
fn what_is_rare_or_few_has_not_changed() {
    let limits = Limits::default();
    let threshold = Threshold::default();
    for (before, after, lines, is_changed) in [
        (10, 20, 1000, true),
        (20, 10, 1000, true),
        (10, 19, 1000, false),
        (4, 9, 1000, false),
        (5, 10, 1000, true),
        (5, 10, 20_000, false),
    ] {
        let of = |count| catalogue(&[("a\n", lines - count), ("(b)\n", count)], limits);
        let (old, new) = (of(before), of(after));
        let diff = diff(&old, &new, threshold).unwrap();
        assert_eq!(diff.changed.len(), usize::from(is_changed), "{before} {after} of {lines}");
        assert_eq!(diff.unchanged.len(), 2 - diff.changed.len());
        assert!(!diff.has_new());
    }
}

#[test]
fn what_is_rare_after_and_few_before_has_not_changed() {
    let limits = Limits::default();
    let of = |count, lines| catalogue(&[("a\n", lines - count), ("(b)\n", count)], limits);
    for (before, after, is_changed) in [
        // Half a per cent of few lines, and fifteen that are nothing of many.
        ((5, 1000), (15, 100_000), false),
        ((15, 100_000), (5, 1000), false),
        ((5, 1000), (150, 100_000), true),
        ((10, 1000), (15, 100_000), true),
        ((15, 100_000), (10, 1000), true),
    ] {
        let (old, new) = (of(before.0, before.1), of(after.0, after.1));
        let diff = diff(&old, &new, Threshold::default()).unwrap();
        assert_eq!(diff.changed.len(), usize::from(is_changed), "{before:?} {after:?}");
    }
}

#[test]
fn what_the_catalogues_do_not_name_is_said() {
    let (one, all) = (Limits::of_patterns(1), Limits::default());
    let (old, new) = (catalogue(&[("a\n", 2), ("(b)\n", 3)], one), catalogue(&[("(b)\n", 4)], all));
    let there = diff(&old, &new, Threshold::default()).unwrap();
    assert_eq!((there.old_unnamed, there.new_unnamed), (3, 0));
    assert_eq!(patterns(&there.new), [b"(X)"]);
    let back = diff(&new, &old, Threshold::default()).unwrap();
    assert_eq!((back.old_unnamed, back.new_unnamed), (0, 3));
    assert_eq!(patterns(&back.gone), [b"(X)"]);
}

#[test]
fn other_rules_are_not_compared() {
    let mut old = catalogue(&[("a\n", 1)], Limits::default());
    old.rules.version += 1;
    let new = catalogue(&[("a\n", 1)], Limits::default());
    assert!(matches!(diff(&old, &new, Threshold::default()), Err(MergeError::Rules { .. })));
}
