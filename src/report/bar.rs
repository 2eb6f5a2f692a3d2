//! A row of bars, which shows how a number changes from left to right.

use crate::catalogue::LOG_PARTS;

/// The bars, from the lowest to the highest. A number of 0 is a space.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Appends `width` bars, of which [`LOG_PARTS`] is a multiple. The height of each is that of its number
/// in proportion to the greatest; a number that is not 0 has a bar.
pub(super) fn push_bar(parts: &[f64; LOG_PARTS], width: usize, line: &mut String) {
    let sums = || parts.chunks(LOG_PARTS / width).map(|parts| parts.iter().sum::<f64>());
    let most = sums().fold(0.0, f64::max);
    line.extend(sums().map(|sum| {
        if sum <= 0.0 {
            return ' ';
        }
        // The sums of parts may be a little more than the whole.
        let height = (sum / most * HEIGHTS.len() as f64 - 1e-9).ceil() as usize;
        HEIGHTS[height.clamp(1, HEIGHTS.len()) - 1]
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(parts: impl Fn(usize) -> f64, width: usize) -> String {
        let mut line = String::new();
        push_bar(&std::array::from_fn(parts), width, &mut line);
        line
    }

    #[test]
    fn heights_are_in_proportion_and_nothing_is_a_space() {
        assert_eq!(bar(|_| 3.0, 40), "█".repeat(40));
        assert_eq!(bar(|_| 0.0, 40), " ".repeat(40));
        let ramp = bar(|index| if index < 9 { index as f64 } else { 0.0 }, 40);
        assert_eq!(ramp.trim_end(), " ▁▂▃▄▅▆▇█");
        let rare = bar(|index| if index == 0 { 1e-3 } else { 1e6 }, 40);
        assert!(rare.starts_with("▁█"), "{rare}");
    }

    #[test]
    fn a_narrow_bar_shows_the_sums() {
        let ramp = bar(|index| (index / 2) as f64, 20);
        assert_eq!(
            ramp,
            bar(|index| index.min(19) as f64, 40).chars().take(20).collect::<String>()
        );
    }
}
