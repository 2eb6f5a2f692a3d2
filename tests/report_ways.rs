//! Reports of differences, by keyboard alone, without their script, and with very many rows.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod browser;
mod common;

use std::fs;

use browser::Browser;
use browser::page::Page;
use common::directory::Directory;
use serde_json::Value;

/// Two logs, of which the second has a pattern more, one less, and one far more often.
const OLD: &str = "up (1)\nup (2)\nup (3)\ndown\nslow [1] and\n";
const NEW: &str = "up (1)\nup (2)\nup (3)\nslow [1] and\nlost <b>\n";

/// Returns the directory with the catalogues `old.tsv` and `new.tsv` by the word rules.
fn catalogues() -> Directory {
    let directory = Directory::with([]);
    fs::write(directory.path("old.log"), OLD.repeat(40)).unwrap();
    fs::write(directory.path("new.log"), NEW.repeat(40) + &"slow [7] and\n".repeat(100)).unwrap();
    directory.succeeds(
        "for it in old new; do lognorm-mmap $it.log --rules words --patterns $it.tsv; done",
    );
    directory
}

#[test]
fn a_difference_has_the_sections_that_diff_says() {
    let Some(browser) = Browser::start() else { return };
    let directory = catalogues();
    let diff = |format: &str| {
        let script = format!("lognorm-mmap patterns diff {format} old.tsv new.tsv");
        directory.run(&script)
    };
    assert_eq!(diff("-o diff.html").status.code(), Some(3));
    let output = diff("--format jsonl");
    let lines = String::from_utf8(output.stdout).unwrap();
    let objects: Vec<Value> = lines.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let page = browser.open(&directory, "diff.html");
    let rows = page.rows();
    for kind in ["new", "gone", "changed"] {
        let of_page: Vec<_> = rows.iter().filter(|row| row.section == kind).collect();
        let of_diff: Vec<_> = objects.iter().filter(|object| object["kind"] == kind).collect();
        assert_eq!((of_page.len(), of_diff.len()), (1, 1), "{kind}: {lines}");
        let (row, object) = (of_page[0], of_diff[0]);
        assert_eq!(object["pattern"], *row.pattern.as_deref().unwrap(), "{kind}");
        assert_eq!(object["examples"][0], row.example, "{kind}");
        let count = if kind == "gone" { "old_count" } else { "new_count" };
        assert_eq!(object[count], row.count, "{kind}");
    }
    let unchanged: Vec<_> = rows.iter().filter(|row| row.section == "unchanged").collect();
    assert_eq!(unchanged.len() as u64, objects.last().unwrap()["unchanged"].as_u64().unwrap());
    assert_eq!(unchanged[0].example, "up (1)");
    let sections = "[...document.querySelectorAll('main section')].map(it => it.id)";
    assert_eq!(page.texts(sections), ["new", "gone", "changed", "unchanged"]);
    let changed = page.text("document.querySelector('#changed tbody').innerText");
    for share in ["20.00 %", "46.67 %"] {
        assert!(changed.contains(share), "{changed}");
    }
    page.assert_is_quiet();
}

/// Returns what has the focus, for a message or a comparison.
fn focus(page: &Page<'_>) -> String {
    page.text("(it => `${it.localName} ${it.closest('[data-key], tr')?.dataset.key ?? ''}`.trim())(document.activeElement)")
}

#[test]
fn the_keyboard_is_enough() {
    let Some(browser) = Browser::start() else { return };
    let directory = catalogues();
    directory.succeeds("lognorm-mmap new.log --rules words --patterns new.html");
    let page = browser.open(&directory, "new.html");
    let mut stops = Vec::new();
    for _ in 0..30 {
        page.press("Tab");
        let stop = focus(&page);
        if stop == "body" {
            break;
        }
        let outline = "getComputedStyle(document.activeElement).outlineStyle";
        assert_ne!(page.text(outline), "none", "{stop} has the focus unseen");
        stops.push(stop);
    }
    let heads =
        ["count", "share", "place", "example", "first", "last"].map(|it| format!("button {it}"));
    let expected = [&["input".to_owned(), "input".to_owned()], &heads[..]].concat();
    let expected = [expected, vec!["summary".to_owned(); 3]].concat();
    assert_eq!(stops, expected);
    // To the first column, which sorts, and to the first row, which opens.
    page.press("/");
    assert_eq!(page.text("document.activeElement.type"), "search");
    page.press("Tab");
    page.press(" ");
    page.press("Tab");
    for key in ["Enter", " "] {
        let before = page.text("document.querySelector('th[data-key=count]').ariaSort");
        page.press(key);
        assert_ne!(
            page.text("document.querySelector('th[data-key=count]').ariaSort"),
            before,
            "{key}"
        );
    }
    for _ in 0..6 {
        page.press("Tab");
    }
    for (key, is_open) in [("Enter", true), (" ", false)] {
        page.press(key);
        assert_eq!(page.evaluate("document.activeElement.parentElement.open"), is_open, "{key}");
    }
    page.assert_is_quiet();
}

#[test]
fn without_its_script_the_table_is_there() {
    let Some(browser) = Browser::start() else { return };
    let directory = catalogues();
    directory.succeeds("lognorm-mmap new.log --rules words --patterns new.html");
    let page = Page::new(&browser);
    page.allow_scripts(false);
    page.load(&directory.path("new.html"));
    assert_eq!(page.examples(), ["slow [1] and", "up (1)", "lost <b>"]);
    let controls = "[...document.querySelectorAll('input[type=search], th button')]
        .filter(it => it.checkVisibility()).length";
    assert_eq!(page.number(controls), 0, "what needs the script is not shown");
    page.click("tbody summary");
    let details = page.text("document.querySelector('tbody details').innerText");
    assert!(details.contains("slow [*] and"), "{details}");
    page.assert_is_quiet();
}

#[test]
fn ten_thousand_rows_are_searched() {
    let Some(browser) = Browser::start() else { return };
    let line = |number: usize| {
        let word: String = number.to_string().bytes().map(|it| char::from(it + 49)).collect();
        format!("user {word} has logged in from {number}\n")
    };
    let log: String = (10_000..20_000).map(line).collect();
    let directory = Directory::with([("in.log", &log)]);
    directory.succeeds("lognorm-mmap in.log --rules words --top 0 --patterns all.html");
    directory.succeeds("lognorm-mmap in.log --rules words --patterns some.html");
    let page = browser.open(&directory, "all.html");
    page.fold(false);
    assert_eq!(page.number("document.querySelectorAll('tbody tr:not(.f)').length"), 10_000);
    page.press("/");
    page.enter("bcdef");
    page.wait_until("/^\\D*1\\b/.test(document.querySelector('[role=status]').textContent)");
    assert_eq!(page.examples(), ["user bcdef has logged in from 12345"]);
    page.assert_is_quiet();
    page.load(&directory.path("some.html"));
    page.fold(false);
    assert_eq!(page.rows().len(), 1000);
    let text = page.text("document.querySelector('main').innerText");
    assert!(text.contains("The first 1,000 of 10,000 patterns are shown."), "{text}");
    assert!(text.contains("The others have 9,000 lines."), "{text}");
}
