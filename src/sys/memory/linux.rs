//! The figures of Linux, from `/proc`.

use std::fs::File;
use std::io::Read;

/// Returns the current amount of anonymous memory in bytes.
pub(super) fn anonymous() -> Option<u64> {
    status_bytes("RssAnon:")
}

/// Returns the peak of resident memory, mapped files included, in bytes.
pub(crate) fn peak_resident() -> Option<u64> {
    status_bytes("VmHWM:")
}

/// Returns the value of `key` in `/proc/self/status`, in bytes. Does not allocate, so that the number
/// of allocations of a run does not depend on the time it takes.
fn status_bytes(key: &str) -> Option<u64> {
    let mut buffer = [0; 4096];
    let len = File::open("/proc/self/status").ok()?.read(&mut buffer).ok()?;
    let text = str::from_utf8(&buffer[..len]).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
