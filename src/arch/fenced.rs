//! Memory that lies between pages which must not be touched, for tests.

#![cfg(target_os = "linux")]

use std::ffi::c_void;
use std::ptr::NonNull;

use memmap2::MmapMut;
use nix::sys::mman::{ProtFlags, mprotect};

const PAGE: usize = 4096;

/// Pages that can be written, between two that cannot even be read.
pub(crate) struct Fenced {
    pages: MmapMut,
    len: usize,
}

impl Fenced {
    /// A new one, of `len` bytes: all of some pages.
    pub(crate) fn new(len: usize) -> Self {
        assert!(len.is_multiple_of(PAGE));
        let mut pages = MmapMut::map_anon(PAGE + len + PAGE).unwrap();
        for fence in [0, PAGE + len] {
            let start = NonNull::from(&mut pages[fence]).cast::<c_void>();
            // SAFETY: the page lies in the mapping, which `Fenced` owns, and nobody has a reference
            // to it: only the pages between are ever handed out.
            unsafe { mprotect(start, PAGE, ProtFlags::PROT_NONE) }.unwrap();
        }
        Self { pages, len }
    }

    /// The first `len` bytes, directly after a fence.
    pub(crate) fn first(&mut self, len: usize) -> &mut [u8] {
        &mut self.pages[PAGE..PAGE + self.len][..len]
    }

    /// The last `len` bytes, directly before a fence.
    pub(crate) fn last(&mut self, len: usize) -> &mut [u8] {
        &mut self.pages[PAGE..PAGE + self.len][self.len - len..]
    }
}
