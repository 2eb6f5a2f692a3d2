//! `--only` and `--known` in combinations of rule set, kernel, threads, chunk size, way in, form of the
//! log and form of the list: together they write every line, in order.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use common::directory::{Directory, utf8};
use common::expected_patterns;
use common::form::{FORMS, Form};
use common::text::{assert_same, hostile_lines, log_lines, sample};
use lognorm_mmap::{Kernel, Rules};
use proptest::collection::vec;

const THREADS: [usize; 3] = [1, 2, 5];
const CHUNK_SIZES: [usize; 4] = [1, 64, 1000, 1 << 20];
const WAYS: [&str; 4] = ["RUN LOG", "RUN --no-mmap LOG", "RUN - <LOG", "cat LOG | RUN -"];

/// The forms of a list: a whole catalogue, rows without a header, and objects without one.
const LISTS: [&str; 3] = ["all.tsv", "rows.tsv", "rows.jsonl"];

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.strip_suffix(b"\n").unwrap_or(text).split(|&byte| byte == b'\n')
}

/// Returns the lines of `text`, raw or as patterns, whose pattern is in `listed` or is not.
fn expected(
    (text, patterns): (&[u8], &[u8]),
    listed: &BTreeSet<&[u8]>,
    option: &str,
    is_raw: bool,
) -> Vec<u8> {
    let rows = lines(text).zip(lines(patterns));
    let is_selected = |pattern| listed.contains(pattern) == (option == "--only");
    let selected = rows.filter(|(_, pattern)| is_selected(*pattern));
    let written = selected.map(|(line, pattern)| if is_raw { line } else { pattern });
    written.flat_map(|line| [line, b"\n"].concat()).collect()
}

/// Makes catalogues in `directory` of the lines of `half`, by `rules`.
fn make_lists(directory: &Directory, rules: Rules, half: &[u8]) {
    fs::write(directory.path("half.log"), half).unwrap();
    let run = format!("lognorm-mmap --rules {} half.log --patterns", rules.name());
    directory.succeeds(&format!(
        "{run} all.tsv; {run} all.jsonl; sed 1,2d all.tsv >rows.tsv; sed 1d all.jsonl >rows.jsonl"
    ));
}

fn assert_rules(rules: Rules) {
    let directory = Directory::with([]);
    let text = [sample(vec(log_lines(), 150)).concat(), sample(vec(hostile_lines(), 60)).concat()];
    // Of some patterns there are lines in both halves.
    make_lists(&directory, rules, &text[0]);
    let patterns = expected_patterns(rules, &text[0]);
    let listed: BTreeSet<_> = lines(&patterns).collect();
    let text = [&text[0][..], &sample(vec(log_lines(), 150)).concat(), &text[1]].concat();
    let kernels: Vec<_> = Kernel::available().map(Kernel::name).collect();
    let texts = FORMS.map(|form| {
        fs::write(directory.path(&form.name()), form.of(&text)).unwrap();
        let seen = form.seen(&text);
        let raw = if form == Form::Coloured { form.of(&text) } else { seen.clone() };
        (form, raw, expected_patterns(rules, &seen))
    });
    let mut number = 0;
    for threads in THREADS {
        for chunk_size in CHUNK_SIZES {
            for (option, raw_option) in
                [("--only", ""), ("--known", ""), ("--only", "--raw"), ("--known", "--raw")]
            {
                let (form, raw, patterns) = &texts[number % texts.len()];
                let list = if option == "--only" { LISTS[number / 2 % 3] } else { LISTS[0] };
                let kernel = kernels[number % kernels.len()];
                let strip = if *form == Form::Coloured { "--strip-ansi" } else { "" };
                let run = format!(
                    "lognorm-mmap -q -j{threads} --chunk-size={chunk_size} --kernel={kernel} {strip} \
                     {option} {list} {raw_option}"
                );
                let way = WAYS[number / 3 % WAYS.len()];
                let script = way.replace("RUN", &run).replace("LOG", &form.name());
                let Output { status, stdout, stderr } = directory.run(&script);
                assert_eq!((status.code(), utf8(stderr)), (Some(0), String::new()), "{script}");
                let expected = expected((raw, patterns), &listed, option, !raw_option.is_empty());
                assert!(!expected.is_empty(), "{script}");
                assert_same(&stdout, &expected, script);
                number += 1;
            }
        }
    }
}

#[test]
fn shape_rules_in_every_combination() {
    assert_rules(Rules::Shape);
}

#[test]
fn word_rules_in_every_combination() {
    assert_rules(Rules::Words);
}
