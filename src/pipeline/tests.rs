//! The driving loop under many schedules, and whole runs.
//!
//! In whatever order the threads run, everything that is read is written, once and in order, no
//! thread waits forever, and no more chunks are in flight than allowed. The threads and channels
//! are those of shuttle, which chooses the order. A schedule that does not end fails the test.

use std::sync::mpsc as std_mpsc;

use shuttle::sync::Arc;
use shuttle::sync::atomic::{AtomicBool, Ordering};
use shuttle::sync::mpsc::{self, Receiver, Sender};
use shuttle::thread;

use super::chunk_queue::ChunkQueue;
use super::executor::{ChunkTask, Event, Executor, FinishedChunk};
use super::in_flight::InFlight;
use super::worker::ChunkOutput;
use super::{Action, Options, drive, drive_until, run};
use crate::catalogue::{Catalogue, Limits, Placement, file};
use crate::error::{Error, Result};
use crate::input::{Block, Source, SourceOptions};
use crate::output::{Sink, SinkOptions};
use crate::rules::{Counts, Kernel, Rules};

const SCHEDULES: usize = 3000;
const BLOCKS: u8 = 12;

/// Does each task on a thread of its own.
struct ThreadPerTask {
    sender: Sender<Event>,
    events: Receiver<Event>,
    fails_at: Option<u64>,
}

impl Executor<'static> for ThreadPerTask {
    fn submit(&mut self, task: ChunkTask<'static>) {
        let (sender, fails_at) = (self.sender.clone(), self.fails_at);
        thread::spawn(move || {
            let ChunkTask { sequence, chunk, placement, mut output } = task;
            assert!(output.arena.is_empty(), "an arena was reused before it was written");
            let Placement::InLog { start, .. } = placement else { panic!("{placement:?}") };
            assert_eq!(start, sequence, "blocks of one byte");
            output.arena.extend_from_slice(&chunk);
            drop(chunk);
            let counts = Counts { lines: 1, ..Counts::default() };
            let finished = match fails_at {
                Some(at) if at == sequence => Err(Error::Panic { message: "meant to".into() }),
                _ => Ok(FinishedChunk { sequence, output, counts }),
            };
            let _ = sender.send(Event::Finished(finished));
        });
    }

    fn try_next_event(&mut self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    fn next_event(&mut self) -> Event {
        self.events.recv().expect("`self.sender` keeps the channel open")
    }
}

/// Reads `BLOCKS` blocks of one byte into `spare_buffers` buffers, or fewer blocks if the run ends
/// before.
fn read(spare_buffers: usize, events: &Sender<Event>, is_over: &AtomicBool) {
    let (returns, spare) = std_mpsc::channel();
    for _ in 0..spare_buffers {
        returns.send(Vec::new()).expect("`spare` is still there");
    }
    for byte in 0..BLOCKS {
        let buffer = loop {
            match spare.try_recv() {
                Ok(buffer) => break buffer,
                Err(_) if is_over.load(Ordering::SeqCst) => return,
                Err(_) => thread::yield_now(),
            }
        };
        let block = Block::new(buffer, &[byte], returns.clone());
        let _ = events.send(Event::Read(Ok(Some(block))));
    }
    let _ = events.send(Event::Read(Ok(None)));
}

/// Drives a run with at most `max` chunks in flight, and returns what was written and how the run
/// ended.
fn drive_run(max: usize, spare_buffers: usize, fails_at: Option<u64>) -> (Vec<u8>, Result<Counts>) {
    let (sender, events) = mpsc::channel();
    let is_over = Arc::new(AtomicBool::new(false));
    let (reader, reader_is_over) = (sender.clone(), Arc::clone(&is_over));
    thread::spawn(move || read(spare_buffers, &reader, &reader_is_over));
    let mut executor = ThreadPerTask { sender, events, fails_at };
    let mut queue = ChunkQueue::stream();
    let mut in_flight = InFlight::new(max, 16);
    let mut written = Vec::new();
    let mut write = |outputs: &[ChunkOutput]| {
        assert!(outputs.len() <= max, "{} outputs in flight", outputs.len());
        outputs.iter().for_each(|output| written.extend_from_slice(&output.arena));
        Ok(())
    };
    // In two parts if several blocks wait at any time, as a run does that starts more threads.
    let is_enough = |queue: &ChunkQueue<'_>| queue.has_several(2);
    let stop = drive_until(is_enough, &mut queue, &mut executor, &mut in_flight, &mut write);
    let result = stop.and_then(|stop| {
        assert!(in_flight.is_empty(), "{stop:?}");
        drive(&mut queue, &mut executor, &mut in_flight, &mut write)
    });
    is_over.store(true, Ordering::SeqCst);
    (written, result.map(|()| in_flight.counts()))
}

#[test]
fn everything_that_is_read_is_written_in_order_under_every_schedule() {
    for (max, spare_buffers) in [(1, 1), (1, 2), (3, 1), (3, 4)] {
        shuttle::check_random(
            move || {
                let (written, result) = drive_run(max, spare_buffers, None);
                assert_eq!(written, (0..BLOCKS).collect::<Vec<_>>());
                assert_eq!(result.unwrap().lines, u64::from(BLOCKS));
            },
            SCHEDULES,
        );
    }
}

#[test]
fn an_error_ends_the_run_and_what_was_written_before_is_in_order() {
    shuttle::check_random(
        || {
            let (written, result) = drive_run(3, 4, Some(5));
            assert!(matches!(result, Err(Error::Panic { .. })));
            assert!(written.len() <= 5);
            assert!(written.iter().copied().eq(0..written.len() as u8));
        },
        SCHEDULES,
    );
}

#[test]
fn a_panic_in_a_task_is_an_error_and_leaves_no_output() {
    let directory = tempfile::tempdir().unwrap();
    let (input, output) = (directory.path().join("in.log"), directory.path().join("out.log"));
    std::fs::write(&input, "a line\n".repeat(1000)).unwrap();
    for (map, threads) in [(true, 1), (true, 3), (false, 1), (false, 3)] {
        let source = Source::open(&input, &SourceOptions { map, ..Default::default() }).unwrap();
        let sink = Sink::create(&output, Some(&source), SinkOptions::default()).unwrap();
        let options = Options { threads, chunk_size: 100, kernel: Kernel::panicking() };
        let error = run(source, sink, Action::Write(Rules::Shape), &options).unwrap_err();
        assert!(matches!(&error, Error::Panic { message } if message == "meant to"), "{error}");
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1, "only the input is left");
    }
}

#[test]
fn a_catalogue_continues_where_the_log_before_ended() {
    let directory = tempfile::tempdir().unwrap();
    let parts = ["one line\nx\n".repeat(300), "(a) line\nx\n".repeat(500)];
    let catalogue_of = |logs: &[&str]| {
        let mut catalogue = Catalogue::new(Rules::Shape, Limits::default());
        for (log, map) in logs.iter().zip([true, false].into_iter().cycle()) {
            let input = directory.path().join("in.log");
            std::fs::write(&input, log).unwrap();
            let source = Source::open(&input, &SourceOptions { map, ..Default::default() });
            let options = Options { threads: 2, chunk_size: 100, ..Options::default() };
            let action = Action::Count(&mut catalogue);
            run(source.unwrap(), Sink::discard(), action, &options).unwrap();
        }
        catalogue
    };
    let written = |catalogue: &Catalogue| {
        let mut file = Vec::new();
        file::write(catalogue, file::FileFormat::Jsonl, &mut file).unwrap();
        String::from_utf8(file).unwrap()
    };
    let mut sum = catalogue_of(&[&parts[0]]);
    sum.append(&catalogue_of(&[&parts[1]])).unwrap();
    assert_eq!(written(&catalogue_of(&[&parts[0], &parts[1]])), written(&sum));
}

#[test]
fn options_out_of_range_lose_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (input, output) = (directory.path().join("in.log"), directory.path().join("out.log"));
    std::fs::write(&input, "a line\n\n(b)").unwrap();
    for (map, threads, chunk_size) in
        [(true, 0, 0), (false, 0, 0), (true, 2, usize::MAX), (false, 1, 1)]
    {
        let source = Source::open(&input, &SourceOptions { map, ..Default::default() }).unwrap();
        let sink = Sink::create(&output, Some(&source), SinkOptions::default()).unwrap();
        let options = Options { threads, chunk_size, ..Options::default() };
        match run(source, sink, Action::Write(Rules::Shape), &options) {
            Ok(outcome) => {
                assert_eq!(outcome.counts.lines, 3);
                assert_eq!(std::fs::read_to_string(&output).unwrap(), "Y Y\n\n(X)\n");
            }
            Err(error) => assert!(matches!(error, Error::Memory { .. }), "{error}"),
        }
    }
}
