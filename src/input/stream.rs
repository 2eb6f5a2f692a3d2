//! Input that is read from front to back: a pipe, `/proc`, standard input, a compressed file, or a
//! file that is not mapped.
//!
//! A thread of its own reads and decodes into blocks, and delivers them cut after a newline, so that
//! reading overlaps with the work on what was read. Blocks are reused after they are dropped; their
//! number is fixed, so a slow consumer makes the reader wait and memory stays bounded.
//!
//! A block is delivered when it is full, and also when the next read would block: lines from a slow
//! pipe are passed on as soon as they are complete.

use std::io::BufRead;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use super::block::{Block, BlockReader};
use super::decode::{Archives, Decoder};
use super::encoding::Text;
use super::properties::Properties;
use super::raw::RawInput;
use super::reader;
use crate::error::{Error, Result};

/// An input that is read, not mapped.
pub(crate) struct Stream {
    /// In a box, because streams are moved around together with much else.
    state: Box<State>,
    path: PathBuf,
}

/// How far a stream was read.
enum State {
    Unread {
        input: RawInput,
        properties: Arc<Properties>,
        archives: Archives,
    },
    /// The first bytes were looked at.
    Begun {
        decoder: Decoder,
        properties: Arc<Properties>,
    },
}

/// Reads the plain text of a stream, block after block.
pub(crate) struct StreamBlocks {
    blocks: BlockReader<Text<Decoder>>,
    path: PathBuf,
}

impl Stream {
    /// Returns the stream of `input`, which messages call `path`. Its format is that of
    /// `properties`, or else the one that its first bytes tell.
    pub(crate) fn new(input: RawInput, properties: Arc<Properties>, path: PathBuf) -> Self {
        let archives = Archives::Refused;
        Self { state: Box::new(State::Unread { input, properties, archives }), path }
    }

    /// Sets what becomes of a stream that is an archive.
    pub(super) fn with_archives(mut self, accepted: Archives) -> Self {
        if let State::Unread { archives, .. } = &mut *self.state {
            *archives = accepted;
        }
        self
    }

    /// Begins to read, and returns a decoder, which uses up to `threads` threads if it is new, and the
    /// properties of the input. Waits until the format is known.
    pub(super) fn into_decoder(self, threads: usize) -> Result<(Decoder, Arc<Properties>)> {
        match *self.state {
            State::Begun { decoder, properties } => Ok((decoder, properties)),
            State::Unread { input, properties, archives } => {
                let decoder = Decoder::new(input, &properties, archives, threads);
                let decoder = decoder.map_err(|source| Error::io(&self.path, source))?;
                Ok((decoder, properties))
            }
        }
    }

    /// Returns the stream that goes on with `decoder`.
    pub(super) fn begun(decoder: Decoder, properties: Arc<Properties>, path: PathBuf) -> Self {
        Self { state: Box::new(State::Begun { decoder, properties }), path }
    }

    /// Returns a reader of the plain text, as [`Stream::into_decoder`] does.
    fn into_text(self, threads: usize) -> Result<Text<Decoder>> {
        let (decoder, properties) = self.into_decoder(threads)?;
        Ok(Text::new(decoder, properties))
    }

    /// Returns a reader of the plain text. Waits until the format is known.
    pub(super) fn into_reader(self) -> Result<impl BufRead + Send> {
        self.into_text(1).map(reader::buffered)
    }

    /// Returns a reader of blocks of about `size` bytes, of which at most `count` exist at once. It
    /// decodes with up to `threads` threads where the format allows it.
    ///
    /// Waits until the format is known.
    pub(crate) fn into_blocks(
        self,
        size: usize,
        count: usize,
        threads: usize,
    ) -> Result<StreamBlocks> {
        let path = self.path.clone();
        let text = self.into_text(threads)?;
        let blocks = BlockReader::new(text, size, count);
        let blocks = blocks.map_err(|source| Error::io(&path, source))?;
        Ok(StreamBlocks { blocks, path })
    }

    /// Starts a thread that passes all blocks of [`Stream::into_blocks`] to `deliver` in order, and
    /// then `None`, or the error that ended the stream early. `deliver` returns whether the consumer
    /// wants more.
    pub(crate) fn start(
        self,
        size: usize,
        count: usize,
        threads: usize,
        mut deliver: impl FnMut(Result<Option<Block>>) -> bool + Send + 'static,
    ) -> Result<()> {
        let path = self.path.clone();
        let run = move || {
            let read = AssertUnwindSafe(|| self.read_all(size, count, threads, &mut deliver));
            // A panic must reach the consumer as an error: it waits for the next block.
            let result = panic::catch_unwind(read);
            let result = result.unwrap_or_else(|panic| Err(Error::panic(panic.as_ref())));
            if let Err(error) = result {
                deliver(Err(error));
            }
        };
        // Not joined: the thread may wait in a read that never returns after the run is over.
        let thread = thread::Builder::new().name("reader".into()).spawn(run);
        thread.map(drop).map_err(|error| Error::io(path, error))
    }

    /// Passes all blocks to `deliver`, and then `None`, unless `deliver` wants no more before.
    fn read_all(
        self,
        size: usize,
        count: usize,
        threads: usize,
        deliver: &mut impl FnMut(Result<Option<Block>>) -> bool,
    ) -> Result<()> {
        let mut blocks = self.into_blocks(size, count, threads)?;
        loop {
            let block = blocks.next()?;
            let is_last = block.is_none();
            if !deliver(Ok(block)) || is_last {
                return Ok(());
            }
        }
    }
}

impl StreamBlocks {
    /// Returns the next block, or `None` after the last. Waits for a block to be dropped if `count`
    /// of them exist.
    pub(crate) fn next(&mut self) -> Result<Option<Block>> {
        self.blocks.next().map_err(|source| Error::io(&self.path, source))
    }
}
