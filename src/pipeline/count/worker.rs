//! One of the threads that count logs side by side.

use std::mem;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::queue::{Batch, Queue};
use super::sum::{Next, Part, Sum};
use super::{Log, Settings};
use crate::catalogue::{Catalogue, ChunkCounts, Placement};
use crate::error::{Error, Result};
use crate::input::{Bytes, OpenInput, Opened, Source, open};
use crate::output::Sink;
use crate::pipeline::alone::block_size;
use crate::pipeline::many::{LARGE, is_plain};
use crate::pipeline::phase_timer::PhaseTimer;
use crate::pipeline::worker::{ChunkOutput, Worker, WorkerSettings};
use crate::pipeline::{Outcome, UncommittedRun};
use crate::rules::Counts;
use crate::sys::{fallible, memory};

/// The bytes of small logs that are counted together: as many as a core has near at hand, with their
/// patterns.
const ROOM: usize = 256 << 10;

/// A log is small if so many of them have room together.
const SMALL_PER_ROOM: usize = 4;

/// A thread's working memory.
pub(super) struct LogCounter<'a> {
    settings: &'a Settings<'a>,
    worker: Worker<'a>,
    room: Box<[u8]>,
    small: SmallLogs,
    output: ChunkOutput,
}

/// The small logs that were read and not yet counted, which are one chunk.
#[derive(Default)]
struct SmallLogs {
    /// The number of the first of them.
    first: u64,
    logs: u64,
    bytes: usize,
    /// Where each of them ends.
    ends: Vec<usize>,
    /// The name of the last of them.
    path: PathBuf,
}

/// What a thread met in a batch.
enum Met {
    /// Its end.
    End,
    /// A log that is not small, and its number and name.
    Alone(u64, PathBuf, Box<Source>),
    /// A reason not to take more logs.
    Stop,
}

/// What became of a log that was counted alone.
enum Counted {
    /// It is in the output of one chunk.
    Chunk(Outcome),
    /// It is in a catalogue of its own.
    Catalogue(Outcome, Box<Catalogue>),
    /// It has more patterns than a catalogue of its own may have.
    Outgrown,
}

impl<'a> LogCounter<'a> {
    pub(super) fn new(settings: &'a Settings<'a>, sum: &Sum<'_>) -> Result<Self> {
        let size = ROOM.min(settings.options.clamped_chunk_size());
        let escapes = settings.unmapped.escapes;
        let mut worker = WorkerSettings::new(settings.options.kernel, settings.rules, escapes);
        worker.max_examples = settings.limits_alone.examples;
        let worker = Worker::new(worker);
        let (small, output) = (SmallLogs::default(), sum.free_output());
        let mut room = Vec::new();
        fallible(|| room.try_reserve_exact(size)).map_err(|_| Error::Memory { bytes: size })?;
        room.resize(size, 0);
        Ok(Self { settings, worker, room: room.into(), small, output })
    }

    /// Counts logs of `queue` into `sum` until there are no more.
    pub(super) fn run<I: Iterator<Item = Log>>(&mut self, queue: &Queue<I>, sum: &Sum<'_>) {
        while let Some(mut batch) = queue.take() {
            let met = self.count_small(&mut batch, sum);
            // Before anything that takes long.
            queue.finish(batch);
            let next = match met {
                Met::End => Next::GoOn,
                Met::Alone(number, path, source) => {
                    sum.add(number, self.part_of(path, source, sum))
                }
                Met::Stop => Next::Stop,
            };
            if next == Next::Stop {
                return queue.close();
            }
        }
    }

    /// Counts logs of `batch` together as long as they are small.
    fn count_small(&mut self, batch: &mut Batch, sum: &Sum<'_>) -> Met {
        for log in batch.logs.by_ref() {
            let number = batch.first;
            batch.first += 1;
            let part = match log {
                Log::File(path) => match self.read(&path, sum) {
                    Ok(Opened::Whole(len)) => {
                        let is_ended = self.push(number, path, len);
                        if !is_ended && self.flush(sum) == Next::Stop {
                            return Met::Stop;
                        }
                        continue;
                    }
                    Ok(Opened::Source(source)) => {
                        // If the threads are to stop, this one does so after the log.
                        let _ = self.flush(sum);
                        return Met::Alone(number, path, source);
                    }
                    Err(error) => failed(path, error),
                },
                log @ (Log::Stdin | Log::Open(_)) => Part::Large(log),
            };
            let _ = self.flush(sum);
            if sum.add(number, part) == Next::Stop {
                return Met::Stop;
            }
        }
        if self.flush(sum) == Next::Stop { Met::Stop } else { Met::End }
    }

    /// Opens the file at `path`, and reads all of it if it is small, after the small logs that were read.
    fn read(&mut self, path: &Path, sum: &Sum<'_>) -> Result<Opened> {
        let limit = self.room.len() / SMALL_PER_ROOM;
        if self.room.len() - self.small.bytes < limit {
            let _ = self.flush(sum);
        }
        open(path, &self.settings.unmapped, &mut self.room[self.small.bytes..][..limit])
    }

    /// Adds a log of `len` bytes to the small ones. Returns whether another may come after it in the
    /// same chunk: a last line without an ending would go on in the next log.
    fn push(&mut self, number: u64, path: PathBuf, len: usize) -> bool {
        let small = &mut self.small;
        small.first = if small.logs == 0 { number } else { small.first };
        small.logs += 1;
        small.bytes += len;
        small.ends.push(small.bytes);
        small.path = path;
        len == 0 || self.room[..small.bytes].ends_with(b"\n")
    }

    /// Counts the small logs that were read, and adds them to `sum`.
    fn flush(&mut self, sum: &Sum<'_>) -> Next {
        let SmallLogs { first, logs, bytes, ends, path } = mem::take(&mut self.small);
        if logs == 0 {
            return Next::GoOn;
        }
        let placement = Placement::Logs { ends: &ends, least_level: sum.least_level() };
        let part = match self.worker.work(&self.room[..bytes], placement, &mut self.output) {
            Ok(counts) => {
                memory::sample_if_due(Instant::now());
                let output = mem::replace(&mut self.output, sum.free_output());
                Part::Small { logs, output, counts }
            }
            Err(error) => {
                self.output.arena.clear();
                Part::Failed { logs, path, error }
            }
        };
        sum.add(first, part)
    }

    /// Counts one log that is not small, or leaves it to all threads.
    fn part_of(&mut self, path: PathBuf, source: Box<Source>, sum: &Sum<'_>) -> Part {
        let source = match OpenInput::of(*source, 1) {
            Ok(OpenInput::Log(source)) => source,
            Ok(OpenInput::Archive(archive)) if archive.is_regular() => {
                return Part::Large(Log::File(path));
            }
            Ok(archive) => return Part::Large(Log::Open(Box::new(archive))),
            Err(error) => return failed(path, error),
        };
        match source.size() {
            // A pipe cannot be opened again.
            None => return Part::Large(Log::Open(Box::new(OpenInput::Log(source)))),
            Some(size) if size > LARGE && is_plain(&source) => return Part::Large(Log::File(path)),
            Some(_) => {}
        }
        match self.count(source) {
            Ok(Counted::Chunk(outcome)) => {
                let output = mem::replace(&mut self.output, sum.free_output());
                Part::Chunk(path, outcome, output)
            }
            Ok(Counted::Catalogue(outcome, catalogue)) => Part::Catalogue(path, outcome, catalogue),
            Ok(Counted::Outgrown) => Part::Large(Log::File(path)),
            Err(error) => failed(path, error),
        }
    }

    /// Counts a log from end to end.
    fn count(&mut self, source: Source) -> Result<Counted> {
        let chunk_size = self.settings.options.clamped_chunk_size();
        let block_size = block_size(source.size(), is_plain(&source), chunk_size);
        let kind = source.kind();
        let Source { bytes, origin } = source;
        let timer = PhaseTimer::start(origin.opening());
        let Bytes::Stream(stream) = bytes else { unreachable!("the file was opened unmapped") };
        let mut reader = stream.into_blocks(block_size, 2, 1)?;
        let (mut counts, mut catalogue) = (Counts::default(), None);
        self.output.arena.clear();
        while let Some(block) = reader.next().map_err(|error| origin.cause_of(error))? {
            // The chunk before was not the only one.
            if counts.bytes_in > 0 && !self.add_chunk(&mut catalogue)? {
                return Ok(Counted::Outgrown);
            }
            let placement = Placement::InLog { start: counts.bytes_in, part_start: 0 };
            counts += self.worker.work(&block, placement, &mut self.output)?;
            memory::sample_if_due(Instant::now());
        }
        if counts.bytes_in == 0 {
            // The output still has the counts of the log before.
            self.worker.work(&[], Placement::NONE, &mut self.output)?;
        }
        if catalogue.is_some() && !self.add_chunk(&mut catalogue)? {
            return Ok(Counted::Outgrown);
        }
        let (sink, phases) = (Sink::discard(), timer.finish());
        let run = UncommittedRun { origin, sink, phases, source: kind, counts, threads: 1 };
        let outcome = run.commit()?;
        Ok(match catalogue {
            Some(mut catalogue) => {
                catalogue.end_log();
                Counted::Catalogue(outcome, catalogue)
            }
            None => {
                self.output.chunk_counts.iter_mut().for_each(ChunkCounts::end_log);
                Counted::Chunk(outcome)
            }
        })
    }

    /// Adds the chunk in the output to `catalogue`, which is made for the first. Returns whether it has
    /// room for all patterns.
    fn add_chunk(&mut self, catalogue: &mut Option<Box<Catalogue>>) -> Result<bool> {
        let Settings { rules, limits_alone, .. } = *self.settings;
        let new = || Box::new(Catalogue::new(rules, limits_alone));
        let catalogue = catalogue.get_or_insert_with(new);
        if let Some(counts) = &self.output.chunk_counts {
            catalogue.add(&self.output.arena, counts)?;
        }
        self.output.arena.clear();
        Ok(catalogue.other().is_none() && catalogue.memory() <= limits_alone.bytes)
    }
}

/// Returns the part for a log that cannot be read. If that is because too many files are open, it is
/// read again when no other is.
fn failed(path: PathBuf, error: Error) -> Part {
    if error.is_out_of_descriptors() {
        return Part::Large(Log::File(path));
    }
    Part::Failed { logs: 1, path, error }
}
