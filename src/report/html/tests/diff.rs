//! Pages of differences.

use super::*;
use crate::catalogue::{Threshold, diff};
use crate::report::diff::Comparison;

fn html_of_diff(rules: Rules, old: &str, new: &str, limits: Limits) -> String {
    let [old, new] = [old, new].map(|log| catalogue_by(rules, log.as_bytes(), 1 << 20, limits));
    let difference = diff(&old, &new, Threshold::default()).unwrap();
    let comparison = Comparison { old: &old, new: &new, diff: &difference };
    let mut html = Vec::new();
    if rules == Rules::Shape {
        write_diff(&comparison, None, &page(usize::MAX), &mut html).unwrap();
        return String::from_utf8(html).unwrap();
    }
    let [old, new] = FoldedCatalogue::of([&old, &new], DEFAULT_SIBLINGS).unwrap();
    let difference = diff(old.catalogue(), new.catalogue(), Threshold::default()).unwrap();
    let folded = FoldedComparison { old: &old, new: &new, diff: &difference };
    write_diff(&comparison, Some(&folded), &page(usize::MAX), &mut html).unwrap();
    String::from_utf8(html).unwrap()
}

fn lines(parts: &[(&str, usize)]) -> String {
    parts.iter().map(|&(line, count)| line.repeat(count)).collect()
}

/// Returns the section called `name`.
fn section<'a>(html: &'a str, name: &str) -> &'a str {
    let after = html.split_once(&format!("<section id=\"{name}\"")).unwrap().1;
    after.split_once("</section>").unwrap().0
}

#[test]
fn each_kind_of_change_has_a_section() {
    let old = lines(&[("a\n", 900), ("b=\n", 60), ("-\n", 20), ("(c)\n", 20)]);
    let new = lines(&[("b=\n", 240), ("a\n", 1720), ("(c)\n", 39), ("<d>\n", 1)]);
    let html = html_of_diff(Rules::Shape, &old, &new, Limits::default());
    parse(&html);
    for (name, number, text) in [
        ("new", 1, "data-count=\"1\" data-share=\"0.0005\""),
        ("gone", 1, "data-count=\"20\" data-share=\"0.02\""),
        ("changed", 1, "data-before=\"0.06\" data-after=\"0.12\" data-change=\"2.000000\""),
        ("unchanged", 2, "data-count=\"1720\" data-before=\"0.9\" data-after=\"0.86\""),
    ] {
        let section = section(&html, name);
        assert!(section.contains(&format!("<b>{number}</b></h2>")), "{section}");
        assert_eq!(section.matches("<tr data-").count(), number, "{section}");
        assert!(section.contains(text), "{section}");
    }
    assert!(section(&html, "changed").contains("▲</span> ×2.0"));
    let order = ["new", "gone", "changed", "unchanged"]
        .map(|name| html.find(&format!("<section id=\"{name}\"")).unwrap());
    assert!(order.is_sorted());
}

#[test]
fn a_section_without_rows_says_so_in_the_view_where_it_has_none() {
    let old = lines(&[("no ann 1\n", 1), ("no bob 1\n", 1), ("no cyd 1\n", 1), ("no dan 1\n", 1)]);
    let new = lines(&[("no ann 1\n", 1), ("no eve 1\n", 1)]);
    let html = html_of_diff(Rules::Words, &old, &new, Limits::default());
    parse(&html);
    let new = section(&html, "new");
    assert!(new.contains("<p class=\"f\">No pattern is new.</p>"), "{new}");
    assert!(new.contains("<table class=\"one places u\">"), "{new}");
    let changed = section(&html, "changed");
    assert!(changed.contains("<p>No pattern has a share that is much different.</p>"), "{changed}");
    assert!(!changed.contains("<table"), "{changed}");
    // What both catalogues joined, those of the newer one first.
    let unchanged = section(&html, "unchanged");
    let joined = unchanged.split_once("5 patterns, by first appearance").unwrap().1;
    let names = ["no ann", "no eve", "no bob", "no cyd", "no dan"];
    let places = names.map(|name| joined.find(name).unwrap());
    assert!(places.is_sorted(), "{joined}");
}

#[test]
fn lines_without_a_named_pattern_are_told() {
    let html = html_of_diff(Rules::Shape, "a\na\n(b)\n", "a\n", Limits::of_patterns(1));
    let note =
        "The older catalogue does not name the patterns of 1 line that went beyond its limits";
    assert!(html.contains(note), "{html}");
}
