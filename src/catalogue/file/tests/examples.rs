//! Several examples of a row, in files that were written by hand.

use super::*;

/// Returns a file without a check sum, of a log of which up to three examples are kept.
fn file_of(log: &[u8], format: FileFormat) -> String {
    let limits = Limits { examples: 3, ..Limits::default() };
    let file = without_check(&written(&catalogue_of(log, 100, limits), format));
    String::from_utf8(file).unwrap()
}

/// Asserts that `file` is read, and is refused with each of `edits` for the reason beside it.
#[track_caller]
fn assert_refused(file: &str, edits: &[(&str, &str, &str)]) {
    read(file.as_bytes()).unwrap();
    for (from, to, expected) in edits {
        let edited = file.replacen(from, to, 1);
        assert_ne!(edited, file, "{from:?}");
        let error = read(edited.as_bytes()).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(expected), "{to:?}: {error}");
    }
}

const CONTRADICT: &str = "the examples contradict";

#[test]
fn columns_that_no_log_can_be_the_reason_of_are_refused() {
    let file = file_of(b"a\nb\n(x)\na\nc\n(y)\nd\n", FileFormat::Tsv);
    let long = format!("\t1 2 5\tb\t{}\n", "c".repeat(MAX_EXAMPLE_LEN + 1));
    assert_refused(
        &file,
        &[
            // Texts that are the same.
            ("\tb\tc\n", "\tb\tb\n", CONTRADICT),
            ("\tb\tc\n", "\ta\tc\n", CONTRADICT),
            // Lines that are not after each other, not the first, or not of the row.
            ("\t1 2 5\t", "\t2 1 5\t", CONTRADICT),
            ("\t1 2 5\t", "\t1 5 2\t", CONTRADICT),
            ("\t1 2 5\t", "\t1 2 2\t", CONTRADICT),
            ("\t1 2 5\t", "\t1 2 8\t", CONTRADICT),
            ("\t3 6\t", "\t3 5\t", CONTRADICT),
            // More or fewer lines than texts, or than there may be.
            ("\t1 2 5\t", "\t1 2\t", CONTRADICT),
            ("\t1 2 5\t", "\t1 2 5 6\t", CONTRADICT),
            ("\t3 6\t(y)\t\n", "\t3 6 7\t(y)\t\n", CONTRADICT),
            ("\t1 2 5\t", "\t\t", "\"\" is no example_lines"),
            ("\t1 2 5\t", "\t1 2 x\t", "\"x\" is no example_lines"),
            ("\t1 2 5\t", "\t1  2 5\t", "\"\" is no example_lines"),
            ("\t1 2 5\tb\tc\n", "\t1 2 5\tb\n", "12 columns instead of 13"),
            ("\t1 2 5\tb\tc\n", &long, "an example of 1025 bytes"),
            ("\tb\tc\n", "\tb\\q\tc\n", "is no example"),
            ("\texamples=3", "\texamples=2", "other columns"),
            ("\texamples=3", "", "other columns"),
            ("\texamples=3", "\texamples=0", "the numbers of the header"),
            ("\texamples=3", "\texamples=101", "the numbers of the header"),
            ("\texamples=3", "\texamples=x", "\"x\" is no examples"),
            ("\texample_3", "\texample_4", "other columns"),
        ],
    );
}

#[test]
fn arrays_that_no_log_can_be_the_reason_of_are_refused() {
    let file = file_of(b"a\nb\n(x)\na\nc\n(y)\nd\n", FileFormat::Jsonl);
    let many = format!("\"examples\":[{}\"c\"]", "\"a\",".repeat(MAX_EXAMPLES));
    let (texts, lines) = (r#""examples":["a","b","c"]"#, r#""example_lines":[1,2,5]"#);
    assert_refused(
        &file,
        &[
            (texts, r#""examples":["a","b","b"]"#, CONTRADICT),
            (texts, r#""examples":["a","b"]"#, CONTRADICT),
            (texts, r#""examples":["a","b","c","d"]"#, CONTRADICT),
            (texts, r#""examples":[]"#, CONTRADICT),
            (texts, r#""examples":["a",1,"c"]"#, "\"1\" is no examples"),
            (texts, r#""examples":"a""#, "expected an array of up to 100 items"),
            (texts, r#""examples":null"#, "is no examples"),
            (texts, r#""example":"a""#, "is no examples"),
            (texts, &many, "invalid length 101"),
            (lines, r#""example_lines":[1,2]"#, CONTRADICT),
            (lines, r#""example_lines":[1,5,2]"#, CONTRADICT),
            (lines, r#""example_lines":[2,3,5]"#, CONTRADICT),
            (lines, r#""example_lines":[]"#, CONTRADICT),
            (lines, r#""example_lines":[1,2,-5]"#, "invalid value"),
            (lines, "\"x\":1", "is no examples"),
            (r#","examples":3"#, r#","examples":2"#, CONTRADICT),
            (r#","examples":3"#, "", CONTRADICT),
            (r#","examples":3"#, r#","examples":0"#, "the numbers of the header"),
        ],
    );
}

#[test]
fn an_empty_example_is_one() {
    // The lines beyond the limits have any text.
    let limits = Limits { patterns: 0, examples: 4, ..Limits::default() };
    let catalogue = catalogue_of(b"a\n\n(b)\n", 100, limits);
    let examples: Vec<_> = said(&catalogue)[0].4.clone();
    assert_eq!(examples, [(1, b"a".to_vec()), (2, vec![]), (3, b"(b)".to_vec())]);
    for log in [&b"a\n\n(b)\n"[..], b"a\n(b)\n\n", b"\na\n", b"\n"] {
        let catalogue = catalogue_of(log, 100, limits);
        for format in FORMATS {
            let file = written(&catalogue, format);
            assert_eq!(said(&read(&file[..]).unwrap()), said(&catalogue));
            let trimmed: Vec<_> = file.trim_ascii_end().to_vec();
            assert_eq!(said(&read(&trimmed[..]).unwrap()), said(&catalogue));
        }
    }
}

#[test]
fn files_with_several_look_like_this() {
    let limits = Limits { patterns: 1, examples: 3, ..Limits::default() };
    let catalogue = catalogue_of(b"a\n\xff\nb\n(d)\na\n", 100, limits);
    let check = "3e2a57cd36552f8d";
    let boundaries = "0/4,1/0,2/1,3/0,4/2,5/0,6/1,7/0,8/3,9/0,10/1,11/0";
    let tsv = format!(
        "# lognorm-mmap patterns\tschema=2\trules=shape/1\tlines=5\tbytes=12\texamples=3\t\
         least_level=0\tboundaries={boundaries}\tcheck={check}\n\
         kind\tcount\tshare\tfirst_line\tfirst_offset\tlast_line\tlast_offset\tplaces\texample\t\
         pattern\texample_lines\texample_2\texample_3\n\
         pattern\t3\t0.600000000\t1\t0\t5\t10\t0=1 4=1 10=1\ta\tY\t1 3\tb\t\n\
         other\t2\t0.400000000\t2\t2\t4\t6\t2=1 6=1\t\\xFF\t\t2 4\t(d)\t\n"
    );
    assert_eq!(String::from_utf8(written(&catalogue, FileFormat::Tsv)).unwrap(), tsv);
    let jsonl = String::from_utf8(written(&catalogue, FileFormat::Jsonl)).unwrap();
    let mut lines = jsonl.lines();
    let header = lines.next().unwrap();
    assert!(header.contains(r#","bytes":12,"examples":3,"#), "{header}");
    assert!(header.ends_with(&format!(r#","check":"{check}"}}"#)), "{header}");
    let rows: Vec<_> = lines.map(|row| &row[row.find(r#","examples""#).unwrap()..]).collect();
    let expected = [
        r#","examples":["a","b"],"example_lines":[1,3],"pattern":"Y"}"#,
        r#","examples":["�","(d)"],"examples_escaped":["\\xFF","(d)"],"example_lines":[2,4]}"#,
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_header_with_impossible_numbers_is_none_of_a_list_either() {
    for format in FORMATS {
        let file = file_of(b"a\nb\n(x)\na\nc\n(y)\nd\n", format);
        let (from, sign) = match format {
            FileFormat::Tsv => ("\texamples=3", '='),
            FileFormat::Jsonl => (r#","examples":3"#, ':'),
        };
        let (name, _) = from.split_once(sign).unwrap();
        for number in ["0", "101", "1000000000000", "18446744073709551615"] {
            let edited = file.replacen(from, &format!("{name}{sign}{number}"), 1);
            assert_ne!(edited, file);
            let error = read_list(edited.as_bytes()).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains("the numbers of the header"), "{number}: {error}");
        }
    }
}
