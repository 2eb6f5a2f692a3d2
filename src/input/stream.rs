//! Input that can only be read from front to back: a pipe, `/proc`, standard input, and whatever is
//! compressed.
//!
//! A thread of its own reads, and decodes, into blocks and hands them over cut behind a newline, so
//! that reading overlaps with the work on what was read. The blocks come back when they are
//! dropped; their number is fixed, so a slow consumer makes the reader wait and memory stays
//! bounded.
//!
//! A block is handed over when it is full, and also when the next read would have to wait: what
//! comes out of a slow pipe is passed on as soon as its line is whole.

use std::io::BufRead;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use super::block::{Block, BlockReader};
use super::decode::Decoder;
use super::properties::Findings;
use super::raw::RawInput;
use super::reader;
use crate::error::{Error, Result};

/// A file that is read, not mapped.
pub(crate) struct Stream {
    input: RawInput,
    findings: Arc<Findings>,
    path: PathBuf,
}

/// Gives the plain text of a stream, block after block.
pub(crate) struct Reader {
    blocks: BlockReader<Decoder>,
    path: PathBuf,
}

impl Stream {
    /// What `input` gives, taken to be in the format that is in `findings`, or else in the one that
    /// its first bytes tell. It is called `path` in messages.
    pub(crate) fn new(input: RawInput, findings: Arc<Findings>, path: PathBuf) -> Self {
        Self { input, findings, path }
    }

    /// The plain text, as one reads any other file. Waits until the format is known.
    pub(super) fn text(self) -> Result<impl BufRead + Send> {
        let decoder = Decoder::new(self.input, self.findings, 1);
        decoder.map(reader::reader).map_err(|source| Error::io(&self.path, source))
    }

    /// A reader of blocks of about `size` bytes, of which `count` exist at once. Uses up to
    /// `threads` threads to decode where that is possible.
    ///
    /// Waits until the format is known.
    pub(crate) fn reader(self, size: usize, count: usize, threads: usize) -> Result<Reader> {
        let Self { input, findings, path } = self;
        let decoder = Decoder::new(input, findings, threads);
        let blocks = decoder.and_then(|decoder| BlockReader::new(decoder, size, count));
        let blocks = blocks.map_err(|source| Error::io(&path, source))?;
        Ok(Reader { blocks, path })
    }

    /// Has a thread read all blocks of [`Stream::reader`], each given to `deliver` in order, and
    /// then either `None` for the end or why there is none. What `deliver` returns is whether
    /// anybody wants more.
    pub(crate) fn start(
        self,
        size: usize,
        count: usize,
        threads: usize,
        mut deliver: impl FnMut(Result<Option<Block>>) -> bool + Send + 'static,
    ) -> Result<()> {
        let path = self.path.clone();
        let mut stream = Some(self);
        let mut reader = None;
        let mut next = move || {
            if let Some(stream) = stream.take() {
                reader = Some(stream.reader(size, count, threads)?);
            }
            reader.as_mut().map_or(Ok(None), Reader::next)
        };
        let read_all = move || {
            loop {
                // A panic must reach the consumer as an error: it waits for the next block.
                let next = panic::catch_unwind(AssertUnwindSafe(&mut next));
                let next = next.unwrap_or_else(|panic| Err(Error::panic(panic.as_ref())));
                let is_last = !matches!(next, Ok(Some(_)));
                if !deliver(next) || is_last {
                    return;
                }
            }
        };
        // Not joined: it may be waiting in a read that never returns, when the run is long over.
        let thread = thread::Builder::new().name("reader".into()).spawn(read_all);
        thread.map(drop).map_err(|error| Error::io(path, error))
    }
}

impl Reader {
    /// The next block, or `None` after the last. Waits for a block to come back if all are out.
    pub(crate) fn next(&mut self) -> Result<Option<Block>> {
        self.blocks.next().map_err(|source| Error::io(&self.path, source))
    }
}
