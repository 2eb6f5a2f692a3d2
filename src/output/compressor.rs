//! Compresses an output on a thread of its own, beside the threads that make patterns.

use std::fs::File;
use std::io;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use super::SinkOptions;
use super::encoder::Encoder;
use crate::error::Error;
use crate::sys::fallible;

/// The number of bytes given to an encoder at once. The output of an encoder may depend on how its
/// input is cut, and must not depend on the chunk size.
const BLOCK_SIZE: usize = 256 << 10;

/// The number of blocks: one that is filled, one that is compressed, and two between them.
const BLOCKS: usize = 4;

/// A file that is written compressed. If it is dropped before [`Compressor::finish`], no decoder
/// takes the file for complete.
pub(super) struct Compressor {
    /// The block that is filled.
    block: Vec<u8>,
    full: SyncSender<Block>,
    spare: Receiver<Vec<u8>>,
    thread: Option<JoinHandle<io::Result<File>>>,
}

enum Block {
    Next(Vec<u8>),
    Last(Vec<u8>),
}

impl Compressor {
    /// Starts the thread that compresses to `file`.
    pub(super) fn start(file: File, options: SinkOptions) -> io::Result<Self> {
        let (full, incoming) = mpsc::sync_channel(BLOCKS);
        let (recycler, spare) = mpsc::channel();
        for _ in 1..BLOCKS {
            let _ = recycler.send(new_block()?);
        }
        let encoder = Encoder::new(file, options)?;
        let compress_all = move || compress(encoder, &incoming, |block| drop(recycler.send(block)));
        let thread = thread::Builder::new().name("compressor".into()).spawn(compress_all)?;
        Ok(Self { block: new_block()?, full, spare, thread: Some(thread) })
    }

    /// Passes `bytes` to the thread, which compresses and writes them later.
    ///
    /// # Errors
    ///
    /// The error of an earlier write. No more can be written then.
    pub(super) fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (next, rest) = bytes.split_at(bytes.len().min(BLOCK_SIZE - self.block.len()));
            self.block.extend_from_slice(next);
            bytes = rest;
            if self.block.len() == BLOCK_SIZE {
                let Ok(mut spare) = self.spare.recv() else { return Err(self.failure()) };
                spare.clear();
                let full = std::mem::replace(&mut self.block, spare);
                if self.full.send(Block::Next(full)).is_err() {
                    return Err(self.failure());
                }
            }
        }
        Ok(())
    }

    /// Waits until all bytes are written, and returns the file.
    ///
    /// # Errors
    ///
    /// The error of any write.
    pub(super) fn finish(mut self) -> io::Result<File> {
        let last = std::mem::take(&mut self.block);
        // If the thread has ended, it returns the reason.
        let _ = self.full.send(Block::Last(last));
        self.join()
    }

    /// Returns the error that ended the thread.
    fn failure(&mut self) -> io::Error {
        self.join().err().unwrap_or_else(|| io::Error::other("the compressor ended too early"))
    }

    fn join(&mut self) -> io::Result<File> {
        match self.thread.take().map(JoinHandle::join) {
            Some(result) => {
                result.unwrap_or_else(|panic| Err(io::Error::other(Error::panic(panic.as_ref()))))
            }
            None => Err(io::Error::other("the compressor has ended")),
        }
    }
}

/// Returns an empty block, or an error if there is no memory for it.
fn new_block() -> io::Result<Vec<u8>> {
    let mut block = Vec::new();
    fallible(|| block.try_reserve_exact(BLOCK_SIZE))?;
    Ok(block)
}

/// Compresses all `blocks` with `encoder`, and returns the file.
fn compress(
    mut encoder: Encoder,
    blocks: &Receiver<Block>,
    recycle: impl Fn(Vec<u8>),
) -> io::Result<File> {
    loop {
        let (block, is_last) = match blocks.recv() {
            Ok(Block::Next(block)) => (block, false),
            Ok(Block::Last(block)) => (block, true),
            Err(_) => {
                encoder.abandon();
                return Err(io::Error::other("the run failed"));
            }
        };
        if let Err(error) = encoder.write_all(&block) {
            encoder.abandon();
            return Err(error);
        }
        if is_last {
            return encoder.finish();
        }
        recycle(block);
    }
}
