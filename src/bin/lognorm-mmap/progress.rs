//! The progress bar.
//!
//! A thread of its own reads the meter ten times a second. The threads that work only add to a
//! counter.

use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{
    DecimalBytes, HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState,
    ProgressStyle,
};

use lognorm_mmap::Meter;

use crate::config::Config;
use crate::values::When;

/// The time before a bar appears on a terminal. Most runs are over before.
const DELAY: Duration = Duration::from_secs(1);

/// The time between two updates of the bar.
const INTERVAL: Duration = Duration::from_millis(100);

/// A bar on standard error, which goes away when this is dropped.
pub struct Progress {
    bar: Arc<OnceLock<ProgressBar>>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What a run has to do.
pub enum Work {
    /// To read so many bytes, if that is known.
    Bytes(Option<u64>),
    /// To read logs, of which so many are begun.
    Logs(Arc<AtomicU64>),
}

/// The time of a bar's first appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Appearance {
    /// From the start, even if standard error is not a terminal.
    AtOnce,
    /// After [`DELAY`], on a terminal.
    Delayed,
}

impl Progress {
    /// Shows how many bytes the meter of `config` has counted. Returns `None` if progress is not
    /// wanted, or if there is no thread for it, without which the run is as good.
    pub fn start(config: &Config, work: Work) -> Option<Self> {
        let appearance = match config.progress {
            When::Never => return None,
            When::Auto if !io::stderr().is_terminal() => return None,
            When::Auto => Appearance::Delayed,
            When::Always => Appearance::AtOnce,
        };
        let meter = config.source.meter.clone();
        let (stop, stopped) = mpsc::channel();
        let bar = Arc::new(OnceLock::new());
        let shown = Arc::clone(&bar);
        let show = move || show(&meter, work, appearance, &stopped, &shown);
        let thread = thread::Builder::new().name("progress".into()).spawn(show).ok()?;
        Some(Self { bar, stop: Some(stop), thread: Some(thread) })
    }

    /// Calls `print`, which prints lines on standard error, so that they are not drawn over.
    pub fn suspend(&self, print: impl FnOnce()) {
        match self.bar.get() {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

/// Shows the bar until the other end of `stopped` is dropped.
fn show(
    meter: &Meter,
    work: Work,
    appearance: Appearance,
    stopped: &Receiver<()>,
    shown: &OnceLock<ProgressBar>,
) {
    let start = Instant::now();
    let goes_on = |wait| stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout);
    if appearance == Appearance::Delayed && !goes_on(DELAY) {
        return;
    }
    let bar = shown.get_or_init(|| bar(work, appearance).with_elapsed(start.elapsed()));
    loop {
        bar.set_position(meter.bytes());
        bar.tick();
        if !goes_on(INTERVAL) {
            return bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Joined, so that nothing is drawn over the next message.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn bar(work: Work, appearance: Appearance) -> ProgressBar {
    let target = match appearance {
        Appearance::AtOnce => ProgressDrawTarget::term_like(Box::new(Term::buffered_stderr())),
        Appearance::Delayed => ProgressDrawTarget::stderr(),
    };
    let (template, total, logs) = match work {
        Work::Bytes(Some(total)) => {
            let template = "[{wide_bar}] {decimal_bytes} of {decimal_total_bytes}, \
                            {rate}/s, {left} left";
            (template, Some(total), None)
        }
        Work::Bytes(None) => ("{decimal_bytes}, {rate}/s, {elapsed}", None, None),
        Work::Logs(begun) => {
            ("{logs} logs, {decimal_bytes}, {rate}/s, {elapsed}", None, Some(begun))
        }
    };
    let style = ProgressStyle::with_template(template).expect("the template is well formed");
    // The bar's own estimate takes the bytes from before its appearance to have come at once.
    let style = style.with_key("rate", |state: &ProgressState, line: &mut dyn Write| {
        let _ = write!(line, "{}", DecimalBytes(rate(state) as u64));
    });
    let style = style.with_key("logs", move |_: &ProgressState, line: &mut dyn Write| {
        let logs = logs.as_ref().map_or(0, |logs| logs.load(Ordering::Relaxed));
        let _ = write!(line, "{}", HumanCount(logs));
    });
    let style = style.with_key("left", |state: &ProgressState, line: &mut dyn Write| {
        let bytes = state.len().unwrap_or(0).saturating_sub(state.pos());
        // The time is unknown before there is a rate.
        let _ = match Duration::try_from_secs_f64(bytes as f64 / rate(state)) {
            Ok(left) => write!(line, "{:#}", HumanDuration(left)),
            Err(_) => write!(line, "?"),
        };
    });
    ProgressBar::with_draw_target(total, target).with_style(style.progress_chars("=> "))
}

/// Returns the bytes a second since the start of the run.
fn rate(state: &ProgressState) -> f64 {
    state.pos() as f64 / state.elapsed().as_secs_f64()
}
