//! Memory between pages that must not be touched, for tests.

#![cfg(target_os = "linux")]

use std::ffi::c_void;
use std::ptr::NonNull;

use memmap2::MmapMut;
use nix::sys::mman::{ProtFlags, mprotect};

const PAGE: usize = 4096;

/// Pages that can be written, between two that can neither be read nor written.
pub(crate) struct Fenced {
    pages: MmapMut,
    len: usize,
}

impl Fenced {
    /// Returns memory of `len` bytes, which must be a number of whole pages.
    pub(crate) fn new(len: usize) -> Self {
        assert!(len.is_multiple_of(PAGE));
        let mut pages = MmapMut::map_anon(PAGE + len + PAGE).unwrap();
        for fence in [0, PAGE + len] {
            let start = NonNull::from(&mut pages[fence]).cast::<c_void>();
            // SAFETY: the page is in the mapping, which `Fenced` owns, and there is no reference to
            // it: only the pages between the fences are ever handed out.
            unsafe { mprotect(start, PAGE, ProtFlags::PROT_NONE) }.unwrap();
        }
        Self { pages, len }
    }

    /// Returns the first `len` bytes, directly after a fence.
    pub(crate) fn first(&mut self, len: usize) -> &mut [u8] {
        &mut self.pages[PAGE..PAGE + self.len][..len]
    }

    /// Returns the last `len` bytes, directly before a fence.
    pub(crate) fn last(&mut self, len: usize) -> &mut [u8] {
        &mut self.pages[PAGE..PAGE + self.len][self.len - len..]
    }
}
