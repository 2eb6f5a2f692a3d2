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

use std::io::Read;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread;

use super::block::{Block, BlockReader};
use super::decode::Decoder;
use super::format::Format;
use super::raw::RawInput;
use crate::error::{Error, Result};

/// A file that is read, not mapped.
pub(crate) struct Stream {
    input: RawInput,
    format: Arc<OnceLock<Format>>,
    path: PathBuf,
}

/// Gives the plain text of a stream, block after block.
pub(crate) struct Reader {
    blocks: BlockReader<Decoder>,
    path: PathBuf,
}

impl Stream {
    /// What `input` gives, taken to be in `format`, or else in the one that its first bytes tell.
    /// It is called `path` in messages.
    pub(crate) fn new(input: RawInput, format: Option<Format>, path: PathBuf) -> Self {
        let format = Arc::new(format.map_or_else(OnceLock::new, OnceLock::from));
        Self { input, format, path }
    }

    /// Where the format stands once it is known.
    pub(super) fn format(&self) -> Arc<OnceLock<Format>> {
        Arc::clone(&self.format)
    }

    /// A reader of blocks of about `size` bytes, of which `count` exist at once. Uses up to
    /// `threads` threads to decode where that is possible.
    ///
    /// Waits until the format is known.
    pub(crate) fn reader(self, size: usize, count: usize, threads: usize) -> Result<Reader> {
        let Self { input, format, path } = self;
        let decoder = Decoder::new(input, format.get().copied(), threads);
        let blocks = decoder.and_then(|decoder| {
            format.get_or_init(|| decoder.format());
            BlockReader::new(decoder, size, count)
        });
        let blocks = blocks.map_err(|source| Error::io(&path, source))?;
        Ok(Reader { blocks, path })
    }

    /// The first `len` bytes of plain text, or fewer if there are no more, and whether these are
    /// all.
    pub(crate) fn head(self, len: usize) -> Result<(Vec<u8>, bool)> {
        let Self { input, format, path } = self;
        let mut head = Vec::new();
        let decoder = Decoder::new(input, format.get().copied(), 1);
        let read = decoder.and_then(|it| it.take(len as u64 + 1).read_to_end(&mut head));
        read.map_err(|source| Error::io(path, source))?;
        let is_all = head.len() <= len;
        head.truncate(len);
        Ok((head, is_all))
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
