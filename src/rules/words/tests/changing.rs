//! Input that somebody writes to while it is read.

use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use memmap2::Mmap;

use super::kernels;
use crate::rules::words::max_output_len;
use crate::rules::{Kernel, LineSpans, Normalizer};

/// A size of several windows, which is no whole number of blocks.
const SIZE: usize = 40_001;

/// Ends the other thread, also when a test fails.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Texts that are written over one another: words, values, and bytes that move the borders of both.
const TEXTS: [&[u8]; 5] = [b"Jan deadbeef\n", b"x", b"7", b":\r\n \t", b"x7 : "];

#[test]
fn what_comes_out_is_within_bounds_and_in_whole_lines() {
    let file = tempfile::tempfile().unwrap();
    file.set_len(SIZE as u64).unwrap();
    // SAFETY: the file keeps its length, so the mapping stays readable. Its bytes change, as those
    // of a log may while it is read. The test shows that no kernel relies on a byte to stay the
    // same.
    let input = unsafe { Mmap::map(&file) }.unwrap();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for text in TEXTS.iter().cycle().take_while(|_| !is_done.load(Ordering::Relaxed)) {
                let text = text.repeat(SIZE / text.len());
                file.write_all_at(&text, 0).unwrap();
            }
        });
        let _ending = Ending(&is_done);
        for (kernel, normalizer) in kernels().iter_mut() {
            // The reference looks at bytes more than once, in safe code.
            for _ in 0..if kernel.name() == "scalar" { 0 } else { 500 } {
                assert_whole_lines(*kernel, normalizer, &input);
            }
        }
    });
}

fn assert_whole_lines(kernel: Kernel, normalizer: &mut Normalizer, input: &[u8]) {
    let (mut output, mut noted) = (Vec::new(), LineSpans::new());
    let counts = normalizer.normalize_noting(input, &mut output, &mut noted);
    assert!(output.len() <= max_output_len(input.len()), "{kernel:?}: {}", output.len());
    assert!(output.ends_with(b"\n"), "{kernel:?}");
    let patterns = output.split_inclusive(|&byte| byte == b'\n');
    assert_eq!(counts.lines, patterns.clone().count() as u64, "{kernel:?}");
    let noted = noted.iter().map(|span| &output[span.pattern.start..=span.pattern.end]);
    assert!(noted.eq(patterns), "{kernel:?}");
}
