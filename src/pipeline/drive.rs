//! The loop of the thread that drives a run.

use super::chunk_queue::ChunkQueue;
use super::executor::{Event, Executor};
use super::in_flight::InFlight;
use super::worker::ChunkOutput;
use crate::error::Result;

/// Why the loop has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Everything is written.
    Done,
    /// There was enough to do to go on with another executor. Nothing is in flight.
    Enough,
}

/// Drives a run to its end: returns when all of `queue` is written, or with the first error.
pub(super) fn drive<'a>(
    queue: &mut ChunkQueue<'a>,
    executor: &mut impl Executor<'a>,
    in_flight: &mut InFlight,
    write: impl FnMut(&[ChunkOutput]) -> Result<()>,
) -> Result<()> {
    drive_until(|_| false, queue, executor, in_flight, write).map(|_| ())
}

/// Drives a run to its end, or until `is_enough` returns true and nothing is in flight.
pub(super) fn drive_until<'a>(
    is_enough: impl Fn(&ChunkQueue<'a>) -> bool,
    queue: &mut ChunkQueue<'a>,
    executor: &mut impl Executor<'a>,
    in_flight: &mut InFlight,
    mut write: impl FnMut(&[ChunkOutput]) -> Result<()>,
) -> Result<Stop> {
    let mut batch = Vec::new();
    loop {
        while let Some(event) = executor.try_next_event() {
            handle(event, queue, in_flight)?;
        }
        if in_flight.is_empty() && is_enough(queue) {
            return Ok(Stop::Enough);
        }
        // After the events, which may have brought blocks. A block that stayed in the queue while
        // this thread waits below could be the one that the next event needs the buffer of.
        while in_flight.has_room()
            && let Some(chunk) = queue.next()
        {
            executor.submit(in_flight.dispatch(chunk)?);
        }
        in_flight.take_ready(&mut batch);
        if !batch.is_empty() {
            write(&batch)?;
            in_flight.recycle(batch.drain(..));
        } else if !in_flight.is_empty() || queue.expects_more() {
            handle(executor.next_event(), queue, in_flight)?;
        } else {
            return Ok(Stop::Done);
        }
    }
}

fn handle(event: Event, queue: &mut ChunkQueue<'_>, in_flight: &mut InFlight) -> Result<()> {
    match event {
        Event::Finished(finished) => in_flight.complete(finished?),
        Event::Read(block) => queue.push(block?),
    }
    Ok(())
}
