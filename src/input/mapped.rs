//! A regular file mapped into memory.
//!
//! The page cache is the only buffer: no byte is copied before a kernel reads it. What has been
//! read is dropped from the mapping again, so that the process does not seem to grow by the file,
//! and is not left to unmap a whole file at the end, while the user waits.

use std::fs::File;
use std::io;
use std::ops::{Deref, Range};
use std::sync::atomic::{AtomicUsize, Ordering};

use memmap2::{Mmap, MmapOptions, UncheckedAdvice};
use nix::libc;

use super::meter::Meter;
use super::registry::Registration;
use super::truncation::page_size;

/// Bytes that are dropped from the mapping at a time. All other threads have to be stopped for that
/// and forget what they know of the mapping: with one MiB, a run on four threads took a seventh
/// longer, with 8 and 16 it took no less.
const STEP: usize = 4 << 20;

/// A whole file, mapped read-only.
pub(crate) struct Mapped {
    // Before the map, to be dropped before it.
    registration: Registration,
    map: Mmap,
    meter: Meter,
    /// How many bytes of each step have been worked through.
    done: Vec<AtomicUsize>,
}

impl Mapped {
    /// Maps the first `len` bytes of `file`. What was worked through is counted by `meter`.
    ///
    /// The file is not asked for its size again: it may be another by now, and all that is checked
    /// later is checked against the one that was first told.
    ///
    /// # Errors
    ///
    /// The kernel does not map it, or there is nothing to map.
    pub(crate) fn new(file: &File, len: usize, meter: Meter) -> io::Result<Self> {
        if len == 0 {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        // SAFETY: nobody in this process can write to the mapping: it is read-only, and owned by
        // this struct. Another process may write to the file meanwhile, which no lock prevents
        // and every mapping tool lives with. What is relied on is that this can only change what
        // bytes are read, never what is done out of bounds: the bytes are only ever data, no
        // `str` or enum is made from them, and each kernel bounds its writes by the length of its
        // input and not by anything that it read there.
        let map = unsafe { MmapOptions::new().len(len).map(file)? };
        let registration = Registration::new(map.as_ptr(), map.len())
            .ok_or_else(|| io::Error::other("too many mapped files"))?;
        let done = (0..map.len()).step_by(STEP).map(|_| AtomicUsize::new(0)).collect();
        Ok(Self { registration, map, meter, done })
    }

    /// Whether most of the file is in memory, as far as some pages tell. Where the system does not
    /// say, it is taken to be.
    pub(crate) fn is_cached(&self) -> bool {
        const SAMPLES: usize = 64;
        let step = self.map.len().div_ceil(SAMPLES);
        let pages = (0..self.map.len()).step_by(step).map(|offset| self.is_page_cached(offset));
        let (cached, not_cached): (Vec<_>, Vec<_>) = pages.partition(|&is_cached| is_cached);
        cached.len() >= not_cached.len()
    }

    fn is_page_cached(&self, offset: usize) -> bool {
        let page = self.map[offset..].as_ptr().map_addr(|address| address & !(page_size() - 1));
        let mut state = 1;
        // SAFETY: the page lies in the mapping, which begins on one; `state` has room for the one
        // byte that is written for it. The call does not touch the page itself.
        unsafe { libc::mincore(page.cast_mut().cast(), 1, &mut state) };
        state & 1 == 1
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.map
    }

    /// Whether part of the file could not be read, and zeros were instead.
    pub(crate) fn is_damaged(&self) -> bool {
        self.registration.is_damaged()
    }

    /// The bytes in `range`, which count as worked through when the slice is dropped. No byte may
    /// be in two slices.
    pub(crate) fn slice(&self, range: Range<usize>) -> Slice<'_> {
        Slice { bytes: &self.map[range.clone()], mapped: self, range }
    }

    /// Takes note that the bytes in `range` were worked through, and drops the steps from memory of
    /// which these were the last.
    fn finish(&self, range: &Range<usize>) {
        self.meter.add(range.len());
        let mut start = range.start;
        while start < range.end {
            let index = start / STEP;
            let step = index * STEP..self.map.len().min((index + 1) * STEP);
            let len = range.end.min(step.end) - start;
            if self.done[index].fetch_add(len, Ordering::Relaxed) + len == step.len() {
                self.release(&step);
            }
            start += len;
        }
    }

    /// Drops the pages of `range` from memory. A hint: if the system declines, they stay in the
    /// mapping until memory is short.
    fn release(&self, range: &Range<usize>) {
        // SAFETY: the range lies in the map. `DontNeed` discards changes to private pages, and there
        // are none: the mapping is read-only. A page that somebody still reads is mapped again from
        // the file on the next access.
        let _ = unsafe {
            let advice = UncheckedAdvice::DontNeed;
            self.map.unchecked_advise_range(advice, range.start, range.len())
        };
    }
}

/// Part of a mapped file that somebody is working on.
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

    /// How many of the pages in `range` are in the page table of this process.
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
    fn what_all_of_was_read_is_dropped_from_memory() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![b'a'; 2 * STEP + 1]).unwrap();
        let mapped = Mapped::new(&file, 2 * STEP + 1, Meter::new()).unwrap();
        let touch = |range: Range<usize>| {
            let slice = mapped.slice(range);
            assert!(slice.iter().all(|&byte| byte == b'a'));
            slice
        };
        let [first, second, rest] = [0..STEP - 9, STEP - 9..STEP + 9, STEP + 9..2 * STEP + 1];
        let [first, second, rest] = [first, second, rest].map(touch);
        drop((second, first));
        assert_eq!(resident(&mapped, 0..STEP).unwrap(), 0);
        assert_eq!(resident(&mapped, STEP..2 * STEP).unwrap(), STEP / page_size());
        drop(rest);
        assert_eq!(resident(&mapped, 0..2 * STEP + 1).unwrap(), 0);
        let is_all = |(index, done): (usize, &AtomicUsize)| {
            done.load(Ordering::Relaxed) == if index < 2 { STEP } else { 1 }
        };
        assert!(mapped.done.iter().enumerate().all(is_all));
    }

    #[test]
    fn a_file_is_cached_until_it_is_dropped_from_memory() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[b'a'; 1 << 20]).unwrap();
        let map = || Mapped::new(&file, 1 << 20, Meter::new()).unwrap();
        assert!(map().is_cached());
        file.sync_all().unwrap();
        posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED).unwrap();
        let is_memory_file_system = fstatfs(&file).unwrap().filesystem_type() == TMPFS_MAGIC;
        assert_eq!(map().is_cached(), is_memory_file_system);
    }
}
