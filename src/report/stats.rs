//! The figures of a run, for people and for programs.

use std::fmt;
use std::time::Duration;

use bytesize::ByteSize;
use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::pipeline::{Options, Tally};
use crate::rules::Rules;
use crate::sys::usage::Usage;
use crate::text::plural_suffix;

/// The figures of a run: its lines and bytes, its time and memory.
///
/// Displays as two lines for people, and serialises for programs, with the unit in each key. The keys
/// are documented in `docs/STATS.md`.
#[derive(Clone, Debug, Serialize)]
pub struct Stats {
    schema: u32,
    inputs: usize,
    failed: usize,
    skipped: usize,
    lines: u64,
    bytes_in: u64,
    bytes_out: u64,
    elapsed_seconds: f64,
    lines_per_second: f64,
    bytes_per_second: f64,
    threads: usize,
    rules: &'static str,
    kernel: &'static str,
    source: &'static str,
    input_format: &'static str,
    output_format: &'static str,
    patterns: Option<usize>,
    other_lines: Option<u64>,
    warnings: Vec<String>,
    open_seconds: f64,
    normalize_seconds: f64,
    write_seconds: f64,
    commit_seconds: f64,
    #[serde(flatten)]
    usage: Usage,
}

impl Stats {
    /// The version of the keys. It rises when a key is removed or changes its meaning, but not for new
    /// keys.
    const SCHEMA: u32 = 1;

    /// The number of lines of the figures for people, without those about several inputs or patterns.
    pub const LINES: usize = 2;

    /// The greatest width of such a line that is usual.
    pub const WIDTH: usize = 100;

    /// Returns the figures of this process, which ran by `rules` and with `options` for `elapsed`, and
    /// whose inputs add up to `tally`.
    pub fn new(tally: &Tally, rules: Rules, options: Options, elapsed: Duration) -> Self {
        let Tally { inputs, failed, skipped, counts, phases, threads, .. } = *tally;
        let seconds = elapsed.as_secs_f64();
        let per_second = |count: u64| if seconds > 0.0 { count as f64 / seconds } else { 0.0 };
        Self {
            schema: Self::SCHEMA,
            inputs,
            failed,
            skipped,
            lines: counts.lines,
            bytes_in: counts.bytes_in,
            bytes_out: counts.bytes_out,
            elapsed_seconds: seconds,
            lines_per_second: per_second(counts.lines),
            bytes_per_second: per_second(counts.bytes_in),
            threads: threads.unwrap_or(options.threads),
            rules: rules.name(),
            kernel: options.kernel.name(),
            source: tally.source.name(),
            input_format: tally.input_format.name(),
            output_format: tally.output_format.name(),
            patterns: None,
            other_lines: None,
            warnings: Vec::new(),
            open_seconds: phases.open.as_secs_f64(),
            normalize_seconds: phases.normalize.as_secs_f64(),
            write_seconds: phases.write.as_secs_f64(),
            commit_seconds: phases.commit.as_secs_f64(),
            usage: Usage::of_this_process(),
        }
    }

    /// Adds the figures of the catalogue that was made.
    pub fn with_catalogue(self, catalogue: &Catalogue) -> Self {
        let other_lines = catalogue.other().map_or(0, |other| other.count);
        Self { patterns: Some(catalogue.patterns()), other_lines: Some(other_lines), ..self }
    }

    /// Adds the warnings that were not printed.
    pub fn with_warnings(self, warnings: Vec<String>) -> Self {
        Self { warnings, ..self }
    }

    /// Returns the description of the input for people.
    fn input(&self) -> String {
        match (self.source, self.input_format) {
            ("none", _) => "no input".into(),
            ("mixed", "mixed") => "mixed input".into(),
            (source, format) => format!("{source} {format} input"),
        }
    }

    /// Returns the figures as one JSON object on one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers and names always serialise")
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} line{}, {} in, {} out in {:.2?}: {} lines/s, {}/s\n\
             {} rules, {} thread{}, {} kernel, {}",
            Count(self.lines as f64),
            plural_suffix(self.lines),
            si(self.bytes_in),
            si(self.bytes_out),
            Duration::from_secs_f64(self.elapsed_seconds),
            Count(self.lines_per_second),
            si(self.bytes_per_second as u64),
            self.rules,
            self.threads,
            plural_suffix(self.threads as u64),
            self.kernel,
            self.input(),
        )?;
        if self.inputs > 1 {
            write!(f, ", {} inputs, {} failed", self.inputs, self.failed)?;
        }
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        if let Some(patterns) = self.patterns {
            write!(f, ", {patterns} pattern{}", plural_suffix(patterns as u64))?;
        }
        if let Some(lines @ 1..) = self.other_lines {
            write!(f, ", and {lines} line{} of others, beyond the limits", plural_suffix(lines))?;
        }
        if let Some(peak) = self.usage.peak_resident_bytes {
            write!(f, ", {} peak memory", si(peak))?;
        }
        Ok(())
    }
}

fn si(bytes: u64) -> bytesize::Display {
    ByteSize(bytes).display().si()
}

/// A number that displays for people: `7.2 M`.
struct Count(f64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            count if count < 999.5 => write!(f, "{count:.0}"),
            count if count < 999.95e3 => write!(f, "{:.1} k", count / 1e3),
            count if count < 999.95e6 => write!(f, "{:.1} M", count / 1e6),
            count => write!(f, "{:.1} G", count / 1e9),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Format;
    use crate::pipeline::{Outcome, Phases};
    use crate::rules::{Counts, Kernel};

    /// Returns the sum of `outcomes`, and of `failed` inputs that were not done.
    fn tally(outcomes: &[Outcome], failed: usize) -> Tally {
        let mut tally = Tally::default();
        outcomes.iter().for_each(|outcome| tally.add(outcome));
        (0..failed).for_each(|_| tally.add_failure());
        tally
    }

    #[test]
    fn text_is_for_people_and_json_has_plain_numbers() {
        let counts = Counts { lines: 7_200_000, bytes_in: 1_200_000_000, bytes_out: 400_000_000 };
        let outcome = Outcome {
            counts,
            threads: 4,
            phases: Phases { write: Duration::from_millis(50), ..Phases::default() },
            source: "mapped",
            input_format: Format::Plain,
            is_ill_formed: false,
            output_format: "plain",
        };
        let options = Options { threads: 4, chunk_size: 1, kernel: Kernel::scalar() };
        let elapsed = Duration::from_millis(500);
        let stats = Stats::new(&tally(&[outcome], 0), Rules::Shape, options, elapsed);
        let text = stats.to_string();
        let expected = "7.2 M lines, 1.2 GB in, 400.0 MB out in 500.00ms: \
                        14.4 M lines/s, 2.4 GB/s\nshape rules, 4 threads, scalar kernel, mapped plain input, ";
        assert!(text.starts_with(expected), "{text}");
        assert_eq!(text.lines().count(), Stats::LINES);
        assert!(text.lines().all(|line| line.len() <= Stats::WIDTH), "{text}");
        let json: serde_json::Value = serde_json::from_str(&stats.to_json()).unwrap();
        assert_eq!(json["schema"], 1);
        assert_eq!(json["bytes_per_second"], 2.4e9);
        assert_eq!(json["write_seconds"], 0.05);
        assert!(json["peak_resident_bytes"].as_u64().unwrap() > 100_000);
    }

    #[test]
    fn what_several_inputs_have_in_common_is_said_once() {
        let outcome = |source, input_format| {
            let (counts, phases) = (Counts::default(), Phases::default());
            Outcome {
                counts,
                threads: 1,
                phases,
                source,
                input_format,
                is_ill_formed: false,
                output_format: "plain",
            }
        };
        let options = Options { threads: 1, chunk_size: 1, kernel: Kernel::scalar() };
        let plain = || outcome("mapped", Format::Plain);
        for (outcomes, expected) in [
            (vec![plain(), plain()], "mapped plain input, "),
            (vec![plain(), outcome("stream", Format::Plain)], "mixed plain input, "),
            (vec![plain(), outcome("stream", Format::Gzip)], "mixed input, "),
            (vec![], "no input, "),
        ] {
            let tally = tally(&outcomes, 1);
            let text = Stats::new(&tally, Rules::Shape, options, Duration::ZERO).to_string();
            assert!(text.contains(&format!("scalar kernel, {expected}")), "{text}");
        }
    }
}
