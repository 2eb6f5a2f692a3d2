//! The profile of CPU time: stacks of the running threads, at equal distances of CPU time, in the
//! format of pprof.
//!
//! Stacks are unwound by tables. By frame pointers, pprof begins at the caller of the interrupted
//! function, so that the kernel's own work would not show.

use std::io::{self, Write};

use pprof::protos::Message;
use pprof::{ProfilerGuard, ProfilerGuardBuilder};
use signal_hook::consts::SIGPROF;
use signal_hook::low_level;

use super::recording::Profiler;

/// Stacks in a second of CPU time. The OS looks at its clocks 100 to 1000 times a second and signals
/// no more often. This number is a multiple or a divisor of no usual rate, so that samples do not
/// fall in step with anything periodic.
const FREQUENCY: i32 = 99;

pub struct CpuProfiler(ProfilerGuard<'static>);

impl CpuProfiler {
    pub fn start() -> io::Result<Self> {
        let guard = ProfilerGuardBuilder::default().frequency(FREQUENCY).build();
        let guard = guard.map_err(io::Error::other)?;
        // For the first stack the unwinder reads its tables, and allocates memory. A signal may have
        // interrupted the allocator, so the first stack is taken here, where nothing allocates.
        low_level::raise(SIGPROF)?;
        Ok(Self(guard))
    }
}

impl Profiler for CpuProfiler {
    fn write(self: Box<Self>, output: &mut dyn Write) -> io::Result<()> {
        let report = self.0.report().build().map_err(io::Error::other)?;
        let profile = report.pprof().map_err(io::Error::other)?;
        output.write_all(&profile.encode_to_vec())
    }
}
