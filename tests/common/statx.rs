//! Files whose size is not the size that `statx` returns, as on file systems in user space and over
//! a network.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use super::needs;

/// Whether `strace` can change the result of a call.
#[must_use]
pub fn can_be_changed() -> bool {
    let inject = "inject=statx:poke_exit=@arg5=00:when=65535";
    let works = || Command::new("strace").args(["-o", "/dev/null", "-e", inject, "true"]).status();
    needs::strace()
        && needs::needed(works().is_ok_and(|it| it.success()), "strace cannot change memory")
}

/// Returns a command prefix under which the file at `path` seems to have `size` bytes: always, or
/// only in the calls of `statx` about it that `when` selects.
pub fn with_size(path: &Path, size: u64, when: &str) -> String {
    let metadata = fs::metadata(path).unwrap();
    // The fields of `struct statx` up to the size, of 4, 4, 8, 4, 4, 4, 2, 2, 8 and 8 bytes.
    let all_known: u32 = 0x17ff;
    let bytes = [
        &all_known.to_ne_bytes()[..],
        &4096_u32.to_ne_bytes(),
        &[0; 8],
        &1_u32.to_ne_bytes(),
        &metadata.uid().to_ne_bytes(),
        &metadata.gid().to_ne_bytes(),
        &(metadata.mode() as u16).to_ne_bytes(),
        &[0; 2],
        &metadata.ino().to_ne_bytes(),
        &size.to_ne_bytes(),
    ];
    let hex: String = bytes.concat().iter().map(|byte| format!("{byte:02x}")).collect();
    let inject = format!("inject=statx:poke_exit=@arg5={hex}{when}");
    format!("strace -f -o trace -P {} -e {inject}", path.display())
}
