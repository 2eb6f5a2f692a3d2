//! Any bytes are a log, a compressed log or an error, and give the same text in blocks of any size.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lognorm_mmap::fuzzing::decode;

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;
    let small = decode(bytes, usize::from(size) + 1);
    let large = decode(bytes, 1 << 20);
    match (small, large) {
        (Ok(small), Ok(large)) => assert!(small == large),
        // Which of several defects a decoder finds first may depend on the size of its buffer.
        (Err(_), Err(_)) => {}
        (small, large) => panic!("{:?}, but {:?}", small.err(), large.err()),
    }
});
