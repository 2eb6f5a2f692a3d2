//! The detected format of an input does not change when more of its bytes come, is known once there
//! is a newline or the maximal number of bytes, and so never holds back a line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lognorm_mmap::fuzzing::{MAX_DETECTION_LEN, detect};

fuzz_target!(|input: &[u8]| {
    let mut before = None;
    for len in 0..=input.len().min(MAX_DETECTION_LEN) {
        let head = &input[..len];
        let now = detect(head);
        assert!(now.is_some() || !head.contains(&b'\n'), "a line is held back");
        assert!(now.is_some() || len < MAX_DETECTION_LEN, "more than the maximum is needed");
        assert!(before.is_none() || before == now, "{len}: {before:?}, then {now:?}");
        before = now;
    }
});
