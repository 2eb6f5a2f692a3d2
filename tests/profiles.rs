//! Profiles are well formed and show the program's own functions. For builds with the feature
//! `profile`: `cargo test --release --features profile --test profiles`

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;
use std::process::Output;

use pprof::protos::{Message, Profile};
use serde_json::Value;

use common::big::{BigLog, SLOWLY};
use common::directory::{Directory, LOG, PATTERNS, utf8};

const BOTH: [&str; 2] = ["--cpu-profile", "--heap-profile"];

/// The names of the functions in a profile, by stack, the innermost first.
fn stacks(profile: &Profile) -> impl Iterator<Item = Vec<&str>> {
    let location = |id: &u64| profile.location.iter().find(|location| location.id == *id).unwrap();
    let function = |id: u64| profile.function.iter().find(|function| function.id == id).unwrap();
    let text = |index: i64| profile.string_table[index as usize].as_str();
    profile.sample.iter().map(move |sample| {
        let lines = sample.location_id.iter().flat_map(move |id| &location(id).line);
        lines.map(move |line| text(function(line.function_id).name)).collect()
    })
}

#[test]
fn a_cpu_profile_shows_the_kernel_at_work() {
    let directory = Directory::with([]);
    let log = BigLog::that_takes_a_while();
    log.put(&directory);
    // As many times the log as it takes to see the program at work more than ten times.
    let profile = (0..10).find_map(|power| {
        let logs = "in.log ".repeat(1 << power);
        let run = format!("lognorm-mmap {SLOWLY} --cpu-profile cpu.pb long.log out");
        directory.succeeds(&format!("cat {logs} >long.log; {run}"));
        let output = fs::read(directory.path("out")).unwrap();
        assert!(output == log.patterns.repeat(1 << power), "{logs}");
        let profile = Profile::decode(&*fs::read(directory.path("cpu.pb")).unwrap()).unwrap();
        let count: i64 = profile.sample.iter().map(|sample| sample.value[0]).sum();
        (count > 10).then_some(profile)
    });
    let profile = profile.expect("the program is seen at work");
    let units = profile.sample_type.iter().map(|it| profile.string_table[it.unit as usize].clone());
    assert_eq!(units.collect::<Vec<_>>(), ["count", "nanoseconds"]);
    assert!(stacks(&profile).count() > 0);
    let kernel = "lognorm_mmap::rules::shape::scalar";
    let (mut all, mut in_kernel) = (0, 0);
    for (stack, sample) in stacks(&profile).zip(&profile.sample) {
        all += sample.value[0];
        // The innermost function may be one that the compiler has not inlined into the kernel.
        if stack.iter().any(|name| name.contains(kernel)) {
            in_kernel += sample.value[0];
            // Which of our functions called it depends on what the compiler inlines.
            let is_caller = |name: &&str| name.contains("lognorm_mmap::") && !name.contains(kernel);
            assert!(stack.iter().any(is_caller), "{stack:?}");
        }
    }
    let stacks: Vec<_> = stacks(&profile).collect();
    assert!(in_kernel > all / 2, "{in_kernel} of {all}: {stacks:#?}");
}

#[test]
fn a_heap_profile_shows_the_arenas() {
    let directory = Directory::with([]);
    let log = BigLog::new(10_000_000);
    log.put(&directory);
    directory.succeeds("lognorm-mmap --heap-profile heap.json in.log out");
    assert!(fs::read(directory.path("out")).unwrap() == log.patterns);

    let profile: Value = serde_json::from_str(&directory.read("heap.json")).unwrap();
    assert_eq!((&profile["dhatFileVersion"], &profile["mode"]), (&2.into(), &"rust-heap".into()));
    let functions = profile["ftbl"].as_array().unwrap();
    let points = profile["pps"].as_array().unwrap();
    // The largest of all that was allocated.
    let largest = points.iter().max_by_key(|point| point["tb"].as_u64().unwrap()).unwrap();
    let stack = largest["fs"].as_array().unwrap().iter();
    let stack: Vec<_> =
        stack.map(|index| functions[index.as_u64().unwrap() as usize].as_str().unwrap()).collect();
    assert!(largest["tb"].as_u64().unwrap() > 1 << 20, "{largest}");
    assert!(stack.iter().any(|name| name.contains("lognorm_mmap::")), "{stack:?}");
}

#[test]
fn pipes_are_read_and_written_while_signals_come() {
    let directory = Directory::with([]);
    let log = BigLog::new(50_000_000);
    log.put(&directory);
    directory.succeeds("cat in.log | lognorm-mmap --cpu-profile cpu.pb | cat >out");
    assert!(fs::read(directory.path("out")).unwrap() == log.patterns);
    assert!(fs::metadata(directory.path("cpu.pb")).unwrap().len() > 0);
}

#[test]
fn a_profile_that_cannot_be_written_is_a_failure() {
    let directory = Directory::with([LOG]);
    for option in BOTH {
        directory.fails(&format!("lognorm-mmap {option} no/profile in.log"), "no/profile");
        let full = format!("lognorm-mmap {option} /dev/full in.log >/dev/null");
        assert_eq!(directory.fails(&full, "/dev/full"), "No space left on device");
    }
}

#[test]
fn a_run_that_fails_does_so_in_one_line() {
    let directory = Directory::with([LOG]);
    for option in BOTH {
        let Output { status, stderr, .. } =
            directory.run(&format!("lognorm-mmap {option} profile no.log"));
        let message = "lognorm-mmap: no.log: No such file or directory\n";
        assert_eq!((status.code(), utf8(stderr)), (Some(1), message.into()));
    }
}

#[test]
fn a_profile_replaces_nothing_but_a_profile() {
    let directory = Directory::with([LOG]);
    for option in BOTH {
        let script = format!("lognorm-mmap {option} profile in.log out");
        directory.succeeds(&format!("{script}; {script}; : >profile; {script}"));
        for other in ["echo Y", "cat in.log", "printf '\\n'", "head -c 100000 /dev/zero"] {
            directory.succeeds(&format!("{other} >profile"));
            let expected = "exists and does not hold a profile; --force replaces it";
            assert_eq!(directory.fails(&script, "profile"), expected, "{other}");
            directory.succeeds(&format!("{script} --force"));
        }
        assert_eq!(directory.fails(&format!("{script}2 --no-clobber"), "profile"), "File exists");
        let packed = directory.run(&format!("lognorm-mmap {option} profile.gz in.log out"));
        assert_eq!(packed.status.code(), Some(2));
    }
}

#[test]
fn nothing_is_told_beside_the_profile() {
    let directory = Directory::with([LOG]);
    for option in BOTH {
        assert_eq!(directory.succeeds(&format!("lognorm-mmap {option} profile in.log")), PATTERNS);
        let full = format!("lognorm-mmap {option} profile in.log 2>/dev/full");
        assert_eq!(directory.succeeds(&full), PATTERNS);
    }
}

#[test]
fn a_profile_overwrites_nothing_that_the_run_is_about() {
    let directory = Directory::with([LOG, ("old.tsv", "")]);
    directory.succeeds("mkdir there; ln -s out leads");
    for option in BOTH {
        for wrong in [
            "in.log in.log",
            "./in.log in.log",
            "out in.log out",
            "./out in.log out",
            "there/in.log in.log -t there",
            "there/../there/in.log in.log -t there",
            "./all.tsv in.log --patterns ./all.tsv",
            "old.tsv in.log --known old.tsv",
            "in.log <in.log",
            "out in.log >out",
            "leads in.log out",
            "p.tsv in.log --patterns - >p.tsv",
        ] {
            let Output { status, stderr, .. } =
                directory.run(&format!("lognorm-mmap {option} {wrong}"));
            let message = utf8(stderr);
            assert_eq!(status.code(), Some(2), "{wrong}: {message}");
            assert!(message.contains("the profile would overwrite"), "{wrong}: {message}");
        }
    }
    assert_eq!(directory.read("in.log"), LOG.1);
}
