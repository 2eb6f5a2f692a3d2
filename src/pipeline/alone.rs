//! A run by one thread, which reads, normalises and writes in turn. For a small log, starting another
//! thread would take longer than the run.

use crate::error::Result;
use crate::input::chunk::Chunk;
use crate::input::{Format, Source};
use crate::output::Sink;

use super::executor::{ChunkTask, do_task};
use super::threads::Threads;
use super::worker::Worker;
use super::{Action, Options, Run, Stream, UncommittedRun, run_on};

/// Does the same as [`run_uncommitted`](super::run_uncommitted) with the calling thread alone, and
/// without buffers that a small log does not fill.
pub(crate) fn run_alone(
    source: Source,
    sink: Sink,
    action: Action<'_>,
    options: &Options,
) -> Result<UncommittedRun> {
    let is_plain = source.origin.format() == Some(Format::Plain);
    let chunk_size = block_size(source.size(), is_plain, options.clamped_chunk_size());
    let options = Options { threads: 1, chunk_size, ..*options };
    run_on(Threads::Reading, source, sink, action, &options)
}

/// A member of more bytes than this is normalised by all threads. With less, starting the thread that
/// reads it takes a good part of the time.
const LARGE_MEMBER: u64 = 256 << 10;

/// Returns whether `source`, which is a log in an archive, has no work for more than one thread.
pub(super) fn is_small_member(source: &Source, options: &Options) -> bool {
    let limit = LARGE_MEMBER.min(options.clamped_chunk_size() as u64);
    source.size().is_some_and(|size| size <= limit)
}

impl Run<'_> {
    /// Normalises a stream with the calling thread, which also reads it.
    pub(super) fn read_alone(&mut self, stream: Stream) -> Result<()> {
        let Self { origin, chunk_size, settings, in_flight, writer } = self;
        let mut blocks = stream.into_blocks(*chunk_size, 2, 1)?;
        let mut worker = Worker::new(*settings);
        let mut outputs = Vec::with_capacity(1);
        while let Some(block) = blocks.next().map_err(|error| origin.cause_of(error))? {
            let task: ChunkTask<'_> = in_flight.dispatch(Chunk::Read(block))?;
            in_flight.complete(do_task(task, &mut worker)?);
            in_flight.take_ready(&mut outputs);
            writer.write(&outputs)?;
            in_flight.recycle(outputs.drain(..));
        }
        Ok(())
    }
}

/// Returns how many bytes of text are normalised at once: all of a small log, and one byte more, so
/// that the read that fills it also finds the end. Not more, because unused room has to be cleared.
pub(super) fn block_size(size: Option<u64>, is_plain: bool, chunk_size: usize) -> usize {
    /// Bytes of text for a byte of compressed log. Logs are compressed to a tenth, or less.
    const EXPANSION: u64 = 16;
    let expansion = if is_plain { 1 } else { EXPANSION };
    let all = size.unwrap_or(u64::MAX).saturating_mul(expansion).saturating_add(1);
    usize::try_from(all).map_or(chunk_size, |all| all.min(chunk_size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_a_small_log_and_is_never_empty() {
        assert_eq!(block_size(Some(10), true, 100), 11);
        assert_eq!(block_size(Some(4), false, 100), 65);
        for (size, is_plain) in [(None, true), (Some(100), true), (Some(1 << 60), false)] {
            assert_eq!(block_size(size, is_plain, 100), 100);
        }
        assert_eq!(block_size(Some(u64::MAX), true, 1), 1);
    }
}
