//! Reports of logs that are made to do harm: nothing of them runs.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod browser;
mod common;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use browser::Browser;
use browser::page::Page;
use browser::report::{assert_same, rows_of, unescape};
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

/// Lines that are to run, to break the page or to hide something.
const LINES: [&[u8]; 18] = [
    b"</script><script>window.hacked = 1</script>",
    b"</style><script>window.hacked = 1</script>",
    b"</title></head><body onload=window.hacked=1>",
    b"<img src=x onerror=window.hacked=1>",
    b"<svg onload=window.hacked=1><use href=http://example.invalid/></svg>",
    b"\"'><script src=//example.invalid/x.js></script>",
    b"' onmouseover='window.hacked=1' autofocus onfocus='window.hacked=1",
    b"<iframe srcdoc='<script>parent.hacked=1</script>'>",
    b"<meta http-equiv=refresh content='0;url=http://example.invalid/'>",
    b"<base href=http://example.invalid/><form action=//example.invalid>",
    b"<!-- not closed",
    b"<![CDATA[ ]]> ]]> --> &lt;b&gt; &#60;i&#x3e; &amp;amp; `${window.hacked=1}` {{1+1}}",
    b"</table></main></body></html><plaintext><textarea>",
    b"nul \0 escape \x1b[31m red \x07 \x7f backslash \\x00 \\ tab\there",
    b"not UTF-8 \xff\xfe \xc0\xaf \xed\xa0\x80 cut \xe2\x82",
    "turned \u{202e}txt.exe\u{202c} \u{2066}isolated \u{200b}hidden \u{feff}mark".as_bytes(),
    "other ends \u{2028}of \u{2029}lines \u{85} \u{fffe} \u{10ffff} \u{a0}e\u{301}\u{301}\u{301}"
        .as_bytes(),
    b"=cmd|' /C calc'!A0",
];

/// Asserts that the page shows what the catalogue has, and that nothing of it runs.
#[track_caller]
fn assert_is_text(page: &Page<'_>, tsv: &str, what: &str) {
    assert_nothing_runs(page, what);
    assert_same(&page.rows(), &rows_of(tsv), what);
}

/// Asserts that nothing of the log runs, also in rows that are open and when something has the focus.
#[track_caller]
fn assert_nothing_runs(page: &Page<'_>, what: &str) {
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)");
    page.press("Tab");
    page.evaluate("new Promise(done => setTimeout(done, 50))");
    assert_eq!(page.evaluate("typeof window.hacked"), "undefined", "{what}");
    let markup = "document.querySelectorAll('img, iframe, object, embed, form, base, textarea, \
        plaintext, script:not(body > script), [onload], [onerror], [onfocus], [onmouseover]').length";
    assert_eq!(page.number(markup), 0, "{what}");
    page.assert_is_quiet();
}

#[test]
fn nothing_of_a_log_runs() {
    let Some(browser) = Browser::start() else { return };
    let directory = Directory::with([]);
    fs::write(directory.path("in.log"), LINES.join(&b'\n')).unwrap();
    fs::write(directory.path("old.log"), LINES[..9].join(&b'\n')).unwrap();
    for rules in ["shape", "words"] {
        let name = format!("{rules} <img src=x onerror=window.hacked=1> \"' &amp; \u{202e}.log");
        fs::copy(directory.path("in.log"), directory.path(&name)).unwrap();
        directory.succeeds(&format!(
            "for it in old in; do lognorm-mmap $it.log --rules {rules} --patterns $it.tsv -f; done
            lognorm-mmap {rules}*.log --rules {rules} --patterns in-{rules}.html"
        ));
        let page = browser.open(&directory, &format!("in-{rules}.html"));
        if rules == "words" {
            page.fold(false);
        }
        assert_is_text(&page, &directory.read("in.tsv"), rules);
        let title = page.text("document.title");
        assert!(title.contains("<img src=x onerror=window.hacked=1> \"' &amp; "), "{title}");
        assert!(!title.contains('\u{202e}'), "{title}");
        for (old, new) in [("old", "in"), ("in", "old")] {
            let diff = format!("lognorm-mmap patterns diff {old}.tsv {new}.tsv -o diff.html");
            let status = directory.run(&format!("rm -f diff.html; {diff}")).status;
            assert!(matches!(status.code(), Some(0 | 3)), "{diff}: {status}");
            page.load(&directory.path("diff.html"));
            assert_nothing_runs(&page, &diff);
        }
    }
}

#[test]
fn long_lines_make_no_long_page() {
    let Some(browser) = Browser::start() else { return };
    let directory = Directory::with([]);
    let many = |text: &str, times: usize| text.repeat(times) + "\n";
    let log = [
        many("(", 1 << 20),
        many("<script>", 1 << 17),
        many("a1 <b> ", 1 << 17),
        many("\u{202e}\0", 1 << 18),
        many("é", 1 << 20),
    ];
    fs::write(directory.path("in.log"), log.concat()).unwrap();
    for rules in ["shape", "words"] {
        let run = format!("lognorm-mmap in.log --rules {rules} --patterns");
        directory.succeeds(&format!("{run} in.tsv -f; {run} in.html -f"));
        let page = browser.open(&directory, "in.html");
        if rules == "words" {
            page.fold(false);
        }
        assert_is_text(&page, &directory.read("in.tsv"), rules);
        assert_eq!(unescape(&page.examples()[0]).len(), 1024);
        let length = directory.read("in.html").len();
        assert!(length < 200 << 10, "{length}");
        page.set_size((400, 900));
        assert_eq!(page.number("document.documentElement.scrollWidth"), 400, "{rules}");
    }
}
