//! Reports of logs that are made to do harm: nothing of them runs.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod browser;
mod common;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use browser::Browser;
use common::directory::Directory;
use serde_json::json;

#[test]
fn what_a_page_does_is_seen() {
    let Some(browser) = Browser::start() else { return };
    let quiet = "<!doctype html><meta charset=utf-8><title>t</title><input id=x><p>text";
    let directory = Directory::with([("quiet.html", quiet)]);
    let page = browser.open(&directory, "quiet.html");
    page.assert_is_quiet();
    page.press("Tab");
    page.enter("a /b");
    page.press("Backspace");
    assert_eq!(page.text("document.activeElement.value"), "a /");
    page.click("p");
    assert_eq!(page.text("document.activeElement.tagName"), "BODY");
    for harm in [
        "<script>console.log(1)</script>",
        "<script>throw 1</script>",
        "<script>nothing()</script>",
        "<img src=x>",
        "<link rel=stylesheet href='https://example.invalid/'>",
    ] {
        fs::write(directory.path("harm.html"), format!("{quiet}{harm}")).unwrap();
        page.load(&directory.path("harm.html"));
        let seen = catch_unwind(AssertUnwindSafe(|| page.assert_is_quiet()));
        assert!(seen.is_err(), "{harm}");
    }
    fs::write(directory.path("script.html"), format!("{quiet}<script>window.ran = 1</script>"))
        .unwrap();
    page.load(&directory.path("script.html"));
    assert_eq!(page.evaluate("window.ran"), json!(1));
    page.allow_scripts(false);
    page.load(&directory.path("script.html"));
    assert_eq!(page.evaluate("[window.ran, document.title]"), json!([null, "t"]));
}
