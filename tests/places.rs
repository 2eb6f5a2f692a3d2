//! Where in the log lines are: the same in every way and in every sum, and shown.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::directory::Directory;
use common::needs;

const COUNT: &str = "lognorm-mmap patterns count";
const MERGE: &str = "lognorm-mmap patterns merge";

/// Returns a directory with 200 logs in `logs`, some of them large, some empty, some without a newline at
/// the end or with a mark at the start, and the catalogue of each in `tsv`.
fn directory_with_logs() -> Directory {
    let directory = Directory::with([]);
    directory.succeeds("mkdir logs tsv");
    for number in 0..200_usize {
        let lines = match number % 20 {
            3 => 0,
            7 => 5000,
            _ => 20 + number % 13,
        };
        let line = |line: usize| match (line + number) % 5 {
            0 => format!("GET /{line}/{number} took {line} ms\n"),
            1 => format!("[{line}] user={number}, from ({line})\n"),
            _ => format!("{} retry\n", "-".repeat((line % 40) * (number % 3))),
        };
        let mut log = (0..lines).map(line).collect::<String>();
        match number % 10 {
            4 => log.insert(0, '\u{feff}'),
            8 => log.truncate(log.trim_end().len()),
            _ => {}
        }
        fs::write(directory.path(&format!("logs/{number:03}")), log).unwrap();
    }
    let each = "for log in logs/*; do lognorm-mmap -q $log --patterns - >tsv/${log#*/}; done";
    directory.succeeds(each);
    directory
}

#[test]
fn sums_are_the_same_in_any_tree_and_in_any_way() {
    let directory = directory_with_logs();
    let sum = directory.succeeds(&format!("{MERGE} tsv/*"));
    assert!(sum.contains("\tleast_level="), "{}", sum.lines().next().unwrap());
    for script in [
        // By tens, by unequal parts, and each added to the sum of all before.
        format!(
            "for ten in $(seq 0 19); do t=$(printf %02d $ten); {MERGE} tsv/$t? -o t.$t.tsv; done; \
             {MERGE} t.*"
        ),
        format!(
            "{MERGE} tsv/00[0-6] -o a.tsv; {MERGE} tsv/00[7-9] tsv/0[1-9]? -o b.jsonl; \
             {MERGE} tsv/1* -o c.tsv; {MERGE} b.jsonl c.tsv -o d.tsv; {MERGE} a.tsv d.tsv"
        ),
        format!(
            "{MERGE} tsv/000 -o s.tsv; for it in tsv/0[0-4]?; do \
             [ $it = tsv/000 ] || {MERGE} s.tsv $it -f -o s.tsv; done; \
             {MERGE} s.tsv tsv/0[5-9]? tsv/1*"
        ),
        format!("{COUNT} logs/*"),
        format!("{COUNT} -j1 --chunk-size=1000 logs/*"),
        format!("{COUNT} -j8 --chunk-size=100 --no-mmap logs/*"),
        format!("ls -d logs/* >list; {COUNT} -j2 --files-from list"),
        format!(
            "for i in 1 2 3; do {COUNT} --shard $i/3 --files-from list -o p$i.tsv; done; {MERGE} p?.tsv"
        ),
        format!("tar -cf all.tar logs/*; {COUNT} all.tar"),
        format!("cat logs/007 | {COUNT} logs/00[0-6] - logs/00[89] logs/0[1-9]? logs/1*"),
    ] {
        let given = directory.succeeds(&format!("set -e; {script}"));
        assert!(given == sum, "{script}: {}", given.lines().next().unwrap());
    }
    if needs::program("gzip") {
        directory.succeeds(
            "mkdir packed; for log in logs/*; do gzip -c $log >packed/${log#*/}.gz; done",
        );
        assert!(directory.succeeds(&format!("{COUNT} packed/*")) == sum);
        // A log that cannot be read to its end leaves nothing.
        directory.succeeds("head -c -5 packed/127.gz >packed/150a.gz");
        let given = directory.run(&format!("{COUNT} --keep-going packed/*"));
        assert_eq!((given.status.code(), given.stdout == sum.as_bytes()), (Some(1), true));
    }
}

#[test]
fn the_parts_of_a_log_have_the_places_of_the_whole() {
    let directory = directory_with_logs();
    directory.succeeds("cat logs/004 logs/007 logs/027 logs/008 >in.log");
    let whole = directory.succeeds("lognorm-mmap in.log --patterns -");
    for count in [1, 2, 7, 40] {
        let parts = format!(
            "set -e; rm -f part.*; for i in $(seq 100 {}); do lognorm-mmap -q in.log \
             --shard $((i - 99))/{count} --chunk-size=$((i * 50)) --patterns - >part.$i; done; {MERGE} part.*",
            99 + count
        );
        assert!(directory.succeeds(&parts) == whole, "{count}");
    }
    // In a sum too, and whatever the way in.
    directory.succeeds("lognorm-mmap patterns merge tsv/000 part.* tsv/001 -o sum.tsv");
    let given = directory.succeeds(&format!("{COUNT} logs/000 in.log logs/001"));
    assert!(given == directory.read("sum.tsv"));
    for way in ["--no-mmap -j1", "-j8 --chunk-size=1", "--chunk-size=5000 --kernel=scalar"] {
        assert!(directory.succeeds(&format!("lognorm-mmap {way} in.log --patterns -")) == whole);
        let piped = format!("cat in.log | lognorm-mmap {way} - --patterns -");
        assert!(directory.succeeds(&piped) == whole);
    }
}

#[test]
fn a_file_of_the_version_before_has_no_places_and_nor_has_a_sum_with_it() {
    let directory = Directory::with([("in.log", "a\n(b)\na\n")]);
    directory.succeeds("lognorm-mmap in.log --patterns new.tsv");
    directory.succeeds(
        "sed '1s/\\tleast_level.*//; s/schema=2/schema=1/' new.tsv | cut -f 1-7,9- >old.tsv",
    );
    let shown = |name: &str| directory.succeeds(&format!("lognorm-mmap patterns show {name}"));
    for script in ["old.tsv", "old.tsv new.tsv", "new.tsv old.tsv new.tsv"] {
        directory
            .succeeds(&format!("{MERGE} {script} -f -o sum.tsv; {MERGE} {script} -f -o sum.jsonl"));
        for name in ["sum.tsv", "sum.jsonl"] {
            assert!(!directory.read(name).contains("boundaries"), "{script}");
            assert!(!shown(name).contains("WHERE"), "{script}");
        }
        assert_eq!(shown("sum.tsv"), shown("sum.jsonl"));
    }
    directory.succeeds("echo -n | lognorm-mmap - --patterns empty.tsv");
    let sum = directory.succeeds(&format!("{MERGE} empty.tsv new.tsv empty.tsv"));
    assert_eq!(sum, directory.read("new.tsv"));
    // Places of lines that the catalogue does not have, as an editor may leave them.
    directory.succeeds("sed 's/\\tcheck=.*//; s/0=1 6=1/0=1 5=1/' new.tsv >bad.tsv");
    let reason = directory.fails("lognorm-mmap patterns show bad.tsv", "bad.tsv");
    assert!(reason.starts_with("line 3: the places contradict other numbers"), "{reason}");
    directory.succeeds("sed 's/\\tcheck=.*//; s/0=1 6=1/0=2/' new.tsv >bad.tsv");
    let reason = directory.fails("lognorm-mmap in.log --known bad.tsv", "bad.tsv");
    assert!(reason.starts_with("line 3: the places contradict other numbers"), "{reason}");
}

#[test]
fn bars_are_shown_of_files_sums_and_folded_patterns() {
    let directory = Directory::with([]);
    let users = ["ann", "bob", "cyd", "dan", "eve"];
    let log: String = users.iter().map(|user| format!("no {user} 1\n").repeat(20)).collect();
    fs::write(directory.path("in.log"), format!("{log}{}", "up again\n".repeat(100))).unwrap();
    directory.succeeds("lognorm-mmap --rules words in.log --patterns p.tsv");
    directory.succeeds(&format!("{MERGE} p.tsv p.tsv -o twice.jsonl"));
    let parts = |arguments: &str| -> Vec<Vec<f64>> {
        let json =
            directory.succeeds(&format!("lognorm-mmap patterns show --format jsonl {arguments}"));
        let rows = json.lines().map(|row| serde_json::from_str::<serde_json::Value>(row).unwrap());
        rows.map(|row| serde_json::from_value(row["parts"].clone()).unwrap()).collect()
    };
    let is_about =
        |given: &[f64], expected: f64| (given.iter().sum::<f64>() - expected).abs() < 1.5;
    for (arguments, first) in [("p.tsv", "up"), ("--fold p.tsv", "no")] {
        let rows = parts(arguments);
        let (no, up) = if first == "no" { (&rows[0], &rows[1]) } else { (&rows[1], &rows[0]) };
        let all_no = if first == "no" { 100.0 } else { 20.0 };
        assert!(is_about(&no[..21], all_no) && is_about(&no[21..], 0.0), "{arguments}: {no:?}");
        assert!(is_about(&up[..19], 0.0) && is_about(&up[19..], 100.0), "{arguments}: {up:?}");
    }
    let rows = parts("--fold twice.jsonl");
    let halves = [&rows[0][..20], &rows[0][20..]].map(|half| half.iter().sum::<f64>());
    assert!(halves.iter().all(|half| (half - 100.0).abs() < 5.0), "{halves:?}");
    for name in ["p.tsv", "twice.jsonl"] {
        let shown = directory.succeeds(&format!("lognorm-mmap patterns show {name}"));
        assert!(shown.contains("WHERE IN THE LOG") && shown.contains('█'), "{shown}");
    }
}
