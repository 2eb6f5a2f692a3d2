//! A run: from the configuration to the last byte, with figures, progress and a profile.

mod count;
mod filter;
mod ill_formed;
mod listed;
mod many;
mod one;

use std::time::Instant;

use lognorm_mmap::catalogue::Catalogue;
use lognorm_mmap::report::Stats;
use lognorm_mmap::{Outcome, Rules, Tally, TruncationGuard};

use crate::config::Config;
use crate::exit::{Failure, Success};
use crate::messages::tell;
use crate::plan::Plan;
use crate::profile::Profile;
use crate::signals;
use crate::values::StatsFormat;

/// The results of a run.
#[derive(Debug)]
struct Report {
    /// The rules that made the patterns.
    rules: Rules,
    /// What was read and written, and how many inputs failed.
    tally: Tally,
    /// The failures of inputs.
    failure: Option<Failure>,
    /// The catalogue, if one was written.
    catalogue: Option<Catalogue>,
}

impl Report {
    /// Returns the report of a run on one log.
    fn of(rules: Rules, outcome: &Outcome, catalogue: Option<Catalogue>) -> Self {
        let mut tally = Tally::default();
        tally.add(outcome);
        Self { rules, tally, failure: None, catalogue }
    }
}

/// Does the run that `config` describes, and profiles it if that is wanted.
pub fn perform(mut config: Config) -> Result<Success, Failure> {
    // Before the first thread is started, which takes memory too: that for signals.
    config.fit_memory()?;
    let profile = config.profile.take();
    // Without the thread for signals the run is as good, but a signal leaves temporary files.
    let _ = signals::set_up(profile.as_ref().and_then(Profile::signal));
    match profile {
        Some(profile) => profile.of(|| normalize(&config)),
        None => normalize(&config),
    }
}

/// Normalizes all inputs and prints the figures.
fn normalize(config: &Config) -> Result<Success, Failure> {
    let start = Instant::now();
    let _guard = TruncationGuard::install();
    let report = match &config.plan {
        Plan::Count(logs) => count::perform(logs, config),
        Plan::One(log) => one::perform(log, config),
        Plan::Many(logs) => many::perform(logs, config),
    };
    let report = report.inspect_err(|_| config.warnings.print_kept())?;
    let mut stats = Stats::new(&report.tally, report.rules, config.options, start.elapsed());
    if let Some(catalogue) = &report.catalogue {
        stats = stats.with_catalogue(catalogue);
    }
    match config.stats {
        Some(StatsFormat::Text) => tell(format_args!("{stats}")),
        Some(StatsFormat::Json) => {
            let stats = stats.with_warnings(config.warnings.take());
            tell(format_args!("{}", stats.to_json()));
        }
        None => {}
    }
    report.failure.map_or(Ok(Success::Done), Err)
}
