//! Tables and differences on a terminal: they fit, and have colours.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs::File;
use std::io::Read;

use common::directory::Directory;
use common::running::Running;
use nix::pty::{OpenptyResult, Winsize, openpty};

/// The size of a terminal, in columns and rows.
type Size = (u16, u16);

/// Returns what `lognorm-mmap` with `arguments` shows on a terminal of this size: on standard output
/// and on standard error.
#[track_caller]
fn shown(directory: &Directory, (columns, rows): Size, arguments: &str) -> String {
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    let OpenptyResult { master, slave } = openpty(Some(&size), None).unwrap();
    let mut command = directory.process(&format!("lognorm-mmap {arguments}"));
    command.env("TERM", "xterm").env_remove("NO_COLOR");
    command.stdout(slave.try_clone().unwrap()).stderr(slave);
    let mut program = Running::spawn(&mut command);
    drop(command);
    let (mut text, mut master) = (Vec::new(), File::from(master));
    // The end of a terminal whose other side is closed is an error.
    let _ = master.read_to_end(&mut text);
    assert!(matches!(program.wait().unwrap().code(), Some(0 | 3)), "{arguments}: {text:?}");
    String::from_utf8(text).unwrap().replace("\r\n", "\n")
}

/// Returns `text` without colours.
fn plain(text: &str) -> String {
    let parts = text.split('\x1b').enumerate();
    parts
        .map(|(index, part)| if index == 0 { part } else { part.split_once('m').unwrap().1 })
        .collect()
}

/// Returns a directory with a catalogue of 100 patterns by the word rules, `p.tsv`, and one of 50
/// others, `q.tsv`.
fn directory() -> Directory {
    let word = |number: usize| format!("no{}", "o".repeat(number));
    let lines = |numbers: std::ops::Range<usize>| -> String {
        numbers
            .map(|number| format!("{} took {number} ms\n", word(number)).repeat(number))
            .collect()
    };
    let directory = Directory::with([("in.log", &*lines(1..101)), ("new.log", &*lines(101..151))]);
    let run = "lognorm-mmap --rules words";
    directory.succeeds(&format!("{run} in.log --patterns p.tsv; {run} new.log --patterns q.tsv"));
    directory
}

#[test]
fn a_table_is_as_high_and_as_wide_as_the_terminal() {
    let directory = directory();
    for size in [(60, 10), (80, 24), (120, 24), (200, 50)] {
        for (arguments, lines_after) in [
            ("patterns show p.tsv", 0),
            ("patterns show --fold p.tsv", 0),
            ("patterns merge p.tsv", 0),
            ("patterns count -q --rules words in.log", 0),
            ("--rules words -q in.log --patterns -", 0),
            ("--rules words in.log --patterns -", 2),
        ] {
            let table = plain(&shown(&directory, size, arguments));
            let lines: Vec<_> = table.lines().collect();
            let height =
                lines.iter().map(|line| line.chars().count().div_ceil(size.0.into()).max(1));
            // The last row is for the prompt.
            let height = height.sum::<usize>();
            assert!(height < usize::from(size.1), "{size:?}: {arguments}: {table}");
            assert!(lines[0].starts_with("COUNT "), "{size:?}: {arguments}: {table}");
            let more = lines[lines.len() - 1 - lines_after];
            let shown = lines.len() - 3 - lines_after;
            if !arguments.contains("--fold") {
                let expected = format!("{} more patterns", 100 - shown);
                assert!(
                    more.starts_with(&expected) && more.ends_with("--top 0 all"),
                    "{size:?}: {arguments}: {table}"
                );
                assert!(
                    lines_after > 0 || height + 1 == usize::from(size.1),
                    "{arguments}: {table}"
                );
            }
            let fit = &lines[..lines.len() - lines_after];
            let too_wide = fit.iter().find(|line| line.chars().count() > size.0.into());
            assert_eq!(too_wide, None, "{size:?}: {arguments}");
        }
    }
}

#[test]
fn all_or_as_many_as_are_wanted_are_shown_however_high_the_terminal_is() {
    let directory = directory();
    for (arguments, rows) in [
        ("patterns show --top 40 p.tsv", 41),
        ("patterns show --top 0 p.tsv", 100),
        ("-q --rules words in.log --patterns - --top 0", 100),
        ("patterns diff --top 0 p.tsv q.tsv", 150),
        ("patterns diff --top 30 p.tsv q.tsv", 31),
    ] {
        let lines = shown(&directory, (80, 10), arguments).lines().count();
        // Beside rows, and a line about others, the head and the sum.
        assert_eq!(lines, rows + 2, "{arguments}");
    }
    // A terminal that does not tell its size, or has no room, shows something all the same.
    for size in [(80, 1), (1, 2), (0, 0)] {
        let table = plain(&shown(&directory, size, "patterns show p.tsv"));
        assert!(table.lines().count() >= 3, "{size:?}: {table}");
    }
}

#[test]
fn a_difference_fits_and_what_is_new_has_a_colour() {
    let directory = directory();
    for size in [(60, 10), (80, 24), (120, 50)] {
        let text = shown(&directory, size, "patterns diff p.tsv q.tsv");
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len() + 1, usize::from(size.1), "{text}");
        assert!(lines[1].starts_with("\x1b[32mnew "), "{text:?}");
        assert_eq!(lines[lines.len() - 2], "50 new, 100 gone, 0 changed, 0 much as before");
        let more = format!("{} more changes: --top N shows more, --top 0 all", 153 - lines.len());
        assert_eq!(plain(lines[lines.len() - 1]), more);
        assert_eq!(lines[0].contains("WHERE IN THE LOG"), size.0 >= 120, "{text}");
        let too_wide = lines.iter().find(|line| plain(line).chars().count() > size.0.into());
        assert_eq!(too_wide, None, "{size:?}");
    }
    let gone = shown(&directory, (80, 24), "patterns diff q.tsv q.tsv");
    assert_eq!(gone, "0 new, 0 gone, 0 changed, 50 much as before\n");
}

#[test]
fn there_are_no_colours_where_they_are_not_wanted() {
    let directory = directory();
    for arguments in ["patterns show p.tsv", "patterns diff p.tsv q.tsv"] {
        let coloured = shown(&directory, (80, 24), arguments);
        assert!(coloured.contains("\x1b[2m") && coloured.contains("\x1b[1m"), "{coloured:?}");
        let script =
            |setting: &str| format!("--version >/dev/null; {setting} lognorm-mmap {arguments}");
        for setting in ["NO_COLOR=1", "TERM=dumb"] {
            assert_eq!(
                shown(&directory, (80, 24), &script(setting)),
                plain(&coloured),
                "{setting}"
            );
        }
        assert_eq!(shown(&directory, (80, 24), &script("NO_COLOR=")), coloured);
        // A pipe has none either.
        let piped = directory.run(&format!("lognorm-mmap {arguments} | cat"));
        assert!(!piped.stdout.contains(&b'\x1b'));
    }
}

#[test]
fn the_bar_of_progress_is_gone_before_the_table_comes() {
    let directory = directory();
    for (arguments, told) in [
        ("in.log --patterns -", "/s, "),
        ("patterns count in.log", " logs, "),
        ("in.log --patterns - --top 3", "/s, "),
    ] {
        let text = shown(&directory, (80, 24), &format!("{arguments} --progress=always"));
        let (before, table) = text.split_once("COUNT").unwrap();
        assert!(before.contains(told), "{text:?}");
        assert!(before.contains("\x1b[2K") && !table.contains("\x1b[2K"), "{text:?}");
    }
}
