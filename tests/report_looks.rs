//! Reports as they look: in any width, light, dark and on paper, nothing is cut off or covered, and
//! all is readable.
//!
//! `LOGNORM_SCREENSHOTS=DIR` has pictures of all of them written into DIR, to be looked at.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod browser;
mod common;

use std::env::var_os;
use std::fs;
use std::path::Path;

use browser::Browser;
use browser::page::Page;
use common::directory::Directory;
use common::fixtures;

const WIDTHS: [u32; 4] = [400, 800, 1280, 2000];

/// Returns a directory with a report of each log, and of a difference, whose names it returns.
fn reports() -> (Directory, Vec<String>) {
    let directory = Directory::with([]);
    let mut logs = fixtures("log");
    match var_os("LOGNORM_SCREENSHOTS") {
        None => logs.retain(|log| log.ends_with("edge-cases.log") || log.ends_with("syslog.log")),
        Some(_) => {
            let corpus = var_os("LOGNORM_WORDS_CORPUS").into_iter();
            let entries = corpus.flat_map(|corpus| fs::read_dir(corpus).unwrap());
            logs.extend(entries.map(|entry| entry.unwrap().path()));
        }
    }
    let mut names = Vec::new();
    for log in logs.iter().filter(|log| log.extension().is_some_and(|it| it == "log")) {
        let name = log.file_stem().unwrap().to_str().unwrap();
        fs::copy(log, directory.path(&format!("{name}.log"))).unwrap();
        for rules in ["shape", "words"] {
            let run = format!("lognorm-mmap {name}.log --rules {rules}");
            directory.succeeds(&format!("{run} --patterns {name}-{rules}.html"));
            names.push(format!("{name}-{rules}"));
        }
    }
    let script = "
        head -n 20 syslog.log >old.log; tail -n 20 syslog.log >new.log; cat syslog.log >>new.log
        for it in old new; do lognorm-mmap $it.log --rules words --patterns $it.tsv || exit; done
        lognorm-mmap patterns diff old.tsv new.tsv -o diff.html; [ $? = 3 ]";
    directory.succeeds(script);
    names.push("diff".to_owned());
    (directory, names)
}

#[test]
fn nothing_is_cut_off_covered_or_faint() {
    let Some(browser) = Browser::start() else { return };
    let (directory, names) = reports();
    let page = Page::new(&browser);
    let mut flaws = Vec::new();
    for name in &names {
        page.load(&directory.path(&format!("{name}.html")));
        for (media, scheme) in [("", "light"), ("", "dark"), ("print", "light")] {
            page.set_media(media, scheme);
            for width in WIDTHS {
                page.set_size((width, 900));
                let scheme = if media.is_empty() { scheme } else { media };
                flaws.extend(look(&page, &format!("{name}-{width}-{scheme}")));
            }
        }
        page.set_media("", "light");
        page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)");
        for width in WIDTHS {
            page.set_size((width, 900));
            flaws.extend(look(&page, &format!("{name}-{width}-open")));
        }
        page.assert_is_quiet();
    }
    assert!(flaws.is_empty(), "{flaws:#?}");
}

/// Returns the flaws of the page as it is now. Writes a picture of it if there is a directory for it.
fn look(page: &Page<'_>, name: &str) -> Vec<String> {
    let flaws = page.texts(include_str!("browser/flaws.js"));
    if let Some(pictures) = var_os("LOGNORM_SCREENSHOTS") {
        page.screenshot(&Path::new(&pictures).join(name).with_extension("png"));
    }
    flaws.iter().map(|flaw| format!("{name}: {flaw}")).collect()
}

#[test]
fn a_report_is_light_or_dark_as_the_reader_wants() {
    let Some(browser) = Browser::start() else { return };
    let (directory, names) = reports();
    let page = Page::new(&browser);
    page.load(&directory.path(&format!("{}.html", names[0])));
    let brightness = "Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])";
    page.set_media("", "light");
    assert!(page.number(brightness) > 200);
    page.set_media("", "dark");
    assert!(page.number(brightness) < 60);
    page.set_media("print", "light");
    let search = "document.querySelector('input[type=search]').checkVisibility()";
    assert_eq!(page.evaluate(search), false, "paper cannot be searched");
}

#[test]
fn flaws_are_seen() {
    let Some(browser) = Browser::start() else { return };
    let directory = Directory::with([]);
    let page = Page::new(&browser);
    for (html, flaw) in [
        ("<p>text", ""),
        ("<p style='width: 9000px'>text", "wide"),
        ("<p style='width: 30px; overflow: hidden'>inextinguishable", "cut off"),
        ("<p style='width: 90px; overflow: hidden; white-space: pre-wrap'>a      \t\t  a", ""),
        ("<p>text<p style='margin-top: -2em'>text", "one on the other"),
        ("<p style='color: #999'>text", "faint"),
        ("<body style='background: #333'><p>text", "faint"),
        ("<main><table style='width: 300px'><td width=250>1<td><details>", "the examples have"),
    ] {
        fs::write(directory.path("page.html"), format!("<!doctype html>{html}")).unwrap();
        page.load(&directory.path("page.html"));
        let flaws = page.texts(include_str!("browser/flaws.js"));
        let seen = flaws.first().map_or("", |flaw| flaw);
        assert!(seen.contains(flaw) && seen.is_empty() == flaw.is_empty(), "{html}: {flaws:?}");
    }
}
