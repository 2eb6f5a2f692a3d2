//! Files are read as they were written, and others are refused.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

mod edited;
mod examples;

use std::str;

use super::*;
use crate::catalogue::example::{MAX_EXAMPLE_LEN, MAX_EXAMPLES};
use crate::catalogue::limits::Limits;
use crate::catalogue::tests::{catalogue_of, config, logs, said};
use crate::text::is_printable;

const FORMATS: [FileFormat; 2] = [FileFormat::Tsv, FileFormat::Jsonl];

fn written(catalogue: &Catalogue, format: FileFormat) -> Vec<u8> {
    let mut file = Vec::new();
    write(catalogue, format, &mut file).unwrap();
    file
}

fn small() -> Limits {
    Limits { patterns: 2, ..Limits::default() }
}

fn several() -> Limits {
    Limits { examples: 3, ..small() }
}

/// Bytes that may get into a file by mistake.
fn damage() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![select(&b"0129\t\n\\x{}\",:-"[..]), any::<u8>()], 0..6)
}

/// The same file as versions before the check sum wrote it.
fn without_check(file: &[u8]) -> Vec<u8> {
    let text = str::from_utf8(file).unwrap();
    let start = text.find("\tcheck=").or_else(|| text.find(",\"check\"")).unwrap();
    let len = text[start..].find(['\n', '}']).unwrap();
    [&text[..start], &text[start + len..]].concat().into_bytes()
}

/// The file in TSV that the version before places would have written, without a check sum.
fn of_schema_1(tsv: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(without_check(tsv)).unwrap().replace("schema=2", "schema=1");
    let (header, rows) = text.split_once('\n').unwrap();
    let header = header.split("\tleast_level=").next().unwrap();
    let rows = rows.lines().map(|row| {
        let columns = row.split('\t').enumerate().filter(|&(index, _)| index != 7);
        columns.map(|(_, column)| column).collect::<Vec<_>>().join("\t") + "\n"
    });
    format!("{header}\n{}", rows.collect::<String>()).into_bytes()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn files_of_the_version_before_places_are_read(log in logs(), most in 0..30usize) {
        let limits = Limits { patterns: most, ..Limits::default() };
        let catalogue = catalogue_of(&log, 100, limits);
        let old = of_schema_1(&written(&catalogue, FileFormat::Tsv));
        let again = read(&old[..]).unwrap();
        prop_assert_eq!(said(&again), said(&catalogue));
        for format in FORMATS {
            let file = written(&again, format);
            let has_places = str::from_utf8(&file).unwrap().contains("boundaries");
            // It is known where the lines of a log without lines are.
            prop_assert_eq!(has_places, log.is_empty());
            prop_assert_eq!(written(&read(&file[..]).unwrap(), format), file);
        }
    }

    #[test]
    fn any_catalogue_comes_back(log in logs(), most in 0..30usize, examples in 1..6usize) {
        let limits = Limits { patterns: most, examples, ..Limits::default() };
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
    fn catalogues_come_back_one_after_the_other(logs in vec((logs(), any::<bool>()), 1..5)) {
        let format = |&is_tsv: &bool| FORMATS[usize::from(is_tsv)];
        let catalogues = logs.iter().map(|(log, tsv)| (catalogue_of(log, 100, several()), format(tsv)));
        let catalogues: Vec<_> = catalogues.collect();
        let files: Vec<_> =
            catalogues.iter().map(|(catalogue, format)| written(catalogue, *format)).collect();
        let again = Catalogues::new(&files.concat()[..]).collect::<Result<Vec<_>, _>>().unwrap();
        prop_assert_eq!(again.len(), catalogues.len());
        for ((catalogue, _), again) in catalogues.iter().zip(&again) {
            prop_assert_eq!(said(again), said(catalogue));
        }
        prop_assert_eq!(read(&files.concat()[..]).is_ok(), files.len() == 1);
    }

    #[test]
    fn a_file_that_was_cut_short_is_never_read(log in logs(), at in any::<prop::sample::Index>()) {
        let catalogue = catalogue_of(&log, 100, several());
        for format in FORMATS {
            let file = written(&catalogue, format);
            // The `\n` at the end is no loss, where the check sum tells that nothing else is.
            let at = at.index(file.len() - 1);
            match read(&file[..at]) {
                Err(_) => {}
                Ok(again) => {
                    // Nor are the TABs before texts that are empty.
                    prop_assert!(file[at..].iter().all(u8::is_ascii_whitespace));
                    prop_assert_eq!(said(&again), said(&catalogue));
                }
            }
            let again = read(&file[..file.len() - 1]).unwrap();
            prop_assert_eq!(said(&again), said(&catalogue));
            let old = without_check(&file);
            prop_assert!(read(&old[..old.len() - 1]).is_err());
        }
    }

    #[test]
    fn a_damaged_file_is_refused_or_is_one_that_could_have_been_written(
        log in logs(), at in any::<prop::sample::Index>(), len in 0..12usize, bytes in damage()
    ) {
        for format in FORMATS {
            let mut file = written(&catalogue_of(&log, 100, several()), format);
            let start = at.index(file.len());
            let end = file.len().min(start + len);
            let old = without_check(&file);
            let header = file.iter().position(|&byte| byte == b'\n').unwrap();
            let intact = read(&file[..]).unwrap();
            file.splice(start..end, bytes.iter().copied());
            if let Ok(catalogue) = read(&file[..]) {
                let again = read(&written(&catalogue, format)[..]).unwrap();
                prop_assert_eq!(said(&catalogue), said(&again));
                prop_assert!(start <= header || said(&again) == said(&intact), "it was not seen");
            }
            // Without a check sum a change may go unnoticed, but none to what cannot be.
            let mut file = old;
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
            let file = written(&catalogue_of(&log, 100, several()), format);
            // Empty lines are no rows, and anything else after a catalogue makes it none.
            let longer = [&file[..], &bytes, b"\n"].concat();
            let has_only_empty_lines = bytes.iter().all(|byte| b"\r\n".contains(byte));
            prop_assert!(has_only_empty_lines || read(&longer[..]).is_err());
        }
    }
}

#[test]
fn files_look_like_this() {
    let catalogue = catalogue_of(b"a\tb\n\xff\n\xff\nc (d)\n\\\n", 100, small());
    let check = "d3306a2db809d3cc";
    let tsv = "# lognorm-mmap patterns\tschema=2\trules=shape/1\tlines=5\tbytes=16\tleast_level=0\t\
               boundaries=0/5,1/0,2/1,3/0,4/2,5/0,6/1,7/0,8/3,9/0,10/1,11/0,12/2,13/0,14/1,15/0\tcheck=CHECK\n\
               kind\tcount\tshare\tfirst_line\tfirst_offset\tlast_line\tlast_offset\tplaces\texample\tpattern\n\
               pattern\t2\t0.400000000\t2\t4\t3\t6\t4=1 6=1\t\\xFF\t\\xFF\n\
               pattern\t1\t0.200000000\t1\t0\t1\t0\t0=1\ta\\tb\tY\\tY\n\
               other\t2\t0.400000000\t4\t8\t5\t14\t8=1 14=1\tc (d)\t\n";
    let tsv = tsv.replace("CHECK", check);
    assert_eq!(String::from_utf8(written(&catalogue, FileFormat::Tsv)).unwrap(), tsv);
    let jsonl = r#"{"kind":"header","format":"lognorm-mmap patterns","schema":2,"rules":"shape/1","lines":5,"bytes":16,"least_level":0,"boundaries":[[0,5],[1,0],[2,1],[3,0],[4,2],[5,0],[6,1],[7,0],[8,3],[9,0],[10,1],[11,0],[12,2],[13,0],[14,1],[15,0]],"check":"CHECK"}
{"kind":"pattern","count":2,"share":0.4,"first_line":2,"first_offset":4,"last_line":3,"last_offset":6,"places":[[4,1],[6,1]],"examples":["�"],"examples_escaped":["\\xFF"],"example_lines":[2],"pattern":"�","pattern_escaped":"\\xFF"}
{"kind":"pattern","count":1,"share":0.2,"first_line":1,"first_offset":0,"last_line":1,"last_offset":0,"places":[[0,1]],"examples":["a\tb"],"example_lines":[1],"pattern":"Y\tY"}
{"kind":"other","count":2,"share":0.4,"first_line":4,"first_offset":8,"last_line":5,"last_offset":14,"places":[[8,1],[14,1]],"examples":["c (d)"],"example_lines":[4]}
"#;
    let jsonl = jsonl.replace("CHECK", check);
    assert_eq!(String::from_utf8(written(&catalogue, FileFormat::Jsonl)).unwrap(), jsonl);
}

#[test]
fn nothing_in_a_file_controls_a_terminal() {
    let log = "a\u{9b}31m\u{7f}\x1b[m\u{85}(\t)\u{202e}\u{2028}b\n".as_bytes();
    let catalogue = catalogue_of(log, 100, Limits::default());
    for format in FORMATS {
        let file = String::from_utf8(written(&catalogue, format)).unwrap();
        let is_fine = |char| is_printable(char) || matches!(char, '\t' | '\n');
        assert!(file.chars().all(is_fine), "{file:?}");
        assert_eq!(said(&read(file.as_bytes()).unwrap()), said(&catalogue));
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let catalogue = catalogue_of(b"a b\nc\n(d)\n-\n", 100, small());
    let tsv = String::from_utf8(written(&catalogue, FileFormat::Tsv)).unwrap();
    let jsonl = String::from_utf8(written(&catalogue, FileFormat::Jsonl)).unwrap();
    let row = "pattern\t1\t0\t1\t0\t1\t0\t0=1\tz\tZ\n";
    let cut = |file: &str, len| file[..file.len() - len].to_owned();
    for (file, expected) in [
        (String::new(), "line 1: no catalogue: the file is empty"),
        ("a log\n".into(), "line 1: no catalogue"),
        (tsv.replace("patterns\t", "patternsX\t"), "line 1: no catalogue"),
        ("{\"level\":\"info\"}\n".into(), "line 1: no catalogue"),
        ("x".repeat(10_000), "line 1: no catalogue"),
        (tsv.replace("schema=2", "schema=3"), "format 3 of catalogues"),
        (tsv.replace("schema=2", "schema=3").replace("kind", "sort"), "format 3 of catalogues"),
        (tsv.replace("schema=2", "schema=3").replace("rules", "laws"), "format 3 of catalogues"),
        (jsonl.replace("\"schema\":2", "\"schema\":3").replace("rules", "laws"), "format 3 of"),
        (jsonl.replace("\"schema\":2", "\"schema\":3"), "format 3 of catalogues"),
        (tsv.replace("schema=2", "schema=0"), "format 0 of catalogues"),
        (tsv.replace("lines=4", "lines=five"), "line 1: \"five\" is no lines"),
        (tsv.replace("\tshare", ""), "line 2: other columns"),
        (tsv.replace("Y Y", "Y Y\t"), "line 3: 11 columns instead of 10"),
        (tsv.replace("Y Y", "Y\\Y"), "line 3: \"Y\\\\Y\" is no pattern"),
        (tsv.replace("pattern\t1", "pattern\t-1"), "line 3: \"-1\" is no count"),
        (tsv.replace("pattern\t1", "pattern\t0"), "line 3: the numbers contradict"),
        (tsv.replace("pattern\t1\t", "pattern\t2\t"), "line 3: the numbers contradict"),
        (tsv.replace("other", "others"), "line 5: \"others\" is no kind"),
        (tsv.replace("lines=4", "lines=5"), "add up to 4, and the header says 5"),
        (format!("{tsv}{row}{row}"), "line 7: the pattern was there before"),
        (format!("{tsv}{tsv}"), "line 6: another catalogue begins here"),
        (format!("{jsonl}{jsonl}"), "line 5: another catalogue begins here"),
        (jsonl.replace("\"kind\":\"other\"", "\"kind\":\"header\""), "\"header\" is no kind"),
        (cut(&tsv, 3), "line 5: the file is cut short"),
        (cut(&jsonl, 2), "line 4: the file is cut short"),
        (cut(&tsv, tsv.len() - 40), "line 1: the file is cut short"),
        (tsv.replace("Y Y", "Y-Y"), "line 5: the rows are not those that were written"),
        (jsonl.replace("Y Y", "Y Y "), "line 4: the rows are not those that were written"),
        (tsv.replace('\t', "    "), "line 1: blanks in place of TABs"),
        (tsv.replace("kind\tcount", "kind count"), "line 2: blanks in place of TABs"),
        (tsv.replace("a b\tY Y", "a b Y Y"), "the rows are not those"),
        (tsv.replace("\t1\t0\t1", " 1 0 1"), "line 3: 7 columns instead of 10; was it edited"),
        (tsv.replace('\n', "\r\r\n"), "a control character"),
        (tsv.replace("Y Y", "Y\u{7f}Y"), "line 3: a control character"),
        (tsv.replace("check=", "check=x"), "is no check"),
        (jsonl.replace("\"check\":\"", "\"check\":\"x"), "is no check"),
        (tsv.replace("rules=shape/1", "rules=0"), "line 1: \"0\" is no rules"),
        (tsv.replace("shape/1", "json/1"), "line 1: made by the rules json/1, which this program"),
        (
            jsonl.replace("shape/1", "json-lines/12"),
            "line 1: made by the rules json-lines/12, which",
        ),
        (tsv.replace("shape/1", "JSON/1"), "line 1: \"JSON/1\" is no rules"),
        (tsv.replace("shape/1", "words/0"), "line 1: \"words/0\" is no rules"),
        (jsonl.replace("\"shape/1\"", "true"), "line 1: \"true\" is no rules"),
        (jsonl.replace("\"count\":1", "\"count\":true"), "line 2: invalid type: boolean"),
    ] {
        let error = read(file.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error:?} without {expected:?}");
    }
}
