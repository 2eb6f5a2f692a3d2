//! Files that went through an editor, or that were written by hand.

use super::*;

#[test]
fn what_editors_do_to_a_file_changes_nothing_or_is_seen() {
    // With texts that are empty, at the ends of lines, and blanks at the ends of texts.
    let catalogue = catalogue_of("a b\n\n-\n  (c)  \nnaïve\n-x \n".as_bytes(), 100, several());
    let all = catalogue_of("\n \n(\t)\t\nnaïve ☃\n\"a\"\n".as_bytes(), 100, several());
    for catalogue in [&catalogue, &all] {
        for format in FORMATS {
            let file = String::from_utf8(written(catalogue, format)).unwrap();
            let trimmed = file.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
            for edited in [
                file.replace('\n', "\r\n"),
                // Git leaves the ends of some lines as they are, where they differ.
                file.replacen('\n', "\r\n", 2),
                file.trim_end_matches('\n').to_owned(),
                file.replace('\n', "\r\n").trim_end_matches("\r\n").to_owned(),
                format!("\u{feff}{file}"),
                format!("\u{feff}{}", file.replace('\n', "\r\n")),
                format!("{trimmed}\n"),
                trimmed,
            ] {
                let again = read(edited.as_bytes()).unwrap_or_else(|it| panic!("{it}: {edited:?}"));
                assert_eq!(said(&again), said(catalogue), "{edited:?}");
            }
            let utf_16 = |unit: fn(u16) -> [u8; 2], mark: &str| -> Vec<u8> {
                format!("{mark}{file}").encode_utf16().flat_map(unit).collect()
            };
            for edited in [
                utf_16(u16::to_le_bytes, "\u{feff}"),
                utf_16(u16::to_be_bytes, "\u{feff}"),
                utf_16(u16::to_le_bytes, ""),
                utf_16(u16::to_be_bytes, ""),
            ] {
                let error = read(&edited[..]).unwrap_err().to_string();
                assert!(error.starts_with("line 1: this is UTF-16"), "{error}");
            }
            let latin_1: Vec<u8> =
                file.chars().filter_map(|it| u32::from(it).try_into().ok()).collect();
            if file.contains('ï') {
                let error = read(&latin_1[..]).unwrap_err().to_string();
                assert!(error.contains("not UTF-8"), "{error}");
            }
        }
    }
}

#[test]
fn files_of_versions_before_the_check_sum_are_read() {
    let log = "a b\n\"q\"\n -\n- \n\u{202e}\n".as_bytes();
    let catalogue = catalogue_of(log, 100, Limits::default());
    // As they escaped: these are the bytes that they wrote.
    let tsv = "# lognorm-mmap patterns\tschema=1\trules=1\tlines=5\tbytes=17\n\
               kind\tcount\tshare\tfirst_line\tfirst_offset\tlast_line\tlast_offset\texample\tpattern\n\
               pattern\t1\t0.200000000\t1\t0\t1\t0\ta b\tY Y\n\
               pattern\t1\t0.200000000\t2\t4\t2\t4\t\"q\"\t\"X\"\n\
               pattern\t1\t0.200000000\t3\t8\t3\t8\t -\t -\n\
               pattern\t1\t0.200000000\t4\t11\t4\t11\t- \t- \n\
               pattern\t1\t0.200000000\t5\t14\t5\t14\t\u{202e}\t\u{202e}\n";
    let tsv = tsv.replace("bytes=17", "bytes=18");
    assert_eq!(said(&read(tsv.as_bytes()).unwrap()), said(&catalogue));
    // What would not have been noticed there is refused.
    let error = read(tsv.trim_end_matches('\n').as_bytes()).unwrap_err().to_string();
    assert_eq!(error, "line 7: the file is cut short");
}

#[test]
fn what_no_log_can_be_the_reason_of_is_refused() {
    let catalogue = catalogue_of(b"a\n(b)\na\n-\na\n", 100, small());
    let file = of_schema_1(&written(&catalogue, FileFormat::Tsv));
    let file = String::from_utf8(file).unwrap();
    let (a, b, other) =
        ("3\t0.600000000\t1\t0\t5\t10", "1\t0.200000000\t2\t2\t2\t2", "1\t0.200000000\t4\t8\t4\t8");
    assert!(file.contains(a) && file.contains(b) && file.contains(other), "{file}");
    read(file.as_bytes()).unwrap();
    for (from, to, line) in [
        ("lines=5\tbytes=12", "lines=5\tbytes=4", 1),
        ("lines=5\tbytes=12", "lines=0\tbytes=12", 1),
        ("lines=5\tbytes=12", "lines=5\tbytes=0", 1),
        // No byte for the last line, and too few after a line.
        ("bytes=12", "bytes=10", 3),
        (other, "1\t0.2\t4\t11\t4\t11", 5),
        // The first line does not start at 0; another does; one starts before it can.
        (a, "3\t0.6\t1\t1\t5\t10", 3),
        (b, "1\t0.2\t2\t0\t2\t0", 4),
        (other, "1\t0.2\t4\t2\t4\t2", 5),
        // Lines without bytes between, and as many lines as there are not.
        (a, "3\t0.6\t1\t0\t5\t3", 3),
        (a, "6\t0.6\t1\t0\t5\t10", 3),
        // One line that is two, and two that are one.
        (b, "1\t0.2\t2\t2\t4\t8", 4),
        (a, "3\t0.6\t5\t10\t5\t10", 3),
        (b, "1\t0.2\t2\t2\t2\t3", 4),
        // Backwards.
        (a, "3\t0.6\t5\t10\t1\t0", 3),
        // The line of another row, and one that ends after the next one starts.
        (b, "1\t0.2\t5\t10\t5\t10", 5),
        (other, "1\t0.2\t2\t2\t2\t2", 5),
        (b, "1\t0.2\t2\t8\t2\t8", 5),
        (b, "1\t0.2\t2\t7\t2\t7", 5),
        ("1\t0.2", "18446744073709551615\t0.2", 4),
        ("\t5\t10\t", "\t18446744073709551615\t18446744073709551615\t", 3),
    ] {
        let edited = file.replacen(from, to, 1);
        assert_ne!(edited, file, "{from:?}");
        match read(edited.as_bytes()) {
            Err(ReadError::Format { line: given, reason }) => {
                // The last two cases have numbers that cannot be either.
                let reasons = ["numbers", "two rows share line", "no bytes between"];
                assert_eq!(given, line, "{to:?}: {reason}");
                assert!(reasons.iter().any(|it| reason.contains(it)), "{to:?}: {reason}");
            }
            other => panic!("{to:?}: {other:?}"),
        }
    }
}

#[test]
fn places_that_no_log_can_have_are_refused() {
    let file = file_with_places(FileFormat::Tsv);
    let (level, boundary, a) = ("least_level=1", "0/7,2/1,4/2,", "\t0=1 103=1 104=1\ta\tY");
    assert!(file.contains(level) && file.contains(boundary) && file.contains(a), "{file}");
    let boundaries =
        |count: u64| (0..count).map(|it| format!("{it}/1")).collect::<Vec<_>>().join(",");
    let all = file.split("boundaries=").nth(1).unwrap().split('\n').next().unwrap();
    for (from, to, line, reason) in [
        (level, "least_level=2", 1, "contradict each other"),
        (level, "least_level=129", 1, "contradict each other"),
        (level, "least_level=-1", 1, "\"-1\" is no least_level"),
        (level, "x=1", 1, "contradict each other"),
        ("boundaries=", "x=", 1, "contradict each other"),
        (all, "0/7,2/1,2/1", 1, "contradict each other"),
        (all, "0/7,210/1", 1, "contradict each other"),
        (all, "0/128", 1, "contradict each other"),
        (all, &boundaries(128), 1, "contradict each other"),
        (all, "0", 1, "\"\" is no boundaries"),
        (all, "0/7,", 1, "\"\" is no boundaries"),
        (all, "18446744073709551616/7", 1, "is no boundaries"),
        // Without boundaries, with fewer, and with others.
        (&format!("\t{level}\tboundaries={all}"), "", 3, "the places contradict"),
        (all, "0/7,2/1,4/2", 3, "the places contradict"),
        (boundary, "0/7,1/1,2/1,4/2,", 3, "the places contradict"),
        // Lines that are missing, too many, elsewhere, or nowhere.
        (a, "\t0=1 104=1\ta\tY", 4, "the places contradict"),
        (a, "\t0=1 103=2 104=1\ta\tY", 4, "the places contradict"),
        (a, "\t0=1 102=1 103=1\ta\tY", 4, "the places contradict"),
        (a, "\t1=1 103=1 104=1\ta\tY", 4, "the places contradict"),
        (a, "\t0=1 104=1 105=1\ta\tY", 4, "the places contradict"),
        (a, "\t\ta\tY", 4, "the places contradict"),
        (a, "\t104=1 103=1 0=1\ta\tY", 4, "is no places"),
        (a, "\t0=1 0=0 103=1 104=1\ta\tY", 4, "is no places"),
        (a, "\t0=1 10=0 103=1 104=1\ta\tY", 4, "is no places"),
        (a, "\t0=1  103=1 104=1\ta\tY", 4, "\"\" is no places"),
        (a, "\t0=1 103=1 104\ta\tY", 4, "\"\" is no places"),
        (a, "\t0=1 256=1\ta\tY", 4, "\"256\" is no places"),
        (a, "\t0=1 104=18446744073709551615\ta\tY", 4, "the places contradict"),
    ] {
        let edited = file.replacen(from, to, 1);
        assert_ne!(edited, file, "{from:?}");
        let error = read(edited.as_bytes()).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("line {line}: ")) && error.contains(reason),
            "{to}: {error}"
        );
    }
}

/// Returns a file without a check sum. Some lines are in the last two of its 105 buckets.
fn file_with_places(format: FileFormat) -> String {
    let log = [&b"a\n(b)\n"[..], &b"-\n".repeat(100), b"a\na\n"].concat();
    let catalogue = catalogue_of(&log, 100, Limits::default());
    String::from_utf8(without_check(&written(&catalogue, format))).unwrap()
}

#[test]
fn places_that_are_not_of_their_form_are_refused() {
    let json = file_with_places(FileFormat::Jsonl);
    for (from, to) in [
        ("[[0,1],[103,1],[104,1]]", "[[103,2],[0,1]]"),
        ("[[0,1],[103,1],[104,1]]", "[[0,1],[103],[104,1]]"),
        ("[[0,1],[103,1],[104,1]]", "[[0,1],[256,2]]"),
        ("[[0,1],[103,1],[104,1]]", "{}"),
        ("[[0,1],[103,1],[104,1]]", "null"),
        ("[[0,1],[103,1],[104,1]]", &format!("[{}[0,3]]", "[0,0],".repeat(10_000))),
        ("\"least_level\":1", "\"least_level\":256"),
        ("\"least_level\":1", "\"least_level\":null"),
        ("[[0,7],", "[[0],"),
    ] {
        assert!(json.contains(from), "{json}");
        assert!(read(json.replacen(from, to, 1).as_bytes()).is_err(), "{to}");
    }
}

#[test]
fn an_example_longer_than_any_is_refused() {
    let catalogue = catalogue_of(b"a\n", 100, Limits::default());
    let file = String::from_utf8(without_check(&written(&catalogue, FileFormat::Tsv))).unwrap();
    let with = |len| file.replace("\ta\tY", &format!("\t{}\tY", "a".repeat(len)));
    assert!(read(with(1024).as_bytes()).is_ok());
    let error = read(with(1025).as_bytes()).unwrap_err().to_string();
    assert!(error.starts_with("line 3: an example of 1025 bytes"), "{error}");
}
