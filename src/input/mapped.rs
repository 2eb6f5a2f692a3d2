//! A regular file mapped into memory.
//!
//! The page cache is the only buffer: no byte is copied before a kernel reads it. What has been
//! read is dropped from the mapping again, so that the process does not seem to grow by the file.

use std::fs::File;
use std::io;
use std::ops::{Deref, Range};

use memmap2::{Mmap, UncheckedAdvice};
use nix::libc;

use super::meter::Meter;
use super::truncation::{Registration, page_size};

/// A whole file, mapped read-only.
pub(crate) struct Mapped {
    // Before the map, to be dropped before it.
    registration: Registration,
    map: Mmap,
    meter: Meter,
}

impl Mapped {
    /// Maps all of `file`, which must not be empty. What was worked through is counted by `meter`.
    pub(crate) fn new(file: &File, meter: Meter) -> io::Result<Self> {
        // SAFETY: nobody in this process can write to the mapping: it is read-only, and owned by
        // this struct. Another process may write to the file meanwhile, which no lock prevents
        // and every mapping tool lives with. What is relied on is that this can only change what
        // bytes are read, never what is done out of bounds: the bytes are only ever data, no
        // `str` or enum is made from them, and each kernel bounds its writes by the length of its
        // input and not by anything that it read there.
        let map = unsafe { Mmap::map(file)? };
        let registration = Registration::new(map.as_ptr(), map.len())
            .ok_or_else(|| io::Error::other("too many mapped files"))?;
        Ok(Self { registration, map, meter })
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

    /// The bytes in `range`, to be dropped from memory when the slice is.
    pub(crate) fn slice(&self, range: Range<usize>) -> Slice<'_> {
        Slice { bytes: &self.map[range.clone()], mapped: self, range }
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
        self.mapped.meter.add(self.range.len());
        // A hint: if the kernel declines, the pages stay in the mapping until memory is short.
        //
        // SAFETY: the range lies in the map, since `bytes` was cut from it. `DontNeed` discards
        // changes to private pages, and there are none: the mapping is read-only. A page that a
        // neighbouring slice is still reading is mapped again from the file on its next access.
        let _ = unsafe {
            self.mapped.map.unchecked_advise_range(
                UncheckedAdvice::DontNeed,
                self.range.start,
                self.range.len(),
            )
        };
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Write;

    use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
    use nix::sys::statfs::{TMPFS_MAGIC, fstatfs};

    use super::*;

    #[test]
    fn a_file_is_cached_until_it_is_dropped_from_memory() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[b'a'; 1 << 20]).unwrap();
        assert!(Mapped::new(&file, Meter::new()).unwrap().is_cached());
        file.sync_all().unwrap();
        posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED).unwrap();
        let is_memory_file_system = fstatfs(&file).unwrap().filesystem_type() == TMPFS_MAGIC;
        assert_eq!(Mapped::new(&file, Meter::new()).unwrap().is_cached(), is_memory_file_system);
    }
}
