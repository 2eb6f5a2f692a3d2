//! What is made of catalogues to be looked at: tables, reports and rows, on standard output and in
//! files, and the options that go with each.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use common::directory::{Directory, LOG, utf8};

/// Ten patterns of the word rules: `up` three times, and nine others.
fn log() -> String {
    let others = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    ["up 1\nup 2\nup 3\n".to_owned(), others.map(|it| format!("no {it} left {it}\n")).concat()]
        .concat()
}

/// Returns a directory with the log as `in.log`, and its catalogues `p.tsv` and `p.jsonl`.
fn directory() -> Directory {
    let directory = Directory::with([("in.log", &*log())]);
    let run = "lognorm-mmap --rules words in.log --patterns";
    directory.succeeds(&format!("{run} p.tsv; {run} p.jsonl"));
    directory
}

#[test]
fn a_catalogue_is_shown_in_every_format() {
    let directory = directory();
    let show = |options: &str| directory.succeeds(&format!("lognorm-mmap patterns show {options}"));
    assert_eq!(show("--format tsv p.jsonl"), directory.read("p.tsv"));
    let table = show("p.tsv");
    assert!(table.starts_with("COUNT ") && table.contains("  EXAMPLE\n"), "{table}");
    let patterns = show("--show pattern p.tsv");
    assert!(patterns.contains("  PATTERN\n    3   25.00 %  "), "{patterns}");
    assert!(patterns.contains("  up *\n") && !patterns.contains("up 1"), "{patterns}");
    assert!(show("--fold --show example p.tsv").contains("  no a left a\n"));
    let rows = show("--format jsonl p.tsv");
    assert!(rows.starts_with("{\"kind\":\"pattern\",\"count\":3,"), "{rows}");
    assert!(show("--format html p.tsv").starts_with("<!DOCTYPE html>"));
    // In a file it is the same, and its extension says which.
    for (name, format) in
        [("q.tsv", "tsv"), ("q.jsonl", "jsonl"), ("q.html", "html"), ("q.HTM", "html")]
    {
        assert_eq!(show(&format!("p.tsv -o {name}")), "");
        assert_eq!(directory.read(name), show(&format!("p.tsv --format {format}")), "{name}");
        assert_eq!(show(&format!("p.tsv --format {format} -o {name}")), "", "replaces {name}");
    }
}

#[test]
fn the_most_frequent_are_shown_and_the_others_are_told_of() {
    let directory = directory();
    let run = |arguments: &str| directory.succeeds(&format!("lognorm-mmap {arguments}"));
    let more = "9 more patterns, 75.00 % of the lines: --top N shows more, --top 0 all";
    for command in ["patterns show p.tsv", "patterns count --rules words in.log --format table"] {
        let table = run(&format!("{command} --top 1"));
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines[2..], ["12 lines, 10 patterns", more], "{command}");
        assert!(lines[1].ends_with("  up 1"), "{table}");
        let all = run(&format!("{command} --top 0"));
        assert_eq!((all.lines().count(), &all), (12, &run(command)), "{command}");
        assert_eq!(run(&format!("{command} --top 99")), all);
    }
    assert_eq!(run("patterns show --format jsonl --top 4 p.tsv").lines().count(), 4);
    assert_eq!(run("patterns show --format jsonl --top 0 p.tsv").lines().count(), 10);
}

#[test]
fn a_report_is_written_by_every_command_that_makes_a_catalogue() {
    let directory = directory();
    let html = |script: &str, title: &str| {
        directory.succeeds(&format!("lognorm-mmap {script}"));
        let page = directory.read("r.html");
        assert!(page.starts_with("<!DOCTYPE html>"), "{script}");
        assert!(page.contains(title), "{script}: {page}");
    };
    html("in.log --patterns r.html", "in.log");
    html("in.log --rules words --patterns r.html --top 3", "in.log");
    html("- --patterns r.html <in.log", "standard input");
    html("patterns count in.log in.log -o r.html", "in.log, in.log");
    html("patterns count in.log in.log in.log in.log -o r.html", "4 logs");
    html("patterns merge p.tsv p.jsonl -o r.html --top 0", "p.tsv, p.jsonl");
    html("patterns show p.tsv -o r.html", "p.tsv");
    html("patterns show --fold=2 p.tsv -o r.html", "p.tsv");
    html("patterns diff p.tsv p.jsonl -o r.html", "p.tsv → p.jsonl");
    html("patterns diff --fold --top 3 p.tsv p.jsonl -o r.html", "p.tsv → p.jsonl");
    assert!(!directory.names().iter().any(|name| name.contains("html") && name != "r.html"));
}

#[test]
fn a_difference_is_written_in_every_format_and_exits_the_same() {
    let directory = directory();
    directory.succeeds("tail -n +4 in.log | lognorm-mmap --rules words --patterns less.tsv");
    for (format, output, begins) in [
        ("text", "", "KIND "),
        ("jsonl", "", "{\"kind\":\"new\",\"old_count\":0,\"new_count\":3,"),
        ("html", "", "<!DOCTYPE html>"),
        ("jsonl", "d.jsonl", "{\"kind\":\"new\",\"old_count\":0,\"new_count\":3,"),
        ("html", "d.html", "<!DOCTYPE html>"),
    ] {
        let to = if output.is_empty() { "-" } else { output };
        let options = format!("--format {format} -o {to}");
        let result = directory.run(&format!("lognorm-mmap patterns diff less.tsv p.tsv {options}"));
        assert_eq!((result.status.code(), utf8(result.stderr)), (Some(3), "".into()), "{options}");
        let text = if output.is_empty() { utf8(result.stdout) } else { directory.read(output) };
        assert!(text.starts_with(begins), "{options}: {text}");
        directory.succeeds(&format!("lognorm-mmap patterns diff p.tsv p.jsonl {options}"));
    }
    let text = directory.succeeds("lognorm-mmap patterns diff --top 2 p.tsv less.tsv");
    let last = "\n0 new, 1 gone, 0 changed, 9 much as before\n";
    assert!(text.ends_with(last) && text.lines().count() == 3, "{text}");
    let other = "echo other words | lognorm-mmap --rules words --patterns other.tsv";
    let script = format!("{other}; lognorm-mmap patterns diff --top 1 p.tsv other.tsv");
    let text = utf8(directory.run(&script).stdout);
    let end = "\n1 new, 10 gone, 0 changed, 0 much as before\n10 more changes: --top N shows more, --top 0 all\n";
    assert!(text.ends_with(end) && text.lines().count() == 4, "{text}");
}

#[test]
fn what_does_not_go_together_is_wrong_usage() {
    let directory = directory();
    let top = "--top goes with a table or a report";
    let show = "--show goes with a table";
    for (arguments, told) in [
        ("in.log --patterns q.tsv --top 5", top),
        ("in.log --patterns q.jsonl --top 5", top),
        ("in.log --patterns - --top 5", top),
        ("patterns count in.log -o q.tsv --top 5", top),
        ("patterns merge p.tsv -o q.jsonl --top 5", top),
        ("patterns show p.tsv -o q.tsv --top 5", top),
        ("patterns show p.tsv --format tsv --top 5", top),
        ("patterns diff p.tsv p.tsv --format jsonl --top 5", top),
        ("in.log --patterns q.html --show pattern", show),
        ("patterns show p.tsv -o q.jsonl --show pattern", show),
        ("patterns count in.log --format tsv --show example", show),
        ("in.log --top 5", "--top and --show go with --patterns"),
        ("in.log --known p.tsv --show pattern", "--top and --show go with --patterns"),
        ("-t . in.log --top 5", "--top and --show go with --patterns"),
        ("patterns show p.tsv --top x", "--top"),
        ("patterns show p.tsv --top -1", "-1"),
        ("patterns show --fold p.tsv -o q.tsv", "folded patterns do not add up"),
        ("patterns show --fold p.tsv --format tsv", "folded patterns do not add up"),
        ("patterns show p.tsv -o q.html --format table", "--format is not that of the extension"),
        ("patterns show p.tsv -o q.txt", "it must end in .tsv, .jsonl or .html"),
        ("patterns diff p.tsv p.tsv -o q.tsv", "FILE must end in .jsonl or .html"),
        ("patterns diff p.tsv p.tsv -o q.html --format text", "--format is not that of"),
        ("patterns diff p.tsv p.tsv --format table", "text, jsonl, html"),
    ] {
        let message = directory.message(&format!("lognorm-mmap {arguments}"), 2);
        assert!(message.contains(told), "{arguments}: {message}");
    }
    assert_eq!(directory.names(), ["in.log", "p.jsonl", "p.tsv"]);
}

#[test]
fn a_report_replaces_reports_and_nothing_else() {
    let directory = directory();
    let no_report = "exists and does not hold a report; --force replaces it";
    directory.succeeds(
        "cp in.log log.html; cp in.log log.jsonl; echo '<!DOCTYPE html><p>mine' >own.html;
         cp p.jsonl kept.jsonl; sed 1d p.jsonl >cut.jsonl; lognorm-mmap patterns show p.tsv -o r.jsonl; : >empty.html",
    );
    for (command, name) in [
        ("in.log --patterns", "log.html"),
        ("patterns show p.tsv -o", "own.html"),
        ("patterns show p.tsv -o", "kept.jsonl"),
        ("patterns show p.tsv -o", "cut.jsonl"),
        ("patterns show p.tsv -o", "log.jsonl"),
        ("patterns diff p.tsv p.tsv -o", "log.jsonl"),
        ("patterns count in.log -o", "own.html"),
        ("patterns merge p.tsv -o", "own.html"),
    ] {
        let reason = directory.fails(&format!("lognorm-mmap {command} {name}"), name);
        assert_eq!(reason, no_report, "{command} {name}");
    }
    let reason = directory.fails("lognorm-mmap in.log --patterns r.jsonl", "r.jsonl");
    assert_eq!(reason, "exists and does not hold a catalogue; --force replaces it");
    for replaces in [
        "patterns show p.tsv -o empty.html",
        "patterns diff p.tsv p.tsv -o empty.html",
        "in.log --patterns empty.html",
        "patterns diff p.tsv p.tsv -o r.jsonl",
        "patterns show --fold p.tsv -o r.jsonl",
        "patterns show p.tsv -f -o own.html",
        "patterns diff p.tsv p.tsv --force -o kept.jsonl",
        "in.log -f --patterns log.html",
    ] {
        directory.succeeds(&format!("lognorm-mmap {replaces}"));
    }
}

#[test]
fn a_report_with_long_examples_is_replaced() {
    let directory = Directory::with([]);
    let lines: String =
        (0..100).map(|number| format!("{number:03}{}\n", "z".repeat(1100))).collect();
    std::fs::write(directory.path("in.log"), lines).unwrap();
    directory.succeeds("lognorm-mmap in.log --examples 100 --patterns p.tsv");
    for command in ["show", "show --fold", "diff p.tsv"] {
        let rules = if command.contains("fold") { "words" } else { "shape" };
        let count = format!("lognorm-mmap in.log --rules {rules} --examples 100 --patterns p.tsv");
        let write = format!("lognorm-mmap patterns {command} p.tsv -o r.jsonl");
        directory.succeeds(&format!("{count}; {write}; {write}"));
    }
    assert!(directory.read("r.jsonl").len() < 1000);
    directory.succeeds("lognorm-mmap patterns show p.tsv -o long.jsonl");
    assert!(directory.read("long.jsonl").lines().next().unwrap().len() > 100 << 10);
}

#[test]
fn a_report_says_what_it_is_not_of() {
    let directory = directory();
    directory.succeeds("echo a >ok.log; head -c 100 /dev/urandom | gzip | head -c 60 >bad.gz");
    let title = |script: &str| {
        directory.run(&format!("rm -f r.html; lognorm-mmap {script}"));
        let page = directory.read("r.html");
        let (_, rest) = page.split_once("<h1>").unwrap();
        rest.split_once("</h1>").unwrap().0.to_owned()
    };
    assert_eq!(title("ok.log --patterns r.html"), "ok.log");
    assert_eq!(title("--shard 2/3 ok.log --patterns r.html"), "ok.log, part 2/3");
    assert_eq!(title("patterns count --shard 1/2 ok.log -o r.html"), "ok.log, part 1/2");
    assert_eq!(
        title("patterns count --keep-going ok.log bad.gz -o r.html"),
        "ok.log, bad.gz, without 1 that could not be read"
    );
}

#[test]
fn no_catalogue_is_lost_to_what_is_made_of_it() {
    let directory = directory();
    directory.succeeds("ln -s p.jsonl soft.jsonl; cp p.tsv page.html");
    let same = "input and output are the same file";
    for (script, path) in [
        ("show p.tsv -o p.tsv", "p.tsv"),
        ("show -f p.jsonl -o soft.jsonl", "p.jsonl"),
        ("diff -f p.tsv p.jsonl -o ./p.jsonl", "p.jsonl"),
        ("diff -f page.html p.jsonl -o page.html", "page.html"),
    ] {
        assert_eq!(directory.fails(&format!("lognorm-mmap patterns {script}"), path), same);
    }
    let reason = directory.fails("lognorm-mmap patterns show -f - -o p.tsv <p.tsv", "/dev/stdin");
    assert_eq!(reason, same);
    directory.succeeds("ln -s /dev/full full.html");
    let reason = directory.fails("lognorm-mmap patterns show p.tsv -o full.html", "full.html");
    assert_eq!(reason, "No space left on device");
}

#[test]
fn a_reader_that_takes_the_first_lines_is_no_failure() {
    let directory = Directory::with([LOG]);
    let lines: String =
        (0..20_000).map(|line| format!("{line:020b} x\n").replace('0', ".")).collect();
    std::fs::write(directory.path("long.log"), lines).unwrap();
    directory.succeeds("lognorm-mmap --rules words long.log --patterns p.tsv");
    for options in ["", "--format jsonl", "--format html", "--top 0"] {
        let script = format!("lognorm-mmap patterns show {options} p.tsv | head -n 1");
        assert_eq!(directory.succeeds(&script).lines().count(), 1, "{script}");
    }
}
