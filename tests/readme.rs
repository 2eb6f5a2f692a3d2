//! The tests that `tests/README.md` names exist, and it tells of every file of tests.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const README: &str = "tests/README.md";

/// The rows of the table of faults.
const FAULTS: usize = 71;

#[test]
fn every_row_of_the_table_names_tests_that_exist() {
    let rows = rows(&read(README));
    let numbers: Vec<_> = rows.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=FAULTS).collect::<Vec<_>>());
    let missing: Vec<_> = rows
        .iter()
        .flat_map(|(number, names)| names.iter().map(move |name| (number, name)))
        .filter(|(_, name)| !exists(name))
        .collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
    assert!(rows.iter().all(|(_, names)| !names.is_empty()), "a row names no test: {rows:#?}");
}

#[test]
fn every_file_of_tests_is_told_of() {
    let told = read(README);
    let told: BTreeSet<_> = told.lines().filter(|line| line.starts_with("| `")).collect();
    let is_told = |name: &str| told.iter().any(|line| line.contains(&format!("`{name}`")));
    let entries = fs::read_dir(format!("{ROOT}/tests")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let missing: Vec<_> = names.filter(|name| name.ends_with(".rs") && !is_told(name)).collect();
    assert!(missing.is_empty(), "files that {README} does not tell of: {missing:?}");
    let named = told.iter().flat_map(|line| line.split('`')).filter(|it| it.ends_with(".rs"));
    let gone: Vec<_> =
        named.filter(|it| !Path::new(ROOT).join("tests").join(it).exists()).collect();
    assert!(gone.is_empty(), "{README} tells of files that do not exist: {gone:?}");
}

#[test]
fn names_of_tests_are_found() {
    let text = "\
| # | fault | tests |
|---|---|---|
| 1 | empty | `a::x_y`, `::z`, `unit::input::block::tests::w`, `::v` |
| 2 | `/proc` | `b::v` |
no row: `c::u`
";
    let names = ["a::x_y", "a::z", "unit::input::block::tests::w", "unit::input::block::tests::v"];
    let names = names.map(String::from).to_vec();
    assert_eq!(rows(text), [(1, names), (2, vec!["b::v".to_owned()])]);
    assert!(exists("readme::names_of_tests_are_found") && exists("rooms::no_file_is_long"));
    assert!(!exists("readme::names_of_tests") && !exists("rooms::names_of_tests_are_found"));
    assert!(exists("unit::rules::shape::tests::each_special_byte_among_quotes"));
    assert!(!exists("unit::rules::words::tests::each_special_byte_among_quotes"));
}

/// Returns the rows of the table of faults: their numbers, and the full names of their tests.
fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| ")?.splitn(3, " | ");
        let number = cells.next()?.parse().ok()?;
        Some((number, names(cells.nth(1)?)))
    };
    text.lines().filter_map(row).collect()
}

/// Returns the full names of the tests in a cell. A name without a file is of the file before it.
fn names(cell: &str) -> Vec<String> {
    let mut file = "";
    let mut names = Vec::new();
    // Every second part is between backticks.
    for name in cell.split('`').skip(1).step_by(2) {
        let (before, test) = name.rsplit_once("::").unwrap_or((name, ""));
        if !before.is_empty() {
            file = before;
        }
        names.push(format!("{file}::{test}"));
    }
    names
}

/// Whether there is a test of this name: `FILE::TEST` in `tests/`, or `unit::MODULE::TEST` in the
/// library or the binary.
fn exists(name: &str) -> bool {
    let (module, test) = name.rsplit_once("::").unwrap();
    let has_test = |path: &str| {
        let text = fs::read_to_string(format!("{ROOT}/{path}.rs")).unwrap_or_default();
        text.contains(&format!("fn {test}("))
    };
    let Some(module) = module.strip_prefix("unit::") else {
        return has_test(&format!("tests/{module}"));
    };
    // A module is in a file of its own, or in that of the module around it.
    let around = module.rsplit_once("::").map_or("", |(around, _)| around);
    let paths = [module, around].map(|module| module.replace("::", "/"));
    let roots = ["src", "src/bin/lognorm-mmap"];
    paths
        .iter()
        .flat_map(|path| roots.map(|root| format!("{root}/{path}")))
        .any(|path| has_test(&path) || has_test(&format!("{path}/mod")))
}

fn read(path: &str) -> String {
    fs::read_to_string(format!("{ROOT}/{path}")).unwrap()
}
