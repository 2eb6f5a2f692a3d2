//! Folded catalogues against a naive one, and what a comparison of two says.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::catalogue::file::{self, FileFormat};
use crate::catalogue::fold::{DEFAULT_SIBLINGS, fold};
use crate::catalogue::tests::{Said, catalogue_by, catalogue_of, config, said};
use crate::catalogue::{LinePosition, Threshold, diff};

fn words(log: &str) -> Catalogue {
    catalogue_by(Rules::Words, log.as_bytes(), 100, Limits::default())
}

/// Folds rows by the patterns that [`fold`] gives, with the members of each.
fn naive(catalogue: &Catalogue, siblings: usize) -> BTreeMap<Vec<u8>, (Said, Vec<Vec<u8>>)> {
    let mut rows = said(catalogue);
    rows.retain(|row| row.0.is_some());
    rows.sort_by_key(|row| row.2);
    let folded = fold(rows.iter().map(|row| row.0.as_deref().unwrap()), siblings).unwrap();
    let mut groups = BTreeMap::<_, (Said, Vec<_>)>::new();
    for (row, index) in rows.iter().zip(folded.index_of) {
        let pattern = folded.patterns[index].clone();
        let member = row.0.clone().unwrap();
        match groups.get_mut(&pattern) {
            Some((sum, members)) => {
                sum.1 += row.1;
                sum.3 = sum.3.max(row.3);
                sum.4.extend(row.4.clone());
                members.push(member);
            }
            None => {
                let row = (Some(pattern.clone()), row.1, row.2, row.3, row.4.clone());
                groups.insert(pattern, (row, vec![member]));
            }
        }
    }
    for (row, _) in groups.values_mut() {
        row.4.sort();
        let mut texts = BTreeSet::new();
        row.4.retain(|it| texts.insert(it.1.clone()));
        row.4.truncate(catalogue.examples());
    }
    groups
}

/// Logs whose lines differ in few words.
fn logs() -> impl Strategy<Value = String> {
    let word = select(&["ann", "bob", "cyd", "dan", "eve", "7", "(", ")", "no\u{ff}"][..]);
    let line = vec(word, 1..5).prop_map(|words| words.join(" ") + "\n");
    vec(line, 0..80).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn rows_add_up_whatever_their_order(
        log in logs(), siblings in 2..6usize, limit in prop_oneof![Just(usize::MAX), 0..30usize],
        examples in 1..6usize, seed in any::<u64>(),
    ) {
        let limits = Limits { patterns: limit, examples, ..Limits::default() };
        let catalogue = catalogue_by(Rules::Words, log.as_bytes(), 100, limits);
        let [folded] = FoldedCatalogue::of([&catalogue], siblings).unwrap();
        let rows = said(folded.catalogue());
        let expected = naive(&catalogue, siblings);
        prop_assert_eq!(folded.catalogue().patterns(), expected.len());
        for (pattern, (row, members)) in &expected {
            prop_assert!(rows.contains(row), "{:?} is not in {:?}", row, rows);
            prop_assert_eq!(folded.members(pattern), members);
        }
        // The others stay, and all counts add up to the lines.
        prop_assert_eq!(folded.catalogue().other(), catalogue.other());
        prop_assert_eq!(rows.iter().map(|row| row.1).sum::<u64>(), catalogue.lines());
        prop_assert_eq!(folded.catalogue().lines(), catalogue.lines());
        prop_assert_eq!(folded.catalogue().bytes(), catalogue.bytes());

        let mut tsv = Vec::new();
        file::write(&catalogue, FileFormat::Tsv, &mut tsv).unwrap();
        let tsv = String::from_utf8(tsv).unwrap();
        let (head, mut lines) = (tsv.lines().take(2), tsv.lines().skip(2).collect::<Vec<_>>());
        lines.sort_by_key(|line| {
            let letters = line.bytes().map(u64::from);
            letters.fold(seed, |hash, byte| (hash ^ byte).wrapping_mul(0x100_0000_01b3))
        });
        let shuffled = head.chain(lines).collect::<Vec<_>>().join("\n");
        let shuffled = file::read(shuffled.as_bytes()).unwrap();
        let [again] = FoldedCatalogue::of([&shuffled], siblings).unwrap();
        prop_assert_eq!(said(again.catalogue()), rows);
        for pattern in expected.keys() {
            prop_assert_eq!(again.members(pattern), folded.members(pattern));
        }
    }
}

#[test]
fn a_new_name_is_nothing_new_where_names_fold() {
    let log = |names: &[&str]| -> String {
        names.iter().map(|name| format!("no {name} from 10.0.0.7\n")).collect()
    };
    let old = words(&log(&["ann", "bob", "cyd", "dan"]));
    let new = words(&log(&["bob", "eve"]));
    let compare = |old: &Catalogue, new: &Catalogue| {
        let diff = diff(old, new, Threshold::default()).unwrap();
        (diff.new.len(), diff.gone.len(), diff.unchanged.len())
    };
    assert_eq!(compare(&old, &new), (1, 3, 1));
    // Only both together have enough names.
    let folded = FoldedCatalogue::of([&old, &new], DEFAULT_SIBLINGS).unwrap();
    let [old, new] = folded.each_ref().map(FoldedCatalogue::catalogue);
    assert_eq!(compare(old, new), (0, 0, 1));
    assert_eq!(folded[1].members(b"no * from *"), [&b"no bob from *"[..], b"no eve from *"]);
    assert!(folded[1].members(b"no bob from *").is_empty());
    let row = old.get(b"no * from *").unwrap();
    assert_eq!((row.count, row.first), (4, LinePosition { line: 1, offset: 0 }));
    assert_eq!(*row.example, *b"no ann from 10.0.0.7");
}

#[test]
fn patterns_of_other_rules_do_not_fold() {
    let (shape, words) = (catalogue_of(b"a\n", 100, Limits::default()), words("a\n"));
    let refused = |catalogues| {
        FoldedCatalogue::of::<2>(catalogues, DEFAULT_SIBLINGS).map(|_| ()).unwrap_err()
    };
    let error = refused([&shape, &shape]);
    assert_eq!(
        error.to_string(),
        "made by the shape rules, which have no words to fold; count with --rules words"
    );
    assert!(matches!(refused([&shape, &words]), MergeError::Rules { .. }));
    assert!(matches!(refused([&words, &shape]), MergeError::Rules { .. }));
    assert!(FoldedCatalogue::of([], DEFAULT_SIBLINGS).is_ok());
}
