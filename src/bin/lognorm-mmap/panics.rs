//! Panics, which are defects of this program: each ends it with one line and exit code 1.
//!
//! A panic of a thread that works on a log becomes an error of that log. A hook records all panics, so
//! that those of the main thread and of threads that are not joined are not lost.

use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lognorm_mmap::text::OneLine;

use crate::exit::FAILED;
use crate::messages::tell;

/// The first panic for which no message was printed yet.
static FIRST: Mutex<Option<String>> = Mutex::new(None);

/// Has panics recorded instead of printed.
pub fn record() {
    panic::set_hook(Box::new(|panic| {
        first().get_or_insert_with(|| describe(panic));
    }));
}

/// Drops the panics so far, after a message about an error that they became.
pub fn forget() {
    *first() = None;
}

/// Does `work` and returns its exit code, or that of a failure if there was a panic.
pub fn guard(work: impl FnOnce() -> ExitCode) -> ExitCode {
    let code = panic::catch_unwind(AssertUnwindSafe(work));
    match (first().take(), code) {
        (None, Ok(code)) => code,
        (panic, _) => {
            let panic = panic.unwrap_or_else(|| "panicked".into());
            tell(format_args!(
                "lognorm-mmap: internal error: {}; please report it",
                OneLine(&panic)
            ));
            ExitCode::from(FAILED)
        }
    }
}

fn first() -> MutexGuard<'static, Option<String>> {
    FIRST.lock().unwrap_or_else(PoisonError::into_inner)
}

fn describe(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or_else(|| payload.downcast_ref().map(String::as_str));
    let message = message.unwrap_or("panicked");
    match panic.location() {
        Some(location) => format!("{message} ({}:{})", location.file(), location.line()),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// One test, for the hook is that of the process.
    #[test]
    fn a_panic_of_any_thread_is_a_failure_unless_an_error_told_of_it() {
        record();
        let [done, failed] = [ExitCode::SUCCESS, ExitCode::from(FAILED)];
        let lost = || drop(thread::spawn(|| panic!("meant to")).join());
        assert_eq!(guard(|| panic!("meant to")), failed);
        assert_eq!(guard(|| (lost(), done).1), failed);
        assert_eq!(guard(|| (lost(), forget(), done).2), done);
        assert_eq!(guard(|| done), done);
        lost();
        let text = first().take().unwrap_or_default();
        assert!(text.starts_with(concat!("meant to (", file!(), ":")), "{text}");
        drop(panic::take_hook());
    }
}
