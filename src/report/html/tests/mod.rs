//! Pages of catalogues, hostile ones among them.

mod diff;
mod markup;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sha2::{Digest, Sha256};

use super::page::{SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH};
use super::*;
use crate::catalogue::tests::catalogue_by;
use crate::catalogue::{DEFAULT_SIBLINGS, Limits};
use crate::rules::Rules;
use markup::{Part, parse};

fn page(max_rows: usize) -> Page<'static> {
    Page { title: "a <b> & \"c\".log", max_rows, beginning: Beginning::Unfolded }
}

fn html_of(catalogue: &Catalogue, max_rows: usize) -> String {
    let mut html = Vec::new();
    let folded = (catalogue.rules().rules == Rules::Words)
        .then(|| FoldedCatalogue::of([catalogue], DEFAULT_SIBLINGS).unwrap());
    let folded = folded.as_ref().map(|[folded]| folded);
    write_catalogue(catalogue, folded, &page(max_rows), &mut html).unwrap();
    String::from_utf8(html).unwrap()
}

fn html_of_log(rules: Rules, log: &[u8], max_rows: usize) -> String {
    html_of(&catalogue_by(rules, log, 1 << 20, Limits::default()), max_rows)
}

/// Returns the texts of the elements called `name` that have `attribute`.
fn texts(parts: &[Part], name: &str, attribute: (&str, &str)) -> Vec<String> {
    let mut texts = Vec::new();
    for (start, part) in parts.iter().enumerate() {
        let Part::Open(opened, attributes) = part else { continue };
        if opened != name
            || !attributes.iter().any(|(name, value)| (&**name, &**value) == attribute)
        {
            continue;
        }
        let mut text = String::new();
        for part in &parts[start..] {
            match part {
                Part::Close(closed) if closed == name => break,
                Part::Text(more) => text.push_str(more),
                _ => {}
            }
        }
        texts.push(text);
    }
    texts
}

fn attributes(parts: &[Part], wanted: &str) -> Vec<String> {
    let attributes = parts.iter().flat_map(|part| match part {
        Part::Open(_, attributes) => &attributes[..],
        _ => &[],
    });
    let values = attributes.filter(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    values.collect()
}

/// Returns `bytes` as the page shows them.
fn shown(bytes: &[u8]) -> String {
    let mut text = String::new();
    crate::text::push_cell(bytes, usize::MAX, &mut text);
    text
}

#[test]
fn the_policy_allows_the_style_and_the_script_and_nothing_else() {
    for (text, hash) in [(STYLE, STYLE_HASH), (SCRIPT, SCRIPT_HASH)] {
        assert_eq!(hash, base64(&Sha256::digest(text)), "the hash is to be written to page.rs");
        assert!(!text.contains("</"), "what may end the element");
    }
    let parts = parse(&html_of_log(Rules::Shape, b"a\n", 9));
    let policy = &attributes(&parts, "content")[0];
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(attributes(&parts, "style").is_empty());
    let links = [attributes(&parts, "href"), attributes(&parts, "src")].concat();
    assert!(
        links.iter().all(|link| link.starts_with('#') || link.starts_with("data:")),
        "{links:?}"
    );
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * index)) as usize & 63];
            text.push(if index > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    text
}

#[test]
fn all_but_the_rows_is_small() {
    let frame = html_of_log(Rules::Words, b"", 9).len();
    assert!(frame < 25_000, "{frame} bytes");
    let lines: String = (0..1000).map(|index| format!("{}\n", "-".repeat(index + 1))).collect();
    let all = lines.repeat(41);
    let html = html_of_log(Rules::Shape, all.as_bytes(), usize::MAX).len();
    // The text of a row is shown as an example and as a pattern.
    let row = (html - frame - 2 * lines.len()) / 1000;
    assert!(row < 1000, "{row} bytes");
}

#[test]
fn rows_have_the_figures_of_the_catalogue() {
    let log = b"up\nup\nup\nno ann\nno bob\nno bob\nno cyd\nno dan\nno eve\ndown 7\n";
    let parts = parse(&html_of_log(Rules::Words, log, usize::MAX));
    assert_eq!(attributes(&parts, "data-count"), ["6", "3", "2", "1", "1", "1", "1", "1"]);
    assert_eq!(attributes(&parts, "data-share")[1], "0.3");
    assert_eq!(attributes(&parts, "data-first"), ["4", "1", "5", "4", "7", "8", "9", "10"]);
    assert_eq!(attributes(&parts, "data-last")[..3], ["9", "3", "6"]);
    assert_eq!(texts(&parts, "tr", ("class", "u")).len(), 5);
    let folded = texts(&parts, "tr", ("class", "f"));
    assert_eq!(folded.len(), 1);
    assert!(folded[0].contains("5 patterns no ann"), "{folded:?}");
    for member in ["no ann", "no bob", "no cyd", "no dan", "no eve"] {
        assert!(folded[0].contains(member), "{folded:?}");
    }
    assert_eq!(texts(&parts, "code", ("class", "x"))[7], "down 7");
    assert!(html_of_log(Rules::Words, log, usize::MAX).contains("down <var>7</var>"));
}

#[test]
fn rows_that_are_left_out_are_told_of_in_each_view() {
    let log = b"up\nup\nup\nno ann\nno bob\nno bob\nno cyd\nno dan\nno eve\ndown\n";
    let html = html_of_log(Rules::Words, log, 2);
    assert_eq!(attributes(&parse(&html), "data-count"), ["6", "3", "2"]);
    for note in [
        "<p class=\"u\">The first 2 of 7 patterns are shown. The others have 5 lines. ",
        "<p class=\"f\">The first 2 of 3 patterns are shown. The others have 1 line. ",
    ] {
        assert!(html.contains(note), "{html}");
    }
    assert!(!html_of_log(Rules::Words, log, 7).contains("are shown."));
}

#[test]
fn others_come_last_and_an_empty_log_says_so() {
    let catalogue = catalogue_by(Rules::Shape, b"a\n(b)\n(b)\n", 99, Limits::of_patterns(1));
    let html = html_of(&catalogue, 1);
    let foot = html.split_once("<tfoot>").unwrap().1;
    assert!(foot.contains("All other patterns, beyond the limits."), "{foot}");
    assert!(foot.contains("data-count=\"2\""), "{foot}");
    assert!(html.contains("<dt>Lines beyond the limits</dt><dd>2</dd>"));
    assert!(html_of_log(Rules::Shape, b"", 1).contains("The log has no lines."));
    let html = html_of_log(Rules::Shape, b"\n", 1);
    assert!(html.contains("<code class=\"x\"></code><em>empty line</em>"), "{html}");
    assert!(html.contains("<code></code><em>empty</em>"), "{html}");
}

#[test]
fn a_megabyte_is_cut_and_its_length_is_told() {
    for text in ["(", "<", "\u{202e}", "☃", "a b1 "] {
        let log = text.repeat((1 << 20) / text.len());
        for rules in Rules::ALL {
            let html = html_of_log(rules, log.as_bytes(), 9);
            parse(&html);
            assert!(html.len() < 100_000, "{} bytes for {text:?}", html.len());
            assert!(html.contains("… the first 2,04"), "{text:?}");
        }
    }
}

const HOSTILE: &[&[u8]] = &[
    b"<",
    b">",
    b"&",
    b"\"",
    b"'",
    b"</script>",
    b"<!--",
    b"-->",
    b"<img src=x onerror=alert(1)>",
    b"</title>",
    b"</style>",
    b"</table>",
    b"</code></details>",
    b"]]>",
    b"javascript:",
    b"&lt;",
    b"&#0;",
    b"\0",
    b"\x1b[31m",
    b"\r",
    b"\t",
    b"\x7f",
    b"\x80",
    b"\xff",
    b"\xc3",
    b"\xe2\x80",
    "\u{202e}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{e000}".as_bytes(),
    "é".as_bytes(),
    b"\\x3C",
    b"(",
    b")",
    b"[",
    b"{",
    b" ",
    b"a",
    b"7",
    b"=",
    b"*",
    b"Y",
    b"X",
    b",",
    b":",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..Default::default() })]

    #[test]
    fn any_bytes_make_a_page_with_their_texts(
        lines in vec(
            prop_oneof![
                vec(select(HOSTILE), 0..30).prop_map(|parts| parts.concat()),
                vec(any::<u8>(), 0..60),
            ],
            0..12,
        )
    ) {
        let log = lines.join(&b'\n');
        for rules in Rules::ALL {
            let catalogue = catalogue_by(rules, &log, 1 << 20, Limits::default());
            let parts = parse(&html_of(&catalogue, usize::MAX));
            let examples = texts(&parts, "code", ("class", "x"));
            for row in catalogue.rows().unwrap() {
                let example = shown(&row.example);
                prop_assert!(examples.contains(&example), "{example:?}");
            }
        }
    }
}
