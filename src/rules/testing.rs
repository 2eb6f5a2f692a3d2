//! Every kernel that this CPU can run against the scalar one, for the tests of both rule sets.

use super::{Kernel, LineSpan, LineSpans, Normalizer, Rules, max_output_len, words};

/// All kernels that this CPU can run, for one rule set.
pub(super) struct Kernels {
    scalar: Normalizer,
    max_output_len: fn(usize) -> usize,
    all: Vec<(Kernel, Normalizer)>,
}

impl Kernels {
    /// Returns all kernels for `rules`, and prints which ones this CPU cannot run.
    pub(super) fn new(rules: Rules) -> Self {
        let optional =
            [("avx512", Kernel::avx512()), ("avx2", Kernel::avx2()), ("neon", Kernel::neon())];
        for (name, kernel) in optional {
            if kernel.is_none() {
                eprintln!("not tested: the {name} kernel, which this CPU cannot run");
            }
        }
        Self {
            scalar: Normalizer::with_rules(Kernel::scalar(), rules),
            max_output_len: match rules {
                Rules::Shape => max_output_len,
                Rules::Words => words::max_output_len,
            },
            all: Kernel::available()
                .map(|kernel| (kernel, Normalizer::with_rules(kernel, rules)))
                .collect(),
        }
    }

    /// Returns each kernel with its normalizer.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut (Kernel, Normalizer)> {
        self.all.iter_mut()
    }
}

/// Asserts that every kernel gives what the scalar one gives for `input`, and notes its lines.
#[track_caller]
pub(super) fn assert_as_scalar(kernels: &mut Kernels, input: &[u8]) {
    let mut expected = Vec::new();
    kernels.scalar.normalize(input, &mut expected);
    assert!(expected.len() <= (kernels.max_output_len)(input.len()));
    let expected_spans = spans(input, &expected);
    let mut noted = LineSpans::new();
    for (kernel, normalizer) in kernels.iter_mut() {
        // A kernel appends: what the output holds already must stay.
        let mut output = b"before".to_vec();
        let counts = normalizer.normalize(input, &mut output);
        let output = output.strip_prefix(b"before").expect("the output was appended to");
        assert!(
            output == expected,
            "{kernel:?} of {}\n gave {}\n  for {}",
            excerpt(input, b""),
            excerpt(output, &expected),
            excerpt(&expected, output),
        );
        let lines = expected.iter().filter(|&&byte| byte == b'\n').count() as u64;
        assert_eq!((counts.lines, counts.bytes_out), (lines, output.len() as u64), "{kernel:?}");

        let mut output = b"before".to_vec();
        assert_eq!(normalizer.normalize_noting(input, &mut output, &mut noted), counts);
        assert!(output[6..] == expected, "{kernel:?} while noting");
        assert!(noted.iter().eq(expected_spans.iter().cloned()), "{kernel:?}");
    }
}

/// Returns where each line of `input` is, and its pattern in `output`.
fn spans(input: &[u8], output: &[u8]) -> Vec<LineSpan> {
    let [lines, patterns] = [input, output].map(|text| {
        let mut start = 0;
        let ranges = text.split_inclusive(|&byte| byte == b'\n').map(move |line| {
            let range = start..start + line.strip_suffix(b"\n").unwrap_or(line).len();
            start += line.len();
            range
        });
        ranges.collect::<Vec<_>>()
    });
    assert_eq!(lines.len(), patterns.len());
    lines.into_iter().zip(patterns).map(|(line, pattern)| LineSpan { line, pattern }).collect()
}

/// Returns at most 200 bytes of `text`, from shortly before the first that differs from `other`.
fn excerpt(text: &[u8], other: &[u8]) -> String {
    let same = text.iter().zip(other).take_while(|(one, other)| one == other).count();
    let start = same.saturating_sub(50);
    let shown = &text[start..text.len().min(start + 200)];
    format!("{} bytes, from {start}: {}", text.len(), shown.escape_ascii())
}
