//! A new file whose blocks are allocated before bytes are written to them.
//!
//! On ext4 a write to allocated blocks takes about half the time: what the kernel otherwise does for
//! each block of 4 KiB, it does for many at once. On tmpfs it would take longer, and btrfs would not
//! compress such blocks, so other file systems are left alone.

use std::fs::File;
use std::io::{self, IoSlice};

use super::blocking_file::BlockingFile;
use super::writer::write_all_vectored;

/// The bytes that are written before blocks are allocated: for a small file it is not worth it.
const UNALLOCATED: u64 = 1 << 20;

/// The bytes that are allocated at once. With more, writing is no faster.
const STEP: u64 = 32 << 20;

/// The writer of a file that was empty.
pub(super) struct PreallocatedFile {
    file: BlockingFile,
    /// The bytes written.
    len: u64,
    /// Where the next blocks are allocated, unless no more are to be.
    next: Option<u64>,
    /// Whether there may be blocks after the last byte.
    has_blocks_left: bool,
}

impl PreallocatedFile {
    /// Returns the writer of `file`, which is empty.
    pub(super) fn new(file: File) -> Self {
        let next = is_useful(&file).then_some(UNALLOCATED);
        Self { file: BlockingFile(file), len: 0, next, has_blocks_left: false }
    }

    /// Writes all of `slices`.
    pub(super) fn write_all_vectored(&mut self, slices: &mut [IoSlice<'_>]) -> io::Result<()> {
        self.len += slices.iter().map(|slice| slice.len() as u64).sum::<u64>();
        self.allocate();
        write_all_vectored(&mut self.file, slices)
    }

    /// Allocates blocks for the first `self.len` bytes, and more. If the file system declines, the
    /// write allocates what it needs, and fails if the disk is full.
    fn allocate(&mut self) {
        while let Some(start) = self.next
            && start < self.len
        {
            // Some blocks may be allocated even if this fails.
            self.has_blocks_left = true;
            self.next = allocate(&self.file.0, start, STEP).ok().map(|()| start + STEP);
        }
    }

    /// Gives back the blocks after the last byte, and returns the file.
    pub(super) fn finish(self) -> io::Result<File> {
        let BlockingFile(file) = self.file;
        if self.has_blocks_left {
            file.set_len(self.len)?;
        }
        Ok(file)
    }
}

#[cfg(target_os = "linux")]
fn is_useful(file: &File) -> bool {
    use nix::sys::statfs::{EXT4_SUPER_MAGIC, fstatfs};

    fstatfs(file).is_ok_and(|it| it.filesystem_type() == EXT4_SUPER_MAGIC)
}

/// Allocates `len` bytes of `file` at `start`, and leaves its size as it is.
#[cfg(target_os = "linux")]
fn allocate(file: &File, start: u64, len: u64) -> nix::Result<()> {
    use nix::errno::Errno;
    use nix::fcntl::{FallocateFlags, fallocate};
    use nix::libc::off_t;

    let offset = |bytes| off_t::try_from(bytes).map_err(|_| Errno::EFBIG);
    fallocate(file, FallocateFlags::FALLOC_FL_KEEP_SIZE, offset(start)?, offset(len)?)
}

#[cfg(not(target_os = "linux"))]
fn is_useful(_: &File) -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
fn allocate(_: &File, _: u64, _: u64) -> nix::Result<()> {
    Err(nix::errno::Errno::ENOSYS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    const MIB: usize = 1 << 20;

    #[test]
    fn a_file_has_its_size_and_in_the_end_no_block_too_many() {
        let mut output = PreallocatedFile::new(tempfile::tempfile().unwrap());
        for len in [1, 3] {
            output.write_all_vectored(&mut [IoSlice::new(&vec![b'a'; len * MIB])]).unwrap();
            let metadata = output.file.0.metadata().unwrap();
            assert_eq!(metadata.len(), output.len);
            let is_ahead = metadata.blocks() * 512 >= STEP;
            assert_eq!(is_ahead, is_useful(&output.file.0) && len == 3);
        }
        let metadata = output.finish().unwrap().metadata().unwrap();
        assert_eq!(metadata.len(), 4 * MIB as u64);
        assert!(metadata.blocks() * 512 <= 5 * MIB as u64, "{} blocks", metadata.blocks());
    }

    #[test]
    fn bytes_are_written_although_blocks_cannot_be_allocated() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.log");
        let mut output = PreallocatedFile::new(File::create(&path).unwrap());
        // No file may be that long.
        (output.next, output.len) = (Some(1 << 63), 1 << 63);
        output.write_all_vectored(&mut [IoSlice::new(b"ab"), IoSlice::new(b"c")]).unwrap();
        assert_eq!(output.next, None);
        assert_eq!(fs::read(path).unwrap(), b"abc");
    }
}
