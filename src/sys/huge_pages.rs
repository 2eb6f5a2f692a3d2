//! Huge pages for the patterns of a line that is far longer than a chunk.
//!
//! Such a line needs memory that the process has not used before. With pages of 4 KiB, the page
//! faults would take longer than normalizing the line.

/// The minimum number of spare bytes for huge pages. A chunk of ordinary lines needs less.
const MIN_SPARE: usize = 16 << 20;

/// Advises the kernel to use huge pages for the spare capacity of `buffer`, if that is large. The
/// content of the buffer does not change.
pub(crate) fn prefer_huge_pages(buffer: &mut Vec<u8>) {
    let spare = buffer.spare_capacity_mut();
    if spare.len() >= MIN_SPARE {
        advise(spare);
    }
}

#[cfg(target_os = "linux")]
fn advise(spare: &mut [std::mem::MaybeUninit<u8>]) {
    use nix::libc;

    /// A multiple of all page sizes, where the range begins.
    const ALIGNMENT: usize = 2 << 20;
    let skipped = spare.as_ptr().align_offset(ALIGNMENT);
    let Some(spare) = spare.get_mut(skipped..) else { return };
    // SAFETY: the range begins at a page boundary and is within memory that this slice borrows
    // mutably. If its last page is only partly in the slice, the advice holds for the rest of the
    // page too, which is harmless: it selects the size of pages, and changes no byte in them.
    unsafe { libc::madvise(spare.as_mut_ptr().cast(), spare.len(), libc::MADV_HUGEPAGE) };
}

#[cfg(not(target_os = "linux"))]
fn advise(_: &mut [std::mem::MaybeUninit<u8>]) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_of_a_buffer_stays_and_its_spare_capacity_can_be_written() {
        for capacity in [0, MIN_SPARE - 1, MIN_SPARE + 3, 3 * MIN_SPARE] {
            let mut buffer = Vec::with_capacity(capacity);
            buffer.extend_from_slice(b"before");
            prefer_huge_pages(&mut buffer);
            buffer.resize(capacity.max(6), 7);
            assert!(buffer.starts_with(b"before") && buffer[6..].iter().all(|&byte| byte == 7));
        }
    }
}
