//! Folding against the rules, written by other means.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::tokens::VALUE;
use super::*;
use crate::catalogue::tests::config;

fn folded(patterns: &[&str], siblings: usize) -> Vec<String> {
    let folded = fold(patterns.iter().map(|pattern| pattern.as_bytes()), siblings).unwrap();
    let of = |&index: &usize| String::from_utf8(folded.patterns[index].clone()).unwrap();
    folded.index_of.iter().map(of).collect()
}

#[test]
fn five_words_in_one_place_are_a_value_and_four_are_not() {
    let five = ["for a at *", "for b at *", "for c at *", "for d at *", "for e at *"];
    assert_eq!(folded(&five, 5), ["for * at *"; 5]);
    assert_eq!(folded(&five[..4], 5), five[..4]);
    assert_eq!(folded(&five[..4], 4), ["for * at *"; 4]);
}

#[test]
fn three_are_enough_where_one_is_a_value() {
    assert_eq!(folded(&["x a", "x b", "x *"], 5), ["x *"; 3]);
    assert_eq!(folded(&["x a", "x *"], 5), ["x a", "x *"]);
    assert_eq!(folded(&["x a", "x b", "x c"], 5), ["x a", "x b", "x c"]);
}

#[test]
fn the_first_word_stays_and_so_does_what_is_no_word() {
    let first = ["a x", "b x", "c x", "d x", "e x"];
    assert_eq!(folded(&first, 5), first);
    let signs = ["x -", "x +", "x !", "x ?", "x /"];
    assert_eq!(folded(&signs, 5), signs);
}

#[test]
fn a_place_that_folds_lets_others_fold() {
    // Each second word has five third words; once those are folded, there are five second words.
    let words = ["a", "b", "c", "d", "e"];
    let pairs = words.map(|second| words.map(|third| format!("x {second} {third} z")));
    let pairs: Vec<_> = pairs.as_flattened().iter().map(String::as_str).collect();
    assert_eq!(folded(&pairs, 5), vec!["x * * z"; 25]);
    assert_eq!(folded(&["x *, *", "x () y", "x *,*,*"], 5), ["x *", "x (*) y", "x *"]);
}

/// The rules, with sets of the tokens that each place of each pattern has, as they are said.
fn naive(patterns: &BTreeSet<Vec<u8>>, siblings: usize) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let lists = |pattern: &[u8]| {
        let mut text = String::from_utf8(pattern.to_vec()).unwrap();
        while text.contains("*,*") || text.contains("*, *") {
            text = text.replace("*,*", "*").replace("*, *", "*");
        }
        text.into_bytes()
    };
    let filled = |pattern: &Vec<u8>| {
        let text = String::from_utf8(pattern.clone()).unwrap();
        lists(text.replace("()", "(*)").replace("[]", "[*]").replace("\"\"", "\"*\"").as_bytes())
    };
    let mut now: BTreeMap<_, _> =
        patterns.iter().map(|pattern| (pattern.clone(), filled(pattern))).collect();
    loop {
        let mut tokens: BTreeMap<_, BTreeSet<Vec<u8>>> = BTreeMap::new();
        for pattern in now.values() {
            for place in places(pattern) {
                let token = cut(pattern)[place].clone();
                tokens.entry((place, without(pattern, place))).or_default().insert(token);
            }
        }
        let fold = |pattern: &Vec<u8>| {
            let mut parts = cut(pattern);
            for place in places(pattern) {
                let tokens = &tokens[&(place, without(pattern, place))];
                if tokens.len() >= siblings || tokens.len() >= 3 && tokens.contains(VALUE) {
                    parts[place] = VALUE.to_vec();
                }
            }
            lists(&parts.concat())
        };
        let next: BTreeMap<_, _> =
            now.iter().map(|(pattern, now)| (pattern.clone(), fold(now))).collect();
        if next == now {
            return now;
        }
        now = next;
    }
}

/// The tokens of `pattern`, and each separator by itself.
fn cut(pattern: &[u8]) -> Vec<Vec<u8>> {
    let is_separator = |byte: u8| byte <= b' ' || b"[]{}<>()\"'`,;=|\x7f".contains(&byte);
    let is_plain =
        |index: usize| pattern.get(index).is_some_and(|&byte| byte != b':' && !is_separator(byte));
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut is_in_token = false;
    for (index, &byte) in pattern.iter().enumerate() {
        let joins = byte == b':' && is_plain(index.wrapping_sub(1)) && is_plain(index + 1);
        let is_token = is_plain(index) || joins;
        match parts.last_mut().filter(|_| is_token && is_in_token) {
            Some(token) => token.push(byte),
            None => parts.push(vec![byte]),
        }
        is_in_token = is_token;
    }
    parts
}

fn without(pattern: &[u8], place: usize) -> Vec<Vec<u8>> {
    let mut parts = cut(pattern);
    parts[place].clear();
    parts
}

fn places(pattern: &[u8]) -> Vec<usize> {
    let is_place = |part: &[u8]| part == VALUE || part.iter().any(u8::is_ascii_alphabetic);
    let parts = cut(pattern);
    let places = parts.iter().enumerate().filter(|(_, part)| is_place(part));
    places.map(|(place, _)| place).skip(1).collect()
}

/// Patterns of few words, so that many differ in one.
fn patterns() -> impl Strategy<Value = BTreeSet<Vec<u8>>> {
    let part = select(
        &[
            "a", "b", "c", "d", "e", "*", "*", "-", "()", "\"\"", ",", ", ", ":", "a:b", "*::*",
            ":a",
        ][..],
    );
    let pattern = vec(part, 1..5).prop_map(|parts| parts.join(" ").into_bytes());
    vec(pattern, 0..60).prop_map(|patterns| patterns.into_iter().collect())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_patterns_fold_as_the_rules_say_in_any_order(
        (patterns, shuffled) in patterns().prop_flat_map(|patterns| {
            let shuffled = Just(patterns.iter().cloned().collect::<Vec<_>>()).prop_shuffle();
            (Just(patterns), shuffled)
        }),
        siblings in 2..6usize,
    ) {
        let folded = fold(shuffled.iter().map(Vec::as_slice), siblings).unwrap();
        let expected = naive(&patterns, siblings);
        for (pattern, &index) in shuffled.iter().zip(&folded.index_of) {
            prop_assert_eq!(&folded.patterns[index], &expected[pattern]);
        }
        let distinct: BTreeSet<_> = folded.patterns.iter().collect();
        prop_assert_eq!(distinct.len(), folded.patterns.len());
    }
}
