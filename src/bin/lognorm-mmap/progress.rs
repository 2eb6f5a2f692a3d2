//! How far a run has come, for somebody who waits at a terminal.
//!
//! A thread of its own looks at the meter ten times a second; those who work only ever add to a
//! counter.

use std::fmt::Write;
use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{
    DecimalBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

use lognorm_mmap::Meter;

/// How long a run takes before anybody wonders.
const PATIENCE: Duration = Duration::from_secs(1);

const INTERVAL: Duration = Duration::from_millis(100);

/// A bar on standard error, which goes away when this is dropped.
pub struct Progress {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Shows how many bytes `meter` has counted, of `total` if that is known. With `at_once` it
    /// does so from the start and whatever standard error is; else after a second, on a terminal.
    ///
    /// # Errors
    ///
    /// What the system says if it gives no thread for that.
    pub fn start(meter: Meter, total: Option<u64>, at_once: bool) -> io::Result<Self> {
        let start = Instant::now();
        let (stop, stopped) = mpsc::channel::<()>();
        let show = move || {
            let goes_on = |wait| stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout);
            if !at_once && !goes_on(PATIENCE) {
                return;
            }
            let bar = bar(total, at_once).with_elapsed(start.elapsed());
            loop {
                bar.set_position(meter.bytes());
                bar.tick();
                if !goes_on(INTERVAL) {
                    return bar.finish_and_clear();
                }
            }
        };
        let thread = thread::Builder::new().name("progress".into()).spawn(show)?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Joined, so that nothing is drawn over what is printed next.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn bar(total: Option<u64>, at_once: bool) -> ProgressBar {
    let target = if at_once {
        ProgressDrawTarget::term_like(Box::new(Term::buffered_stderr()))
    } else {
        ProgressDrawTarget::stderr()
    };
    let template = match total {
        Some(_) => {
            "[{wide_bar}] {decimal_bytes} of {decimal_total_bytes}, \
             {rate}/s, {left} left"
        }
        None => "{decimal_bytes}, {rate}/s, {elapsed}",
    };
    let style = ProgressStyle::with_template(template).expect("the template is well formed");
    // The bar's own estimate takes all that came before it was shown to have come at once.
    let style = style.with_key("rate", |state: &ProgressState, line: &mut dyn Write| {
        let _ = write!(line, "{}", DecimalBytes(rate(state) as u64));
    });
    let style = style.with_key("left", |state: &ProgressState, line: &mut dyn Write| {
        let bytes = state.len().unwrap_or(0).saturating_sub(state.pos());
        // Nobody knows before there is a rate.
        let _ = match Duration::try_from_secs_f64(bytes as f64 / rate(state)) {
            Ok(left) => write!(line, "{:#}", HumanDuration(left)),
            Err(_) => write!(line, "?"),
        };
    });
    ProgressBar::with_draw_target(total, target).with_style(style.progress_chars("=> "))
}

/// Bytes a second, from the start of the run.
fn rate(state: &ProgressState) -> f64 {
    state.pos() as f64 / state.elapsed().as_secs_f64()
}
