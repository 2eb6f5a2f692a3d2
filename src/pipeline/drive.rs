//! The loop of the thread that drives a run.

use super::chunk_queue::Feed;
use super::executor::{Crew, Event};
use super::in_flight::Flight;
use super::worker::Product;
use crate::error::Result;

/// Does the whole run: returns when all of `feed` was written, or with the first error.
pub(super) fn drive<'a>(
    feed: &mut Feed<'a>,
    crew: &mut impl Crew<'a>,
    flight: &mut Flight,
    put: impl FnMut(&[Product]) -> Result<()>,
) -> Result<()> {
    drive_until(|_| false, feed, crew, flight, put)
}

/// The same, but returns also when `is_enough` says so and nothing is in flight.
pub(super) fn drive_until<'a>(
    is_enough: impl Fn(&Feed<'a>) -> bool,
    feed: &mut Feed<'a>,
    crew: &mut impl Crew<'a>,
    flight: &mut Flight,
    mut put: impl FnMut(&[Product]) -> Result<()>,
) -> Result<()> {
    let mut batch = Vec::new();
    loop {
        while let Some(event) = crew.poll() {
            note(event, feed, flight)?;
        }
        if flight.is_empty() && is_enough(feed) {
            return Ok(());
        }
        // After the events, for they may have brought a block: whoever waits for an event below
        // must not hold what the next one depends on.
        while flight.has_room()
            && let Some(chunk) = feed.next()
        {
            crew.start(flight.depart(chunk)?);
        }
        flight.land(&mut batch);
        if !batch.is_empty() {
            put(&batch)?;
            flight.recycle(batch.drain(..));
        } else if !flight.is_empty() || feed.is_expected() {
            note(crew.wait(), feed, flight)?;
        } else {
            return Ok(());
        }
    }
}

fn note(event: Event, feed: &mut Feed<'_>, flight: &mut Flight) -> Result<()> {
    match event {
        Event::Finished(finished) => flight.arrive(finished?),
        Event::Read(block) => feed.arrive(block?),
    }
    Ok(())
}
