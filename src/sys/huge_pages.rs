//! Huge pages for the patterns of a line that is far longer than a chunk, and for the levels that it
//! opens.
//!
//! Such a line needs memory that the process has not used before. With pages of 4 KiB, the page
//! faults would take longer than normalizing the line.

/// The minimum number of spare bytes for huge pages. A chunk of ordinary lines needs less.
const MIN_SPARE: usize = 16 << 20;

/// Advises the kernel to use huge pages for `buffer`, if its spare capacity is large. The content of
/// the buffer does not change.
pub(crate) fn prefer_huge_pages<T>(buffer: &mut Vec<T>) {
    if size_of_val(buffer.spare_capacity_mut()) >= MIN_SPARE {
        advise(buffer.as_mut_ptr().cast(), buffer.capacity() * size_of::<T>());
    }
}

/// Advises the kernel to use huge pages for `len` bytes at `start`.
///
/// The advice is for all of a buffer, and begins before it: the allocator keeps its length there. If
/// it were for a part of this memory, the kernel could not move the whole when the buffer grows, and
/// the allocator would copy it.
#[cfg(target_os = "linux")]
fn advise(start: *mut u8, len: usize) {
    use nix::libc;

    /// The size of the smallest pages. Where they are larger, a large buffer begins 16 bytes after
    /// the start of one of them all the same.
    const PAGE: usize = 4096;
    let page = start.map_addr(|address| address & !(PAGE - 1));
    let len = len + (start.addr() - page.addr());
    // SAFETY: the advice selects the size of pages. It changes no byte in them and no access to
    // them, so it is harmless also for other memory on the first and the last page.
    unsafe { libc::madvise(page.cast(), len, libc::MADV_HUGEPAGE) };
}

#[cfg(not(target_os = "linux"))]
fn advise(_: *mut u8, _: usize) {}

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

    #[test]
    fn a_buffer_that_grows_keeps_its_content() {
        let mut buffer: Vec<u64> = Vec::new();
        for capacity in [1, 2, 4].map(|times| times * MIN_SPARE / 8) {
            buffer.reserve_exact(capacity - buffer.len());
            prefer_huge_pages(&mut buffer);
            buffer.extend(buffer.len() as u64..capacity as u64);
        }
        assert!(buffer.iter().copied().eq(0..4 * MIN_SPARE as u64 / 8));
    }
}
