//! What is written is read again, and what was not written so is refused.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::patterns::tests::{catalogue_of, config, logs, said};

const FORMATS: [Format; 2] = [Format::Tsv, Format::Jsonl];

fn written(catalogue: &Catalogue, format: Format) -> Vec<u8> {
    let mut file = Vec::new();
    write(catalogue, format, &mut file).unwrap();
    file
}

fn small() -> Limits {
    Limits { patterns: 2, ..Limits::default() }
}

/// What may stand in a file by mistake.
fn damage() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![select(&b"0129\t\n\\x{}\",:-"[..]), any::<u8>()], 0..6)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_catalogue_comes_back(log in logs(), most in 0..30usize) {
        let limits = Limits { patterns: most, ..Limits::default() };
        let catalogue = catalogue_of(&log, 100, limits);
        for format in FORMATS {
            let file = written(&catalogue, format);
            let again = read(&file[..]).unwrap();
            prop_assert_eq!(said(&again), said(&catalogue));
            prop_assert_eq!(written(&again, format), file);
            prop_assert_eq!(
                (again.lines(), again.bytes(), again.rules()),
                (catalogue.lines(), catalogue.bytes(), catalogue.rules())
            );
        }
    }

    #[test]
    fn a_file_that_was_cut_short_is_never_read(log in logs(), at in any::<prop::sample::Index>()) {
        let catalogue = catalogue_of(&log, 100, small());
        for format in FORMATS {
            let file = written(&catalogue, format);
            let at = at.index(file.len());
            prop_assert!(read(&file[..at]).is_err(), "{} of {} bytes", at, file.len());
        }
    }

    #[test]
    fn a_damaged_file_is_refused_or_is_one_that_could_have_been_written(
        log in logs(), at in any::<prop::sample::Index>(), len in 0..12usize, bytes in damage()
    ) {
        for format in FORMATS {
            let mut file = written(&catalogue_of(&log, 100, small()), format);
            let start = at.index(file.len());
            let end = file.len().min(start + len);
            file.splice(start..end, bytes.iter().copied());
            if let Ok(catalogue) = read(&file[..]) {
                let again = read(&written(&catalogue, format)[..]).unwrap();
                prop_assert_eq!(said(&catalogue), said(&again));
            }
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(log in logs(), bytes in logs()) {
        prop_assert!(read(&bytes[..]).is_err());
        for format in FORMATS {
            let file = written(&catalogue_of(&log, 100, small()), format);
            // An empty catalogue with something behind it is none.
            let longer = [&file[..], &bytes, b"\n"].concat();
            prop_assert!(read(&longer[..]).is_err());
        }
    }
}

#[test]
fn files_look_like_this() {
    let catalogue = catalogue_of(b"a\tb\n\xff\n\xff\nc (d)\n\\\n", 100, small());
    let tsv = "# lognorm-mmap patterns\tschema=1\trules=1\tlines=5\tbytes=16\n\
               kind\tcount\tshare\tfirst_line\tfirst_offset\tlast_line\tlast_offset\texample\tpattern\n\
               pattern\t2\t0.400000000\t2\t4\t3\t6\t\\xFF\t\\xFF\n\
               pattern\t1\t0.200000000\t1\t0\t1\t0\ta\\tb\tY\\tY\n\
               other\t2\t0.400000000\t4\t8\t5\t14\tc (d)\t\n";
    assert_eq!(String::from_utf8(written(&catalogue, Format::Tsv)).unwrap(), tsv);
    let jsonl = r#"{"kind":"header","format":"lognorm-mmap patterns","schema":1,"rules":1,"lines":5,"bytes":16}
{"kind":"pattern","count":2,"share":0.4,"first_line":2,"first_offset":4,"last_line":3,"last_offset":6,"example":"�","example_escaped":"\\xFF","pattern":"�","pattern_escaped":"\\xFF"}
{"kind":"pattern","count":1,"share":0.2,"first_line":1,"first_offset":0,"last_line":1,"last_offset":0,"example":"a\tb","pattern":"Y\tY"}
{"kind":"other","count":2,"share":0.4,"first_line":4,"first_offset":8,"last_line":5,"last_offset":14,"example":"c (d)"}
"#;
    assert_eq!(String::from_utf8(written(&catalogue, Format::Jsonl)).unwrap(), jsonl);
}

#[test]
fn nothing_in_a_file_controls_a_terminal() {
    let log = "a\u{9b}31m\u{7f}\x1b[m\u{85}(\t)\n".as_bytes();
    let catalogue = catalogue_of(log, 100, Limits::default());
    for format in FORMATS {
        let file = String::from_utf8(written(&catalogue, format)).unwrap();
        let is_harmless = |char: char| !char.is_control() || matches!(char, '\t' | '\n');
        assert!(file.chars().all(is_harmless), "{file:?}");
        assert_eq!(said(&read(file.as_bytes()).unwrap()), said(&catalogue));
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let catalogue = catalogue_of(b"a b\nc\n(d)\n-\n", 100, small());
    let tsv = String::from_utf8(written(&catalogue, Format::Tsv)).unwrap();
    let jsonl = String::from_utf8(written(&catalogue, Format::Jsonl)).unwrap();
    let row = "pattern\t1\t0\t1\t0\t1\t0\tz\tZ\n";
    for (file, expected) in [
        (String::new(), "line 1: no catalogue"),
        ("a log\n".into(), "line 1: no catalogue"),
        (tsv.replace("patterns\t", "patternsX\t"), "line 1: no catalogue"),
        ("{\"level\":\"info\"}\n".into(), "line 1: no catalogue"),
        ("x".repeat(10_000), "line 1: no catalogue"),
        (tsv.replace("schema=1", "schema=2"), "format 2 of catalogues"),
        (tsv.replace("schema=1", "schema=2").replace("kind", "sort"), "format 2 of catalogues"),
        (tsv.replace("schema=1", "schema=2").replace("rules", "laws"), "format 2 of catalogues"),
        (jsonl.replace("\"schema\":1", "\"schema\":2").replace("rules", "laws"), "format 2 of"),
        (jsonl.replace("\"schema\":1", "\"schema\":2"), "format 2 of catalogues"),
        (tsv.replace("lines=4", "lines=five"), "line 1: \"five\" is no lines"),
        (tsv.replace("\tshare", ""), "line 2: other columns"),
        (tsv.replace("Y Y", "Y Y\t"), "line 3: 10 columns instead of 9"),
        (tsv.replace("Y Y", "Y\\Y"), "line 3: \"Y\\\\Y\" is no pattern"),
        (tsv.replace("pattern\t1", "pattern\t-1"), "line 3: \"-1\" is no count"),
        (tsv.replace("pattern\t1", "pattern\t0"), "line 3: the numbers contradict"),
        (tsv.replace("pattern\t1\t", "pattern\t2\t"), "line 3: the numbers contradict"),
        (tsv.replace("other", "others"), "line 5: \"others\" is no kind"),
        (tsv.replace("lines=4", "lines=5"), "add up to 4, and the header says 5"),
        (format!("{tsv}{row}{row}"), "line 7: the pattern was there before"),
        (format!("{tsv}{tsv}"), "line 6: "),
        (format!("{jsonl}{jsonl}"), "line 5: missing field"),
        (tsv.trim_end().into(), "line 5: the file is cut short"),
        (jsonl.replace("\"count\":1", "\"count\":true"), "line 2: invalid type: boolean"),
    ] {
        let error = read(file.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error:?} without {expected:?}");
    }
}
