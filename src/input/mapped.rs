//! A regular file mapped into memory.
//!
//! The page cache is the only buffer: no byte is copied before the rules are applied to it. Pages that
//! were processed are dropped from the mapping, so that the resident memory of the process does not
//! grow by the whole file, and unmapping it at the end takes no time.

use std::fs::File;
use std::io;
use std::ops::{Deref, Range};
use std::sync::atomic::{AtomicUsize, Ordering};

use memmap2::{Mmap, MmapOptions, UncheckedAdvice};
use nix::libc;

use super::meter::Meter;
use super::registry::Registration;
use super::truncation::page_size;

/// How many bytes are dropped from the mapping at once. Each time, the kernel interrupts all other
/// threads to flush their address translations, so smaller steps are slower; larger ones are no
/// faster.
const STEP: usize = 4 << 20;

/// A whole file, or the lines of a part of it, mapped read-only. Positions count from the first byte
/// of these.
pub(crate) struct Mapped {
    // Declared before the map, and so dropped before it.
    registration: Registration,
    map: Mmap,
    /// Where the text starts: after its byte-order mark.
    start: usize,
    meter: Meter,
    /// How many bytes of each step were processed.
    processed: Vec<AtomicUsize>,
}

impl Mapped {
    /// Maps the bytes of `file` in `range`, of which the first `mark_len` are a byte-order mark.
    /// Processed bytes are counted by `meter`.
    ///
    /// The size of the file is not asked for again: it may have changed, and all later checks compare
    /// with the size when the file was opened.
    ///
    /// # Errors
    ///
    /// The kernel does not map the file, or the range is empty, or too many files are mapped.
    pub(crate) fn new(
        file: &File,
        range: Range<u64>,
        mark_len: usize,
        meter: Meter,
    ) -> io::Result<Self> {
        let len = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0);
        if len == 0 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        // SAFETY: no code in this process can write to the mapping: it is read-only, and owned by
        // this struct. Another process may write to the file meanwhile, which no lock prevents, as
        // with every tool that maps files. Such a write changes which bytes are read and nothing
        // else: the bytes are only ever data, no `str` or enum is made from them, and each kernel
        // bounds its writes by the length of its input and not by anything that it read there.
        let map = unsafe { MmapOptions::new().offset(range.start).len(len).map(file)? };
        let registration = Registration::new(map.as_ptr(), map.len())
            .ok_or_else(|| io::Error::other("too many mapped files"))?;
        let processed = (0..map.len()).step_by(STEP).map(|_| AtomicUsize::new(0)).collect();
        let start = mark_len.min(len);
        let mapped = Self { registration, map, start, meter, processed };
        mapped.finish(&(0..start));
        Ok(mapped)
    }

    /// Returns whether most of the file is in the page cache, judging by some of its pages. Returns
    /// `true` if the kernel does not tell.
    pub(crate) fn is_cached(&self) -> bool {
        const SAMPLES: usize = 64;
        let step = self.map.len().div_ceil(SAMPLES);
        let offsets = (0..self.map.len()).step_by(step);
        let cached = offsets.clone().filter(|&offset| self.is_page_cached(offset)).count();
        2 * cached >= offsets.count()
    }

    /// Returns whether the page that has the byte at `offset` is in the page cache.
    fn is_page_cached(&self, offset: usize) -> bool {
        let page = self.map[offset..].as_ptr().map_addr(|address| address & !(page_size() - 1));
        let mut state = 1_u8;
        // SAFETY: the page is in the mapping, which begins at the start of the page that has its
        // first byte; `state` has room for the one byte that is written for it. The call does not
        // touch the page itself.
        unsafe { libc::mincore(page.cast_mut().cast(), 1, (&raw mut state).cast()) };
        state & 1 == 1
    }

    /// Returns where the text starts, in bytes from the start of the mapping.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// Returns all bytes of the file.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.map
    }

    /// Returns whether part of the file could not be read and was replaced by zeros.
    pub(crate) fn is_damaged(&self) -> bool {
        self.registration.is_damaged()
    }

    /// Returns the bytes in `range`, which count as processed once the slice is dropped. No byte may
    /// be in two slices.
    pub(crate) fn slice(&self, range: Range<usize>) -> Slice<'_> {
        Slice { bytes: &self.map[range.clone()], mapped: self, range }
    }

    /// Counts the bytes in `range` as processed, and releases the steps that they complete.
    fn finish(&self, range: &Range<usize>) {
        self.meter.add(range.len());
        let mut start = range.start;
        while start < range.end {
            let index = start / STEP;
            let step = index * STEP..self.map.len().min((index + 1) * STEP);
            let len = range.end.min(step.end) - start;
            if self.processed[index].fetch_add(len, Ordering::Relaxed) + len == step.len() {
                self.release(&step);
            }
            start += len;
        }
    }

    /// Drops the pages of `range` from the mapping. This is a hint: if the kernel declines, the pages
    /// stay until memory is short.
    fn release(&self, range: &Range<usize>) {
        // SAFETY: the range is in the map. `DontNeed` discards changes to private pages, and there
        // are none: the mapping is read-only. A page that is still being read is mapped again from
        // the file on the next access.
        let _ = unsafe {
            let advice = UncheckedAdvice::DontNeed;
            self.map.unchecked_advise_range(advice, range.start, range.len())
        };
    }
}

/// Part of a mapped file that is being processed.
pub(crate) struct Slice<'a> {
    bytes: &'a [u8],
    mapped: &'a Mapped,
    range: Range<usize>,
}

impl Deref for Slice<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes
    }
}

impl Drop for Slice<'_> {
    fn drop(&mut self) {
        self.mapped.finish(&self.range);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::FileExt;

    use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
    use nix::sys::statfs::{TMPFS_MAGIC, fstatfs};

    use super::*;

    /// Returns how many of the pages in `range` are in the page table of this process.
    fn resident(mapped: &Mapped, range: Range<usize>) -> io::Result<usize> {
        let pagemap = File::open("/proc/self/pagemap")?;
        let mut count = 0;
        for offset in range.step_by(page_size()) {
            let page = mapped.as_bytes()[offset..].as_ptr().addr() / page_size();
            let mut entry = [0; 8];
            pagemap.read_exact_at(&mut entry, 8 * page as u64)?;
            count += (u64::from_ne_bytes(entry) >> 63) as usize;
        }
        Ok(count)
    }

    #[test]
    fn a_step_is_dropped_from_memory_once_all_of_it_is_processed() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![b'a'; 2 * STEP + 1]).unwrap();
        let meter = Meter::new();
        let mapped = Mapped::new(&file, 0..2 * STEP as u64 + 1, 3, meter.clone()).unwrap();
        let touch = |range: Range<usize>| {
            let slice = mapped.slice(range);
            assert!(slice.iter().all(|&byte| byte == b'a'));
            slice
        };
        let [first, second, rest] =
            [mapped.start()..STEP - 9, STEP - 9..STEP + 9, STEP + 9..2 * STEP + 1];
        let [first, second, rest] = [first, second, rest].map(touch);
        drop((second, first));
        assert_eq!(resident(&mapped, 0..STEP).unwrap(), 0);
        assert_eq!(resident(&mapped, STEP..2 * STEP).unwrap(), STEP / page_size());
        drop(rest);
        assert_eq!(resident(&mapped, 0..2 * STEP + 1).unwrap(), 0);
        let is_all = |(index, processed): (usize, &AtomicUsize)| {
            processed.load(Ordering::Relaxed) == if index < 2 { STEP } else { 1 }
        };
        assert!(mapped.processed.iter().enumerate().all(is_all));
        assert_eq!(meter.bytes(), 2 * STEP as u64 + 1);
    }

    #[test]
    fn a_range_need_not_begin_where_a_page_does() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<_> = (0..3 * STEP).map(|index| (index / 7) as u8).collect();
        file.write_all(&bytes).unwrap();
        for range in [0..1, 1..STEP, 4095..4097, STEP + 100..3 * STEP - 5, 3 * STEP - 1..3 * STEP] {
            let mapped = range.start as u64..range.end as u64;
            let mapped = Mapped::new(&file, mapped, 0, Meter::new()).unwrap();
            assert!(mapped.is_cached());
            assert!(*mapped.as_bytes() == bytes[range.clone()], "{range:?}");
            for start in (0..range.len()).step_by(1000) {
                drop(mapped.slice(start..range.len().min(start + 1000)));
            }
            // All pages were dropped, and are read again.
            assert!(*mapped.as_bytes() == bytes[range.clone()], "{range:?}");
        }
    }

    #[test]
    fn a_file_is_cached_until_it_is_dropped_from_memory() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[b'a'; 1 << 20]).unwrap();
        let map = || Mapped::new(&file, 0..1 << 20, 0, Meter::new()).unwrap();
        assert!(map().is_cached());
        file.sync_all().unwrap();
        posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED).unwrap();
        let is_tmpfs = fstatfs(&file).unwrap().filesystem_type() == TMPFS_MAGIC;
        assert_eq!(map().is_cached(), is_tmpfs);
    }
}
