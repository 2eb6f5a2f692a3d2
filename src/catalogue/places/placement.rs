//! Where a chunk is: in a log, or with several logs in it.

use std::mem::replace;

use super::boundaries::{Boundaries, WholeLog};
use super::open_log::OpenLog;
use crate::catalogue::memory::{NoMemory, collect};

/// Where a chunk is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Placement<'a> {
    /// In a log.
    InLog {
        /// The bytes of plain text before it.
        start: u64,
        /// The same for the part of the log that is counted, which begins with an earlier chunk or with
        /// this one.
        part_start: u64,
    },
    /// It has whole logs, one after the other.
    Logs {
        /// Where in the chunk each ends.
        ends: &'a [usize],
        /// A level below which the catalogue of all logs keeps no boundaries.
        least_level: u8,
    },
}

impl Placement<'_> {
    /// The placement of chunks whose lines are not counted.
    pub(crate) const NONE: Self = Self::InLog { start: 0, part_start: 0 };

    /// Returns the bytes of the log before the chunk, if it is in one.
    pub(in crate::catalogue) fn start(self) -> Option<u64> {
        match self {
            Self::InLog { start, .. } => Some(start),
            Self::Logs { .. } => None,
        }
    }

    /// Sets the boundaries in a chunk of `bytes` bytes. `log_at` returns the log that starts at an offset
    /// in it.
    pub(in crate::catalogue) fn set(
        self,
        bytes: usize,
        boundaries: &mut Boundaries,
        log_at: impl Fn(usize) -> OpenLog,
    ) -> Result<(), NoMemory> {
        match self {
            Self::InLog { start, part_start } => {
                let end = start.saturating_add(bytes as u64);
                boundaries.set_chunk(start..end, part_start)
            }
            Self::Logs { ends, least_level } => {
                let mut start = 0;
                let logs = ends.iter().map(|&end| (replace(&mut start, end), end));
                let logs = logs.filter(|(start, end)| start < end).map(|(start, end)| {
                    let (offset, len) = (start as u64, (end - start) as u64);
                    WholeLog { offset, len, level: log_at(start).start_level(len) }
                });
                boundaries.set_logs(&collect(logs, ends.len())?, least_level)
            }
        }
    }
}
