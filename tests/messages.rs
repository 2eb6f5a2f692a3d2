//! Messages beside the patterns: figures, warnings, progress, help, completions, the manual page.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;
use std::time::Instant;

use common::big::BigLog;
use common::directory::{Directory, LOG, PATTERNS, utf8};
use common::needs;

#[test]
fn the_keys_of_the_figures_are_those_that_are_documented() {
    let directory = Directory::with([LOG]);
    let Output { stderr, .. } = directory.run("lognorm-mmap --stats=json in.log");
    let stats: serde_json::Map<_, _> = serde_json::from_slice(&stderr).unwrap();
    let document = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/STATS.md");
    let document = fs::read_to_string(document).unwrap();
    // The rows of its table: | `key` | type | meaning |
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.map(|row| row.split_once("` | ").unwrap());
    let documented: Vec<_> = rows.collect();
    let keys: Vec<_> = documented.iter().map(|(key, _)| *key).collect();
    assert_eq!(stats.keys().map(String::as_str).collect::<Vec<_>>(), {
        let mut keys = keys.clone();
        keys.sort_unstable();
        keys
    });
    for (key, rest) in documented {
        let is_type = match rest.split(" | ").next().unwrap() {
            "integer" => stats[key].is_u64(),
            "integer or null" => stats[key].is_u64() || stats[key].is_null(),
            "number" => stats[key].is_f64(),
            "number or null" => stats[key].is_f64() || stats[key].is_null(),
            "string" => stats[key].is_string(),
            "array of strings" => stats[key].is_array(),
            other => panic!("{key} is of type {other}"),
        };
        assert!(is_type, "{key}: {}", stats[key]);
    }
}

#[test]
fn warnings_are_in_the_figures_for_programs_and_nothing_is_beside_them() {
    let directory = Directory::with([("in.log", "a\n(b)\n(b)\n")]);
    let few = "--max-patterns=1 in.log --patterns few.tsv";
    let warning = "few.tsv: lines whose patterns are beyond the limit, and are not named: 2";
    let run = |arguments: &str| {
        let Output { status, stderr, .. } = directory.run(&format!("lognorm-mmap {arguments}"));
        assert!(status.success(), "{arguments}: {status}");
        utf8(stderr)
    };
    let warnings = |text: &str| {
        let stats: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(stats["lines"], 3, "{stats}");
        stats["warnings"].clone()
    };
    assert_eq!(warnings(&run(&format!("--stats=json {few}"))), serde_json::json!([warning]));
    let known = "in.log new.log --known few.tsv";
    assert_eq!(warnings(&run(&format!("--stats=json {known}"))), serde_json::json!([warning]));
    assert_eq!(warnings(&run("--stats=json in.log out.log")), serde_json::json!([]));
    assert_eq!(warnings(&run(&format!("--stats=json -q {few}"))), serde_json::json!([]));
    // Otherwise they are printed.
    let printed = format!("lognorm-mmap: warning: {warning}\n");
    assert_eq!(run(few), printed);
    let text = run(&format!("--stats {few}"));
    assert!(text.starts_with(&printed) && text.lines().count() == 3, "{text}");
    assert_eq!(run(&format!("-q {few}")), "");
    assert_eq!(run(&format!("-q --stats {few}")).lines().count(), 2);
    // A run that fails has no figures to hold them.
    let failing = "lognorm-mmap --stats=json no.log --known few.tsv";
    let reason = "lognorm-mmap: no.log: No such file or directory\n";
    assert_eq!(utf8(directory.run(failing).stderr), format!("{printed}{reason}"));
}

#[test]
fn the_phases_make_up_the_run() {
    let directory = Directory::with([]);
    BigLog::new(20_000_000).put(&directory);
    // So long that what is in no phase, and the ticks by which CPU time is split, do not matter.
    let script = "lognorm-mmap --stats=json --threads=2 --kernel=scalar in.log out";
    let Output { stderr, .. } = directory.run(script);
    let stats: serde_json::Value = serde_json::from_slice(&stderr).unwrap();
    let number = |key: &str| stats[key].as_f64().unwrap();
    let phases = ["open_seconds", "normalize_seconds", "write_seconds", "commit_seconds"];
    assert!(phases.iter().all(|phase| number(phase) > 0.0), "{stats}");
    let sum: f64 = phases.iter().map(|phase| number(phase)).sum();
    let elapsed = number("elapsed_seconds");
    assert!(sum <= elapsed && sum > elapsed / 2.0, "{sum}: {stats}");
    let cpu = number("cpu_user_seconds") + number("cpu_system_seconds");
    assert!(cpu > 0.0 && number("minor_page_faults") > 0.0, "{stats}");
    // Part of an arena at least, and no page of the log.
    let anonymous = number("peak_anonymous_bytes");
    assert!(anonymous > 2e5 && anonymous < number("peak_resident_bytes"), "{stats}");
}

#[test]
fn progress_is_shown_where_it_is_asked_for() {
    let directory = Directory::with([LOG]);
    let Output { status, stdout, stderr } = directory.run("lognorm-mmap --progress=always in.log");
    let shown = utf8(stderr);
    assert_eq!((status.code(), utf8(stdout)), (Some(0), PATTERNS.into()));
    assert!(shown.contains("of 32 B"), "{shown:?}");
    // The length of a pipe is unknown.
    let Output { stdout, stderr, .. } =
        directory.run("cat in.log | lognorm-mmap --progress=always");
    let shown = utf8(stderr);
    assert_eq!(utf8(stdout), PATTERNS);
    assert!(shown.contains("B/s") && !shown.contains(" of "), "{shown:?}");
    for options in ["", "--progress=auto", "--progress=never", "--quiet"] {
        assert_eq!(directory.succeeds(&format!("lognorm-mmap {options} in.log")), PATTERNS);
    }
}

#[test]
fn progress_comes_after_a_second_on_a_terminal_and_goes_away() {
    if !needs::program("script") {
        return;
    }
    // The log does not end before progress is shown.
    let shown = on_terminal(
        "(cat in.log; until grep -q \"32 B, \" shown; do sleep .05; done; cat in.log) |
         lognorm-mmap - out",
    );
    assert!(shown.contains("32 B, "), "{shown:?}");
    // The bar leaves a cleared line.
    let (_, end) = shown.rsplit_once("\u{1b}[2K").unwrap();
    assert!(end.starts_with("4 lines, "), "{shown:?}");
    // The rate counts the time before the bar appeared.
    assert!(!shown.contains("MB/s"), "{shown:?}");
}

#[test]
fn progress_does_not_come_before_a_second_nor_where_it_is_not_wanted() {
    if !needs::program("script") {
        return;
    }
    let slow = "(cat in.log; sleep 1.3; cat in.log) | lognorm-mmap - out";
    std::thread::scope(|scope| {
        for quiet in
            ["lognorm-mmap in.log out", &format!("{slow} -q"), &format!("{slow} --progress=never")]
        {
            let quiet = quiet.to_owned();
            scope.spawn(move || {
                let start = Instant::now();
                let shown = on_terminal(&quiet);
                // Nothing keeps a busy machine from taking as long without a reason.
                let may_be_shown = !quiet.contains("sleep") && start.elapsed().as_secs() >= 1;
                assert!(may_be_shown || !shown.contains("\u{1b}[2K"), "{quiet}: {shown:?}");
            });
        }
    });
}

/// Returns the text that `run` shows on a terminal. It is in the file `shown` as it comes.
fn on_terminal(run: &str) -> String {
    let directory = Directory::with([LOG]);
    directory.succeeds(&format!("script --quiet --return --command '{run}' typescript >shown"));
    directory.read("shown")
}

#[test]
fn the_long_version_names_kernels_and_codecs() {
    let directory = Directory::with([]);
    let short = format!("lognorm-mmap {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(directory.succeeds("lognorm-mmap -V"), short);
    let long = directory.succeeds("lognorm-mmap --version");
    assert!(long.starts_with(&short), "{long}");
    let best = lognorm_mmap::Kernel::best().name();
    for part in ["\nkernels: ", &format!("{best} (used)"), "scalar", "\ncodecs: gzip, zstd, xz, "] {
        assert!(long.contains(part), "{part}: {long}");
    }
}

#[test]
fn help_and_the_manual_page_have_every_option_and_an_example() {
    let directory = Directory::with([]);
    let help = directory.succeeds("lognorm-mmap --help");
    let manual = directory.succeeds("lognorm-mmap --man").replace("\\-", "-");
    let guide = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/GUIDE.md")).unwrap();
    // The first lines of entries: `  -t, --target-directory <DIR>`, `      --sync`.
    let entries = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let names: Vec<_> =
        entries.filter_map(|line| line.split([' ', '[']).find(|it| it.starts_with("--"))).collect();
    assert!(names.len() > 20, "{names:?}");
    for option in names {
        assert!(manual.contains(option), "{option}: {manual}");
        assert!(guide.contains(&format!("`{option}")), "{option} is not in the guide");
    }
    for command in ["count", "merge", "diff", "show"] {
        let help = directory.succeeds(&format!("lognorm-mmap patterns {command} --help"));
        let options = help.split_whitespace().filter(|word| word.starts_with("--"));
        for option in options.map(|option| option.split('[').next().unwrap()) {
            assert!(manual.contains(option), "{option} of {command}: {manual}");
        }
    }
    for example in ["--rules words", "patterns show --fold", "patterns diff --fold"] {
        assert!(help.contains(example) && manual.contains(example), "{example}");
    }
    for heading in ["\nInput:\n", "\nOutput:\n", "\nExamples:\n", "\nUsage: "] {
        assert!(help.contains(heading), "{heading}: {help}");
    }
    if needs::program("man") {
        let page = directory.succeeds("lognorm-mmap --man >page; man -l -P cat page 2>warnings");
        assert!(page.contains("OPTIONS") && page.contains("PATTERNS MERGE"), "{page}");
        assert_eq!(directory.read("warnings"), "");
    }
}

#[test]
fn completions_know_the_options_and_their_values() {
    let directory = Directory::with([]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = directory.succeeds(&format!("lognorm-mmap --completions {shell}"));
        for option in ["target-directory", "rules", "fold", "format"] {
            assert!(script.contains(option), "{shell}: {option}: {script}");
        }
        // The scripts of some shells do not complete values.
        if ["bash", "zsh", "fish"].contains(&shell) {
            assert!(script.contains("words") && script.contains("jsonl"), "{shell}: {script}");
        }
    }
    if needs::program("bash") {
        let ask = "COMP_WORDS=(lognorm-mmap --decompress ''); COMP_CWORD=2; \
                   _lognorm__mmap lognorm-mmap '' --decompress; echo ${COMPREPLY[@]}";
        let script = format!(". ./it; {ask}");
        fs::write(directory.path("ask"), script).unwrap();
        let values = directory.succeeds("lognorm-mmap --completions bash >it; bash ask");
        assert_eq!(values, "auto none gzip zstd xz bzip2 lz4\n");
    }
    let Output { status, stderr, .. } = directory.run("lognorm-mmap --completions tcsh");
    assert_eq!(status.code(), Some(2));
    assert!(utf8(stderr).contains("bash, elvish, fish"));
    directory.fails("lognorm-mmap --man >/dev/full", "standard output");
}
