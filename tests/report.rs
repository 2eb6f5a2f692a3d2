//! Reports in a browser: they say what the catalogue says, and search, sort and fold.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod browser;
mod common;

use std::fs;
use std::path::PathBuf;

use browser::Browser;
use browser::page::Page;
use browser::report::{Shown, assert_same, lines_of, rows_of};
use common::directory::Directory;
use common::fixtures;
use serde_json::{Value, json};

/// A log of users, of whom each has a pattern of its own that folds, and of other lines.
fn users() -> String {
    let user = |number: usize| {
        let name: String = number.to_string().bytes().map(|digit| char::from(digit + 49)).collect();
        format!("Failed password for {name} from 10.0.0.{number} port 22\n").repeat(number % 3 + 1)
    };
    let mut log: String = (100..140).map(user).collect();
    for (line, times) in [("Started session (1)\n", 50), ("Stopped <b>\n", 7), ("\n", 2)] {
        log += &line.repeat(times);
    }
    log
}

/// Returns the logs to look at: the fixtures, and those of the corpus if there is one.
fn logs() -> Vec<PathBuf> {
    let mut logs = fixtures("log");
    if let Some(corpus) = std::env::var_os("LOGNORM_WORDS_CORPUS") {
        let entries = fs::read_dir(&corpus).unwrap().map(|entry| entry.unwrap().path());
        logs.extend(entries.filter(|path| path.extension().is_some_and(|it| it == "log")));
    }
    logs
}

/// Opens the report of [`users`], unfolded, and returns the catalogue in TSV with it.
fn open_users<'a>(browser: &'a Browser, directory: &Directory) -> (Page<'a>, String) {
    fs::write(directory.path("users.log"), users()).unwrap();
    directory.succeeds("lognorm-mmap users.log --rules words --patterns users.tsv");
    directory.succeeds("lognorm-mmap users.log --rules words --patterns users.html");
    let page = browser.open(directory, "users.html");
    page.fold(false);
    (page, directory.read("users.tsv"))
}

#[test]
fn a_report_says_what_the_catalogue_says() {
    let Some(browser) = Browser::start() else { return };
    for log in logs() {
        for rules in ["shape", "words"] {
            let what = format!("{} by {rules}", log.display());
            let directory = Directory::with([]);
            fs::copy(&log, directory.path("in.log")).unwrap();
            let run = format!("lognorm-mmap in.log --rules {rules}");
            directory.succeeds(&format!("{run} --patterns p.tsv"));
            directory.succeeds(&format!("{run} --patterns run.html --top 0"));
            directory.succeeds("lognorm-mmap patterns show p.tsv -o show.html --top 0");
            let tsv = directory.read("p.tsv");
            for name in ["run.html", "show.html"] {
                let page = browser.open(&directory, name);
                if rules == "words" {
                    page.fold(false);
                }
                let shown = page.rows();
                assert_same(&shown, &rows_of(&tsv), &what);
                assert_eq!(
                    shown.iter().map(|row| row.count).sum::<u64>(),
                    lines_of(&tsv),
                    "{what}"
                );
                page.assert_is_quiet();
            }
        }
    }
}

#[test]
fn the_search_finds_what_has_the_text_and_nothing_else() {
    let Some(browser) = Browser::start() else { return };
    let directory = Directory::with([]);
    let (page, tsv) = open_users(&browser, &directory);
    let all = page.rows();
    assert_eq!(all.len(), rows_of(&tsv).len());
    page.press("/");
    for text in ["failed", "FOR bdc FROM", "10.0.0.123", "(1)", "<b>", "s", "port *", "of no line"]
    {
        page.enter(text);
        let has = |shown: &str| shown.to_lowercase().contains(&text.to_lowercase());
        let has = |row: &&Shown| has(&row.example) || row.pattern.as_deref().is_some_and(has);
        let expected: Vec<_> = all.iter().filter(has).map(|row| &row.example).collect();
        wait_for_number(&page, expected.len());
        assert_eq!(page.examples().iter().collect::<Vec<_>>(), expected, "{text}");
        page.press("Escape");
        page.wait_until("document.querySelector('[type=search]').value === ''");
        wait_for_number(&page, all.len());
        assert_eq!(page.rows().len(), all.len(), "{text}");
    }
    page.assert_is_quiet();
}

/// Waits until the page says that it shows so many rows.
#[track_caller]
fn wait_for_number(page: &Page<'_>, number: usize) {
    page.wait_until(&format!(
        "/^\\D*{number}\\b/.test(document.querySelector('[role=status]').textContent)"
    ));
}

#[test]
fn each_column_sorts_both_ways() {
    let Some(browser) = Browser::start() else { return };
    let directory = Directory::with([]);
    let (page, tsv) = open_users(&browser, &directory);
    let keys =
        page.texts("[...document.querySelectorAll('#patterns th')].map(it => it.dataset.key)");
    assert!(keys.len() >= 5, "{keys:?}");
    for key in &keys {
        let head = format!("#patterns th[data-key={key}]");
        for _ in 0..2 {
            page.click(&format!("{head} button"));
            let direction = page.text(&format!("document.querySelector('{head}').ariaSort"));
            let rows = page.rows();
            assert_eq!(rows.len(), rows_of(&tsv).len(), "{key}");
            let mut texts: Vec<_> = rows.iter().map(|row| row.example.clone()).collect();
            let mut numbers: Vec<_> = rows.iter().map(|row| row.data.get(key)).collect();
            if direction == "descending" {
                texts.reverse();
                numbers.reverse();
            }
            let number = |text: Option<&String>| text.unwrap().parse::<f64>().unwrap();
            let is_sorted = match &key[..] {
                "example" => texts.is_sorted(),
                _ => numbers.iter().map(|text| number(*text)).is_sorted(),
            };
            assert!(is_sorted, "{key}, {direction}: {rows:#?}");
        }
        let others = "[...document.querySelectorAll('#patterns th[aria-sort$=cending]')].map(it => it.dataset.key)";
        assert_eq!(page.texts(others), [key.as_str()]);
    }
    page.assert_is_quiet();
}

#[test]
fn folding_shows_the_folded_rows_and_what_was_joined() {
    let Some(browser) = Browser::start() else { return };
    let directory = Directory::with([]);
    let (page, tsv) = open_users(&browser, &directory);
    let jsonl = directory.succeeds("lognorm-mmap patterns show --fold --format jsonl users.tsv");
    let folded: Vec<Value> =
        jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(folded.len(), 4, "{jsonl}");
    page.fold(true);
    let of_page: Vec<_> = page
        .rows()
        .iter()
        .map(|row| json!([row.count, row.first, row.last, row.pattern]))
        .collect();
    let of_rows: Vec<_> = folded
        .iter()
        .map(|row| json!([row["count"], row["first_line"], row["last_line"], row["pattern"]]))
        .collect();
    assert_eq!(of_page, of_rows);
    let joined = "[...document.querySelectorAll('tr.f summary b')].map(it => it.textContent)";
    assert_eq!(page.texts(joined), ["40 patterns"]);
    page.click("tr.f summary");
    let members =
        page.texts("[...document.querySelectorAll('tr.f dd li code')].map(it => it.textContent)");
    let expected: Vec<String> = serde_json::from_value(folded[0]["members"].clone()).unwrap();
    assert_eq!((members.len(), members), (40, expected));
    page.fold(false);
    assert_same(&page.rows(), &rows_of(&tsv), "unfolded again");
    page.assert_is_quiet();
    directory.succeeds("lognorm-mmap patterns show --fold users.tsv -o folded.html");
    page.load(&directory.path("folded.html"));
    assert_eq!(
        (page.rows().len(), page.evaluate("document.querySelector('#fold').checked")),
        (4, json!(true))
    );
}

#[test]
fn a_row_opens_to_its_examples_and_places() {
    let Some(browser) = Browser::start() else { return };
    let directory = Directory::with([]);
    let (page, _) = open_users(&browser, &directory);
    let details = "document.querySelector('tbody tr:not(.f) details')";
    let text = format!("{details}.innerText");
    let closed = page.text(&text);
    assert!(!closed.contains("Started session (*)"), "{closed}");
    page.click("tbody tr:not(.f) summary");
    let open = page.text(&text);
    for part in ["Started session (1)", "Started session (*)", "the first is line 81, at byte"] {
        assert!(open.contains(part), "{part}: {open}");
    }
    let histogram = format!("{details}.querySelector('svg').getBoundingClientRect().width");
    assert!(page.evaluate(&histogram).as_f64().unwrap() > 100.0, "{open}");
    page.click("tbody tr:not(.f) summary");
    assert_eq!(page.text(&text), closed);
    page.assert_is_quiet();
}
