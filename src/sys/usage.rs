//! The resources that this process has used.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use serde::Serialize;

use super::memory;

/// CPU time, memory and page faults of the whole process. Figures that the OS does not tell are
/// `None`.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Usage {
    cpu_user_seconds: Option<f64>,
    cpu_system_seconds: Option<f64>,
    pub(crate) peak_resident_bytes: Option<u64>,
    peak_anonymous_bytes: Option<u64>,
    minor_page_faults: Option<u64>,
    major_page_faults: Option<u64>,
}

impl Usage {
    /// Returns the usage of this process so far.
    pub(crate) fn of_this_process() -> Self {
        let usage = getrusage(UsageWho::RUSAGE_SELF).ok();
        let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
        Self {
            cpu_user_seconds: usage.map(|usage| seconds(usage.user_time())),
            cpu_system_seconds: usage.map(|usage| seconds(usage.system_time())),
            peak_resident_bytes: memory::peak_resident(),
            peak_anonymous_bytes: memory::peak_anonymous(),
            minor_page_faults: usage.map(|usage| usage.minor_page_faults() as u64),
            major_page_faults: usage.map(|usage| usage.major_page_faults() as u64),
        }
    }
}
