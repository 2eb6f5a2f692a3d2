//! The loop of the thread that drives a run.

use super::chunk_queue::ChunkQueue;
use super::executor::{Event, Executor};
use super::in_flight::InFlight;
use super::worker::ChunkOutput;
use crate::error::Result;

/// Does the whole run: returns when all of `queue` was written, or with the first error.
pub(super) fn drive<'a>(
    queue: &mut ChunkQueue<'a>,
    executor: &mut impl Executor<'a>,
    in_flight: &mut InFlight,
    put: impl FnMut(&[ChunkOutput]) -> Result<()>,
) -> Result<()> {
    drive_until(|_| false, queue, executor, in_flight, put)
}

/// The same, but returns also when `is_enough` says so and nothing is in flight.
pub(super) fn drive_until<'a>(
    is_enough: impl Fn(&ChunkQueue<'a>) -> bool,
    queue: &mut ChunkQueue<'a>,
    executor: &mut impl Executor<'a>,
    in_flight: &mut InFlight,
    mut put: impl FnMut(&[ChunkOutput]) -> Result<()>,
) -> Result<()> {
    let mut batch = Vec::new();
    loop {
        while let Some(event) = executor.poll() {
            note(event, queue, in_flight)?;
        }
        if in_flight.is_empty() && is_enough(queue) {
            return Ok(());
        }
        // After the events, for they may have brought a block: whoever waits for an event below
        // must not hold what the next one depends on.
        while in_flight.has_room()
            && let Some(chunk) = queue.next()
        {
            executor.start(in_flight.dispatch(chunk)?);
        }
        in_flight.take_ready(&mut batch);
        if !batch.is_empty() {
            put(&batch)?;
            in_flight.recycle(batch.drain(..));
        } else if !in_flight.is_empty() || queue.expects_more() {
            note(executor.wait(), queue, in_flight)?;
        } else {
            return Ok(());
        }
    }
}

fn note(event: Event, queue: &mut ChunkQueue<'_>, in_flight: &mut InFlight) -> Result<()> {
    match event {
        Event::Finished(finished) => in_flight.complete(finished?),
        Event::Read(block) => queue.push(block?),
    }
    Ok(())
}
