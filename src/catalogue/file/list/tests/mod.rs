//! Lists that are cut down, put together and re-written by other programs.

mod input;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::catalogue::file::write;
use crate::catalogue::tests::{catalogue_by, catalogue_of, config, logs, said};

const FORMATS: [FileFormat; 2] = [FileFormat::Tsv, FileFormat::Jsonl];

/// A log of which each rule set makes three patterns, one of them not UTF-8.
const LOG: &[u8] = b"user ann 7\nuser bob 7\n(a) b\n\xff\n";

fn written(rules: Rules, log: &[u8], format: FileFormat, limits: Limits) -> String {
    let mut file = Vec::new();
    write(&catalogue_by(rules, log, 100, limits), format, &mut file).unwrap();
    String::from_utf8(file).unwrap()
}

/// Returns the patterns of a list, in order, and whether it is whole.
fn patterns(text: &str) -> (Vec<Vec<u8>>, bool) {
    let list = read_list(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
    let mut patterns: Vec<_> = list.patterns.kept_patterns().map(<[u8]>::to_vec).collect();
    patterns.sort();
    (patterns, list.is_whole())
}

fn reason(text: &str) -> String {
    read_list(text.as_bytes()).unwrap_err().to_string()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_rows_in_any_order_are_a_list_of_their_patterns(
        log in logs(), rules in select(Rules::ALL.to_vec()), format in select(FORMATS.to_vec()),
        most in 1..20usize, picked in any::<Vec<prop::sample::Index>>(), has_all in any::<bool>()
    ) {
        let limits = Limits { patterns: most, ..Limits::default() };
        let file = written(rules, &log, format, limits);
        let catalogue = catalogue_by(rules, &log, 100, limits);
        let lines: Vec<_> = file.split_inclusive('\n').collect();
        let picked: Vec<_> = if has_all {
            (0..lines.len()).collect()
        } else {
            picked.iter().map(|index| index.index(lines.len())).collect()
        };
        let text: String = picked.iter().map(|&line| lines[line]).collect();
        // The rows of the catalogue are in the order of those of the file.
        let rows = said(&catalogue);
        let titles = lines.len() - rows.len();
        let row_of = |&line: &usize| rows.get(line.checked_sub(titles)?);
        let mut expected: Vec<_> =
            picked.iter().filter_map(row_of).filter_map(|row| row.0.clone()).collect();
        expected.sort();
        expected.dedup();
        match read_list(text.as_bytes()) {
            Ok(list) => {
                let is_of_header = picked.contains(&0);
                prop_assert_eq!(patterns(&text).0, expected);
                prop_assert!(!has_all || list.is_whole());
                prop_assert!(!is_of_header || list.rules() == Some(rules.into()));
                prop_assert!(is_of_header || list.rules().is_none_or(|it| it == rules.into()));
            }
            Err(error) => prop_assert!(expected.is_empty(), "{}", error),
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(
        log in logs(), bytes in logs(), at in any::<prop::sample::Index>()
    ) {
        let _ = read_list(&bytes[..]);
        for format in FORMATS {
            let file = written(Rules::Shape, &log, format, Limits::default());
            let _ = read_list(&[file.as_bytes(), &bytes].concat()[..]);
            let _ = read_list(&[&bytes, file.as_bytes()].concat()[..]);
            let mut file = file.into_bytes();
            let start = at.index(file.iter().position(|&byte| byte == b'\n').unwrap());
            let end = file.len().min(start + bytes.len());
            file.splice(start..end, bytes.iter().copied());
            let _ = read_list(&file[..]);
        }
    }

    #[test]
    fn a_list_that_is_cut_in_a_row_is_refused(log in logs(), at in any::<prop::sample::Index>()) {
        let catalogue = catalogue_of(&log, 100, Limits::default());
        for format in FORMATS {
            let file = written(Rules::Shape, &log, format, Limits::default());
            let cut = &file.as_bytes()[..at.index(file.len())];
            if let Ok(list) = read_list(cut) {
                prop_assert!(list.patterns.kept_patterns().all(|it| catalogue.contains(it)));
            }
        }
    }
}

#[test]
fn a_catalogue_is_whole_until_a_row_is_missing_or_there_twice() {
    for (rules, format) in Rules::ALL.into_iter().zip(FORMATS.into_iter().cycle()) {
        let file = written(rules, LOG, format, Limits::default());
        let (all, is_whole) = patterns(&file);
        assert!(is_whole && all.len() >= 3, "{file}");
        let (rest, last) = file.trim_end().rsplit_once('\n').unwrap();
        assert!(patterns(&file.replace('\n', "\r\n")).1, "{file}");
        assert!(patterns(&format!("\u{feff}{file}")).1, "{file}");
        assert!(patterns(file.trim_end()).1, "{file}");
        assert!(!patterns(&format!("{rest}\n")).1, "{file}");
        assert_eq!(patterns(&format!("{file}{last}\n")), (all.clone(), false));
        assert_eq!(patterns(&format!("{file}{file}")), (all, false));
        let edited = file.replacen("lines=4", "lines=5", 1).replacen(":4,", ":5,", 1);
        assert!(edited != file && !patterns(&edited).1, "{edited}");
    }
}

#[test]
fn others_are_counted_and_select_nothing() {
    for format in FORMATS {
        let file = written(Rules::Words, LOG, format, Limits::of_patterns(1));
        let list = read_list(file.as_bytes()).unwrap();
        assert_eq!((list.patterns(), list.others(), list.is_whole()), (1, 3, true));
        let others = file.lines().last().unwrap();
        assert!(reason(&format!("{others}\n")).contains("no pattern after the header"), "{others}");
    }
}

#[test]
fn rows_without_their_last_columns_are_refused() {
    let file = written(Rules::Words, LOG, FileFormat::Tsv, Limits::default());
    for columns in 8..10 {
        let cut = |line: &str| line.split('\t').take(columns).collect::<Vec<_>>().join("\t");
        let (header, _) = file.split_once('\n').unwrap();
        let rows: String = file.lines().skip(1).map(|line| cut(line) + "\n").collect();
        let expected = format!("{columns} columns, which no row of a catalogue has");
        for text in [rows.clone(), format!("{header}\n{rows}")] {
            let reason = reason(&text);
            assert!(reason.contains(&expected), "{reason:?} of {text}");
        }
    }
    // Where the places are not known.
    let row = "pattern\t1\t1\t1\t0\t1\t0\t\ta 7\n";
    assert!(reason(row).contains("9 columns, which"));
    let empty = "pattern\t1\t1\t1\t0\t1\t0\t\t\n";
    assert_eq!(patterns(empty).0, [b""]);
}

/// Returns the objects of a catalogue.
fn objects(rules: Rules) -> Vec<Value> {
    let file = written(rules, LOG, FileFormat::Jsonl, Limits::default());
    file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn objects_may_have_some_members_in_any_layout() {
    for rules in Rules::ALL {
        let (all, _) = patterns(&written(rules, LOG, FileFormat::Jsonl, Limits::default()));
        let keep = |members: &[&str]| -> Vec<Value> {
            let kept =
                |it: &Value| members.iter().map(|&key| (key.into(), it[key].clone())).collect();
            objects(rules).iter().map(|it| Value::Object(kept(it))).collect()
        };
        for (members, made_by) in [
            (&["pattern_escaped", "pattern"][..], None),
            (&["examples", "examples_escaped", "pattern", "pattern_escaped"], Some(rules.into())),
            (&["kind", "pattern", "pattern_escaped"], None),
        ] {
            let objects = keep(members);
            let lines = objects.iter().map(|it| format!("{it}\n")).collect::<String>();
            let pretty = objects.iter().map(|it| format!("{it:#}\n")).collect::<String>();
            let array = json!(objects);
            for text in [lines, pretty, format!("{array}\n"), format!("{array:#}")] {
                assert_eq!(patterns(&text), (all.clone(), false), "{text}");
                assert_eq!(read_list(text.as_bytes()).unwrap().rules(), made_by, "{text}");
            }
        }
        let whole = objects(rules).iter().map(|it| format!("{it:#}\n")).collect::<String>();
        assert_eq!(patterns(&whole), (all, true));
    }
    let escapes = r#"{"pattern":"na\u00efve \ud83d\ude00 \/ \"\\"}"#;
    assert_eq!(patterns(escapes).0, ["naïve 😀 / \"\\".as_bytes()]);
}

#[test]
fn a_folded_pattern_is_a_list_of_its_members() {
    let row = r#"{"kind":"pattern","examples":["no ann 1"],"pattern":"no * *","members":["no ann *","no bob *"]}"#;
    assert_eq!(patterns(row).0, [b"no ann *", b"no bob *"]);
    assert_eq!(read_list(row.as_bytes()).unwrap().rules(), Some(Rules::Words.into()));
    let escaped = r#"{"pattern":"no *","members":["no \ufffd"],"members_escaped":["no \\xFF"]}"#;
    assert_eq!(patterns(escaped).0, [b"no \xff"]);
    assert_eq!(patterns(r#"{"pattern":"up","members":[]}"#).0, [b"up"]);
}

#[test]
fn a_character_for_other_bytes_is_not_taken_for_itself() {
    assert!(reason(r#"{"pattern":"\ufffd"}"#).contains("keep pattern_escaped"));
    for exact in [r#"{"pattern":"\ufffd","pattern_escaped":null}"#, r#"{"pattern_escaped":"�"}"#]
    {
        assert_eq!(patterns(exact).0, ["\u{fffd}".as_bytes()], "{exact}");
    }
    assert_eq!(patterns(r#"{"pattern":"\ufffd","pattern_escaped":"\\xFF"}"#).0, [b"\xff"]);
}

#[test]
fn what_is_no_list_is_refused_with_its_line() {
    let tsv = written(Rules::Shape, LOG, FileFormat::Tsv, Limits::default());
    let jsonl = written(Rules::Shape, LOG, FileFormat::Jsonl, Limits::default());
    let (tsv, jsonl): (Vec<_>, Vec<_>) = (tsv.lines().collect(), jsonl.lines().collect());
    let words = written(Rules::Words, LOG, FileFormat::Tsv, Limits::default());
    for (text, expected) in [
        ("", "line 1: no pattern: the file is empty"),
        (&format!("{}\n{}\n", tsv[0], tsv[1]), "line 2: no pattern after the header"),
        (&format!("{}\n", jsonl[0]), "line 1: no pattern after the header"),
        ("{\"kind\":\"header\"}\n", "no pattern after the header"),
        ("{\"pattern\":\"Y\nY\"}\n", "line 1: a control character"),
        ("{\"pattern\":\"Y\\\nY\"}\n", "line 1: a control character"),
        ("Y Y Y\nY\n", "line 1: 1 column, which no row of a catalogue has"),
        ("2\tY Y Y\n", "line 1: 2 columns, which"),
        (&"x".repeat(10_000), "line 1: neither a catalogue nor rows of one"),
        ("{\"level\":\"info\"}\n", "line 1: neither a catalogue nor rows of one"),
        ("{\"pattern\":null}\n\"Y\"\n", "line 2: neither a catalogue nor rows of one"),
        ("{\"pattern\":7}\n", "line 1: \"7\" is no pattern"),
        ("{\n\"pattern\":\n}\n", "line 3: expected value"),
        (&format!("a.tsv:{}\n", tsv[2]), "line 1: \"a.tsv:pattern\" has a name"),
        (&format!("a.tsv:{}\n", tsv[0]), "line 1: \"a.tsv:# lognorm-mmap patterns\" has a name"),
        (&format!("{}\n3:{}\n", tsv[2], tsv[3]), "line 2: \"3:pattern\" has a name"),
        (&format!("{}\n--\n{}\n", tsv[2], tsv[3]), "line 2: 1 column, which"),
        (
            &format!("{}\n", tsv[2].replacen("pattern", "sample", 1)),
            "line 1: \"sample\" is no kind",
        ),
        (tsv[2], "line 1: the last row has no line end"),
        (&format!("{}\n{}", tsv[0], tsv[2]), "line 2: the last row has no line end"),
        (&jsonl[1][..40], "line 1: the file is cut short"),
        (&tsv[..1].join("\n").replace("schema=2", "schema=99"), "format 99 of catalogues"),
        (
            &format!("{}\n{}\n{words}", tsv[0], tsv[2]),
            "line 3: rows of version 1 of the word rules",
        ),
        (&format!("{}\n", tsv[2].replace('\t', "    ")), "line 1: 1 column, which"),
    ] {
        let reason = reason(text);
        assert!(reason.contains(expected), "{reason:?} without {expected:?}");
    }
    let utf_16: Vec<u8> = "\u{feff}pattern".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = read_list(&utf_16[..]).unwrap_err().to_string();
    assert!(error.contains("UTF-16"), "{error}");
    let latin_1 = [b"pattern\t\xef", &b"\t".repeat(8)[..], b"\n"].concat();
    let error = read_list(&latin_1[..]).unwrap_err().to_string();
    assert!(error.contains("not UTF-8"), "{error}");
}

#[test]
fn rows_of_every_version_are_read_with_and_without_their_header() {
    let old = "# lognorm-mmap patterns\tschema=1\trules=shape/1\tlines=3\tbytes=14\n\
               kind\tcount\tshare\tfirst_line\tfirst_offset\tlast_line\tlast_offset\texample\tpattern\n\
               pattern\t2\t0.666666667\t1\t0\t2\t4\ta 1\tY Y\n\
               other\t1\t0.333333333\t3\t8\t3\t8\t(b) c\t\n";
    let old_jsonl = r#"{"kind":"header","format":"lognorm-mmap patterns","schema":1,"rules":"shape/1","lines":2,"bytes":8}
{"kind":"pattern","count":2,"share":1,"first_line":1,"first_offset":0,"last_line":2,"last_offset":4,"example":"a 1","pattern":"Y Y"}
"#;
    for (file, others) in [(old, 1), (old_jsonl, 0)] {
        let list = read_list(file.as_bytes()).unwrap();
        assert_eq!((list.patterns(), list.others(), list.is_whole()), (1, others, true), "{file}");
        let rows: String = file.split_inclusive('\n').skip(1).collect();
        let list = read_list(rows.as_bytes()).unwrap();
        assert_eq!((list.patterns(), list.others(), list.is_whole()), (1, others, false), "{rows}");
        assert_eq!(list.rules(), Some(Rules::Shape.into()), "{rows}");
    }
    // A header of one version and a row of another.
    let mixed = format!("{}\n{}\n", old.lines().next().unwrap(), {
        let new = written(Rules::Shape, LOG, FileFormat::Tsv, Limits::default());
        new.lines().nth(2).unwrap().to_owned()
    });
    assert_eq!(patterns(&mixed), (vec![b"Y Y Y".to_vec()], false));
    for (format, examples) in
        FORMATS.into_iter().flat_map(|format| [1, 2, 3, 100].map(|it| (format, it)))
    {
        let limits = Limits { examples, ..Limits::default() };
        let file = written(Rules::Words, LOG, format, limits);
        let (all, is_whole) = patterns(&file);
        assert!(is_whole, "{file}");
        let titles = if format == FileFormat::Tsv { 2 } else { 1 };
        let rows: String = file.split_inclusive('\n').skip(titles).collect();
        assert_eq!(patterns(&rows), (all, false), "{rows}");
        assert_eq!(read_list(rows.as_bytes()).unwrap().rules(), Some(Rules::Words.into()));
    }
}
