//! Drawings: where in the log lines are, and shares as bars.

use crate::catalogue::LOG_PARTS;

/// The height of a histogram in its own units, which are a part of the log wide.
pub(super) const HEIGHT: u32 = 48;

/// The height of a bar for a number that is not 0, so that it is seen.
const MIN_HEIGHT: u32 = 3;

/// Appends the outline of a histogram, as the `d` of a path: the height of each bar is that of its
/// number in proportion to the greatest.
pub(super) fn push_outline(parts: &[f64; LOG_PARTS], html: &mut String) {
    html.push_str(&format!("M0 {HEIGHT}"));
    let heights = heights(parts);
    let mut level = 0;
    for equal in heights.chunk_by(|one, next| one == next) {
        if equal[0] != level {
            level = equal[0];
            html.push_str(&format!("V{}", HEIGHT - level));
        }
        html.push_str(&format!("h{}", equal.len()));
    }
    html.push_str(&format!("V{HEIGHT}z"));
}

fn heights(parts: &[f64; LOG_PARTS]) -> [u32; LOG_PARTS] {
    let most = parts.iter().copied().fold(0.0, f64::max);
    parts.map(|part| match part {
        part if part <= 0.0 => 0,
        part => ((part / most * f64::from(HEIGHT)).round() as u32).clamp(MIN_HEIGHT, HEIGHT),
    })
}

/// Appends a bar for each of `shares`, from the first down, as long in proportion to `most` as its
/// share.
pub(super) fn push_bars(shares: &[f64], most: f64, html: &mut String) {
    let height = shares.len();
    html.push_str(&format!(
        r#"<svg class="s" viewBox="0 0 100 {height}" preserveAspectRatio="none" aria-hidden="true">"#
    ));
    for (top, share) in shares.iter().enumerate() {
        let width = if most > 0.0 { (share / most * 100.0).clamp(0.0, 100.0) } else { 0.0 };
        html.push_str(&format!(r#"<path d="M0 {top}h{width:.1}v1H0z"/>"#));
    }
    html.push_str("</svg>");
}

/// Returns the mean place of the lines in the log, in thousandths of its length.
pub(super) fn mean_place(parts: &[f64; LOG_PARTS]) -> u32 {
    let sum: f64 = parts.iter().sum();
    let weighted = parts.iter().enumerate().map(|(index, part)| (index as f64 + 0.5) * part);
    let mean = weighted.sum::<f64>() / sum.max(f64::MIN_POSITIVE);
    (mean * 1000.0 / LOG_PARTS as f64).round() as u32
}

/// Returns the part of the log, as two numbers from 0 to 1, that the middle half of the lines is in.
pub(super) fn middle_half(parts: &[f64; LOG_PARTS]) -> (f64, f64) {
    let sum: f64 = parts.iter().sum();
    let place = |quantile: f64| {
        let mut before = 0.0;
        for (index, part) in parts.iter().enumerate() {
            if before + part >= quantile * sum && *part > 0.0 {
                let within = (quantile * sum - before) / part;
                return (index as f64 + within.clamp(0.0, 1.0)) / LOG_PARTS as f64;
            }
            before += part;
        }
        1.0
    };
    (place(0.25), place(0.75))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::array;

    fn outline(part: impl Fn(usize) -> f64) -> String {
        let mut html = String::new();
        push_outline(&array::from_fn(part), &mut html);
        html
    }

    #[test]
    fn the_outline_follows_the_numbers() {
        assert_eq!(outline(|_| 0.0), "M0 48h40V48z");
        assert_eq!(outline(|_| 7.0), "M0 48V0h40V48z");
        let steps = outline(|index| if index < 10 { 1.0 } else { f64::from(index == 39) * 2.0 });
        assert_eq!(steps, "M0 48V24h10V48h29V0h1V48z");
        let rare = outline(|index| if index == 0 { 1.0 } else { 1e9 });
        assert_eq!(rare, "M0 48V45h1V0h39V48z");
    }

    #[test]
    fn an_outline_is_short() {
        assert!(outline(|index| (index * 37 % 41) as f64 + 1.0).len() < 260);
    }

    #[test]
    fn bars_are_in_proportion_to_the_most() {
        let bars = |shares: &[f64], most| {
            let mut html = String::new();
            push_bars(shares, most, &mut html);
            html.split_once('>').unwrap().1.to_owned()
        };
        assert_eq!(bars(&[0.25], 0.5), r#"<path d="M0 0h50.0v1H0z"/></svg>"#);
        assert_eq!(
            bars(&[0.5, 0.0], 0.5),
            r#"<path d="M0 0h100.0v1H0z"/><path d="M0 1h0.0v1H0z"/></svg>"#
        );
        assert_eq!(bars(&[0.0], 0.0), r#"<path d="M0 0h0.0v1H0z"/></svg>"#);
    }

    #[test]
    fn the_mean_place() {
        assert_eq!(mean_place(&[1.0; LOG_PARTS]), 500);
        assert_eq!(mean_place(&[0.0; LOG_PARTS]), 0);
        assert_eq!(mean_place(&array::from_fn(|index| f64::from(index == 39))), 988);
    }

    #[test]
    fn the_middle_half_of_the_lines() {
        assert_eq!(middle_half(&[3.0; LOG_PARTS]), (0.25, 0.75));
        let last: [f64; LOG_PARTS] = array::from_fn(|index| f64::from(index == 39) * 4.0);
        assert_eq!(middle_half(&last), (39.25 / 40.0, 39.75 / 40.0));
    }
}
