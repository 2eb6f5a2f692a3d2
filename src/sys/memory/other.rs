//! The figures of other Unixes, which have no `/proc`.

use nix::sys::resource::{UsageWho, getrusage};

/// Returns `None`: no call that these systems share tells anonymous memory from mapped files.
pub(super) fn anonymous() -> Option<u64> {
    None
}

/// Returns the peak of resident memory, mapped files included, in bytes.
pub(crate) fn peak_resident() -> Option<u64> {
    /// The unit of `ru_maxrss`.
    const UNIT: u64 = if cfg!(target_os = "macos") { 1 } else { 1024 };
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    u64::try_from(usage.max_rss()).ok()?.checked_mul(UNIT)
}
