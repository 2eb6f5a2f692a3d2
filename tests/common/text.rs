//! Text to try the rules on, and a comparison that names the first line in which two texts differ.

use std::fmt::Debug;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// Any bytes.
pub fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..300)
}

/// Lines in which nearly every byte means something to the shape rules.
pub fn hostile_lines() -> impl Strategy<Value = Vec<u8>> {
    vec(select(&b"[]{}<>()\"'\r\n aZ0_\xff"[..]), 0..300)
}

/// Lines in which nearly every byte means something to the word rules.
pub fn hostile_words() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] = &[
        "Jan", "Mo", "n", "beef", "dead", "f", "7", ":", " ", "\t", "=", "\r", "\n", "x", "\u{e9}",
    ];
    vec(select(PIECES).prop_map(str::as_bytes), 0..150).prop_map(|pieces| pieces.concat())
}

/// Lines that could be in a log.
pub fn log_lines() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] = &[
        "\n",
        "\r\n",
        " ",
        "\t",
        ", ",
        "[Sun Dec 04 04:47:44 2005] ",
        "[notice] ",
        "03-17 16:13:38.936  1702 14638 D ",
        "PowerManagerService: release:lock=189667585, ",
        "tag=\"*launch*\", ",
        "name=android\", ",
        "ws=WorkSource{10113}",
        "workerEnv.init() ok ",
        "/etc/httpd/conf/workers2.properties",
        "at java.util.Map$Entry.<init>(Map.java:47)",
        "{\"user\": \"o'neill\", \"ids\": [1, [2, 3]]}",
        "can't and won't ",
        "if (a < b && c -> d) ",
        "naïve ☃ ",
        "see (a [b) c",
    ];
    vec(select(PIECES), 0..60).prop_map(|pieces| pieces.concat().into_bytes())
}

/// Returns a value of `strategy`, the same in every run.
pub fn sample<T: Debug>(strategy: impl Strategy<Value = T>) -> T {
    strategy.new_tree(&mut TestRunner::deterministic()).unwrap().current()
}

/// Asserts that two texts are the same. A failure names the first line that differs.
#[track_caller]
pub fn assert_same(actual: &[u8], expected: &[u8], what: impl Debug) {
    if actual == expected {
        return;
    }
    let lines = |text: &'_ [u8]| -> Vec<String> {
        text.split_inclusive(|&byte| byte == b'\n')
            .map(|it| it.escape_ascii().to_string())
            .collect()
    };
    let (actual, expected) = (lines(actual), lines(expected));
    let same = actual.iter().zip(&expected).take_while(|(actual, expected)| actual == expected);
    let line = same.count();
    panic!(
        "{what:?}: line {} of {} is {:?}, where {:?} is line {0} of {}",
        line + 1,
        actual.len(),
        actual.get(line),
        expected.get(line),
        expected.len(),
    );
}
