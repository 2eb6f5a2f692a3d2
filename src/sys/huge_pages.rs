//! Large pages for the patterns of a line that is far longer than a chunk.
//!
//! Such a line needs memory that nobody used before. To be given that in pages of 4 KiB, one fault
//! each, took longer than the kernel took: of the run for 100 MB of `()` on one line, three fifths.

/// Bytes from which on large pages are asked for. No chunk of ordinary lines has as many.
const LARGE: usize = 16 << 20;

/// Asks for large pages for what `buffer` has to spare, if that is much. A hint, which changes no
/// byte.
pub(crate) fn prefer_large_pages(buffer: &mut Vec<u8>) {
    let spare = buffer.spare_capacity_mut();
    if spare.len() >= LARGE {
        advise(spare);
    }
}

#[cfg(target_os = "linux")]
fn advise(spare: &mut [std::mem::MaybeUninit<u8>]) {
    use nix::libc;

    /// What the range must begin on; a multiple of all sizes of pages that there are.
    const ALIGNMENT: usize = 2 << 20;
    let skipped = spare.as_ptr().align_offset(ALIGNMENT);
    let Some(spare) = spare.get_mut(skipped..) else { return };
    // SAFETY: all of the range lies in memory that this slice borrows alone, and it begins on a page;
    // should its last page be only in part in the slice, the advice holds for the rest too. It is
    // about what pages are made of, and changes nothing of what is in them.
    unsafe { libc::madvise(spare.as_mut_ptr().cast(), spare.len(), libc::MADV_HUGEPAGE) };
}

#[cfg(not(target_os = "linux"))]
fn advise(_: &mut [std::mem::MaybeUninit<u8>]) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_a_buffer_stays_and_what_is_behind_can_be_written() {
        for capacity in [0, LARGE - 1, LARGE + 3, 3 * LARGE] {
            let mut buffer = Vec::with_capacity(capacity);
            buffer.extend_from_slice(b"before");
            prefer_large_pages(&mut buffer);
            buffer.resize(capacity.max(6), 7);
            assert!(buffer.starts_with(b"before") && buffer[6..].iter().all(|&byte| byte == 7));
        }
    }
}
