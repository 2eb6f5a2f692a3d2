//! Values of examples whose patterns the rules themselves made.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::catalogue::tests::catalogue_by;
use crate::catalogue::{DEFAULT_SIBLINGS, FoldedCatalogue, Limits};
use crate::rules::{Kernel, Normalizer};

fn pattern_of(line: &[u8], rules: Rules) -> Vec<u8> {
    let mut pattern = Vec::new();
    Normalizer::with_rules(Kernel::scalar(), rules).normalize(line, &mut pattern);
    pattern.pop();
    pattern
}

/// Returns `example` with its values in `«»`.
fn marked(example: &str, pattern: &str, rules: Rules) -> String {
    let (mut marked, mut end) = (String::new(), 0);
    for value in values(example.as_bytes(), pattern.as_bytes(), rules) {
        marked.extend([&example[end..value.start], "«", &example[value.clone()], "»"]);
        end = value.end;
    }
    marked + &example[end..]
}

/// Returns `line` without its values.
fn without_values(line: &[u8], pattern: &[u8], rules: Rules) -> Vec<u8> {
    let mut rest = line.to_vec();
    for value in values(line, pattern, rules).into_iter().rev() {
        rest.drain(value);
    }
    rest
}

#[test]
fn values_by_the_word_rules() {
    for (line, expected) in [
        ("Failed password for root from 5.36.59.76", "Failed password for root from «5.36.59.76»"),
        ("[Sun Dec 04] ok /a/2", "[«Sun» «Dec» «04»] ok «/a/2»"),
        ("std::vec2 fe80::1 a:b a: :b 12:30", "std::«vec2» «fe80»::«1» a:b a: :b «12:30»"),
        ("x=1;y=2|z=-3,4, 5", "x=«1»;y=«2»|z=«-3»,«4», «5»"),
        ("  a \t 1  ", "  a \t «1»  "),
        ("* a* ** 1*", "* a* ** «1*»"),
        ("naïve 7", "naïve «7»"),
        ("", ""),
    ] {
        let pattern = String::from_utf8(pattern_of(line.as_bytes(), Rules::Words)).unwrap();
        assert_eq!(marked(line, &pattern, Rules::Words), expected);
    }
}

#[test]
fn values_by_the_shape_rules() {
    for (line, expected) in [
        ("03-17 16:13 tag=\"*la\" \"(\"", "«03»-«17» «16»:«13» «tag»=\"«*la»\" \"(\""),
        ("(a [b) c", "(«a» [«b») «c»"),
        ("(a [b) c]d", "(«a» [«b) c»]«d»"),
        ("((a)b) () it's (don't)", "(«(a)b») () «it»'«s» («don»'«t»)"),
        ("<<a> a]b) naïve", "<<«a»> «a»]«b») «na»ï«ve»"),
    ] {
        let pattern = String::from_utf8(pattern_of(line.as_bytes(), Rules::Shape)).unwrap();
        assert_eq!(marked(line, &pattern, Rules::Shape), expected);
    }
}

#[test]
fn values_of_folded_patterns() {
    for (example, pattern, expected) in [
        ("no ann from 1", "no * from *", "no «ann» from «1»"),
        ("f() at ann", "f(*) at *", "f() at «ann»"),
        ("ids [1, 22,  x]", "ids [*]", "ids [«1, 22,  x»]"),
        ("ids 1, 2, on", "ids *, on", "ids «1, 2», on"),
        ("at 1, on 2", "at *, on *", "at «1», on «2»"),
    ] {
        assert_eq!(marked(example, pattern, Rules::Words), expected);
    }
    let log = b"no ann 1,2 f()\nno bob 1,2 f()\nno cyd 3,4 f()\nno dan 4 f()\nno eve 5 f()\n";
    let catalogue = catalogue_by(Rules::Words, log, 99, Limits::default());
    let [folded] = FoldedCatalogue::of([&catalogue], DEFAULT_SIBLINGS).unwrap();
    let rows = folded.catalogue().rows().unwrap();
    let pattern = std::str::from_utf8(rows[0].pattern.as_deref().unwrap()).unwrap();
    assert_eq!(marked("no ann 1,2 f()", pattern, Rules::Words), "no «ann» «1,2» f()");
}

#[test]
fn nothing_is_marked_where_the_two_do_not_go_together() {
    for (example, pattern) in
        [("a 1", "b *"), ("a 1 b", "a *"), ("a", "a *"), ("a1", "a*"), ("1 2", "*"), ("", "*")]
    {
        assert_eq!(marked(example, pattern, Rules::Words), example);
    }
    for (example, pattern) in [
        ("a b", "Y"),
        ("a", "Y Y"),
        ("(a", "(X)"),
        ("[a)", "(X)"),
        ("-", "Y"),
        ("", "Y"),
        ("Y", "X"),
    ] {
        assert_eq!(marked(example, pattern, Rules::Shape), example);
    }
}

#[test]
fn an_example_that_was_cut_goes_with_the_beginning() {
    let long = format!("a 1 {} 12:", "z".repeat(MAX_EXAMPLE_LEN - 8));
    let values_by = |pattern: &str, rules| values(long.as_bytes(), pattern.as_bytes(), rules);
    let word = pattern_of(format!("{long}30 7").as_bytes(), Rules::Words);
    assert_eq!(
        values_by(std::str::from_utf8(&word).unwrap(), Rules::Words),
        std::slice::from_ref(&(2..3))
    );
    assert_eq!(values_by("Y Y Y Y:Y Y", Rules::Shape).len(), 4);
    assert_eq!(values_by("Y Y Z", Rules::Shape).len(), 0);
    let open = format!("1 ({}", "(".repeat(MAX_EXAMPLE_LEN - 3));
    assert_eq!(values(open.as_bytes(), b"Y (X) Y", Rules::Shape), [0..1, 3..MAX_EXAMPLE_LEN]);
}

#[test]
fn a_long_token_of_the_pattern_is_looked_at_once() {
    let example = ["1", &",b".repeat(400)].concat();
    let long = "x".repeat(16 << 20);
    assert_eq!(values(example.as_bytes(), format!("*,{long}").as_bytes(), Rules::Words), []);
    assert_eq!(marked("1, b, 7 and", "*, b, * and", Rules::Words), "«1», b, «7» and");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_no_value_is_in_the_pattern(
        parts in vec(select(&[
            "a", "b7", "word", "deadbeef", "Jan", " ", "\t", ":", ",", "(", ")", "[", "]", "\"", "'",
            "<", ">", "=", "-", "\u{ef}", "9", "\r", ";",
        ][..]), 0..60)
    ) {
        let line = parts.concat();
        let line = line.trim_end_matches('\r').as_bytes();
        let pattern = pattern_of(line, Rules::Shape);
        let fixed: Vec<u8> =
            pattern.iter().copied().filter(|byte| !matches!(byte, b'Y' | b'X')).collect();
        prop_assert_eq!(without_values(line, &pattern, Rules::Shape), fixed);

        let pattern = pattern_of(line, Rules::Words);
        // Blanks that were apart are next to each other now, so none are compared.
        let fixed = |text: &[u8]| -> Vec<u8> {
            text.iter().copied().filter(|byte| !matches!(byte, b'*' | b' ' | b'\t')).collect()
        };
        prop_assert_eq!(fixed(&without_values(line, &pattern, Rules::Words)), fixed(&pattern));
    }
}
