//! Whatever bytes a file holds, they are a log, an archive or an error, and the same in blocks of
//! any size.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lognorm_mmap::fuzzing::decode;

fuzz_target!(|input: (u8, &[u8])| {
    let (size, bytes) = input;
    let small = decode(bytes, usize::from(size) + 1);
    let large = decode(bytes, 1 << 20);
    match (small, large) {
        (Ok(small), Ok(large)) => assert!(small == large),
        (Err(small), Err(large)) => assert_eq!(small.to_string(), large.to_string()),
        (small, large) => panic!("{:?}, but {:?}", small.err(), large.err()),
    }
});
