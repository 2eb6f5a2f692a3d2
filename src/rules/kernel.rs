//! The kernels, and which of them this CPU can run.

use std::fmt;

use super::rule_set::Rules;
use super::shape::LevelStorage;
#[cfg(target_arch = "aarch64")]
use super::shape::neon;
#[cfg(target_arch = "x86_64")]
use super::shape::{avx2, avx512};
use super::shape::{portable, scalar};
use super::spans::LineSpans;
use super::words;
#[cfg(target_arch = "aarch64")]
use crate::arch::aarch64;
#[cfg(target_arch = "x86_64")]
use crate::arch::x86_64;

/// An implementation of all rule sets. All kernels give the same bytes.
///
/// A value of this type is the proof that the CPU can run the kernel: constructors of kernels that
/// need target features return an `Option`. Choose a kernel once, and pass it on.
///
/// ```
/// use lognorm_mmap::{Kernel, Normalizer};
///
/// for kernel in Kernel::available() {
///     let mut patterns = Vec::new();
///     Normalizer::with_kernel(kernel).normalize(b"it's (don't)\n", &mut patterns);
///     assert_eq!(patterns, b"Y'Y (Y'Y)\n", "{kernel:?}");
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Kernel {
    name: &'static str,
    shape: Functions<Shape<()>, Shape<LineSpans>>,
    words: Functions<Words<()>, Words<LineSpans>>,
}

/// The functions of a kernel for one rule set: without and with recording lines.
///
/// Each appends the pattern of every line of the input to the output, records the lines, and
/// returns their number. It is unsafe to call on a CPU without the target features of the kernel.
#[derive(Clone, Copy)]
struct Functions<P, R> {
    plain: P,
    recording: R,
}

/// A function for the shape rules.
type Shape<N> = unsafe fn(&[u8], &mut Vec<u8>, &mut LevelStorage, &mut N) -> u64;

/// A function for the word rules.
type Words<N> = unsafe fn(&[u8], &mut Vec<u8>, &mut N) -> u64;

impl Kernel {
    /// The names of all kernels of this build, the fastest first.
    pub const BUILT_IN: &[&str] = if cfg!(target_arch = "x86_64") {
        &["avx512", "avx2", "portable", "scalar"]
    } else if cfg!(target_arch = "aarch64") {
        &["neon", "portable", "scalar"]
    } else {
        &["portable", "scalar"]
    };

    /// Returns the fastest of the available kernels.
    pub fn best() -> Self {
        Self::avx512().or(Self::avx2()).or(Self::neon()).unwrap_or(Self::portable())
    }

    /// Returns all kernels that this CPU can run, the fastest first.
    pub fn available() -> impl Iterator<Item = Self> {
        let optional = [Self::avx512(), Self::avx2(), Self::neon()];
        optional.into_iter().flatten().chain([Self::portable(), Self::scalar()])
    }

    /// Returns the kernel for AVX-512 with VBMI and VBMI2 (Intel since Ice Lake, AMD since Zen 4),
    /// if this CPU can run it.
    pub fn avx512() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if x86_64::avx512::is_available() {
            return Some(Self {
                name: "avx512",
                shape: Functions { plain: avx512::normalize, recording: avx512::normalize },
                words: Functions {
                    plain: words::avx512::normalize,
                    recording: words::avx512::normalize,
                },
            });
        }
        None
    }

    /// Returns the kernel for AVX2 (Intel since Haswell, AMD since Zen), if this CPU can run it.
    pub fn avx2() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if x86_64::avx2::is_available() {
            return Some(Self {
                name: "avx2",
                shape: Functions { plain: avx2::normalize, recording: avx2::normalize },
                words: Functions {
                    plain: words::avx2::normalize,
                    recording: words::avx2::normalize,
                },
            });
        }
        None
    }

    /// Returns the kernel for NEON (every aarch64 CPU that runs Linux), if this CPU can run it.
    pub fn neon() -> Option<Self> {
        #[cfg(target_arch = "aarch64")]
        if aarch64::neon::is_available() {
            return Some(Self {
                name: "neon",
                shape: Functions { plain: neon::normalize, recording: neon::normalize },
                words: Functions {
                    plain: words::neon::normalize,
                    recording: words::neon::normalize,
                },
            });
        }
        None
    }

    /// Returns the kernel that runs on every CPU.
    pub fn portable() -> Self {
        Self {
            name: "portable",
            shape: Functions { plain: portable::normalize, recording: portable::normalize },
            words: Functions {
                plain: words::portable::normalize,
                recording: words::portable::normalize,
            },
        }
    }

    /// Returns the plain reference that the others are tested against. It is slow.
    pub fn scalar() -> Self {
        Self {
            name: "scalar",
            shape: Functions { plain: scalar::normalize, recording: scalar::normalize },
            words: Functions {
                plain: words::scalar::normalize,
                recording: words::scalar::normalize,
            },
        }
    }

    /// Returns a kernel that panics, to test how callers handle that.
    #[cfg(test)]
    pub(crate) fn panicking() -> Self {
        Self {
            name: "panicking",
            shape: Functions {
                plain: |_, _, _, _| panic!("meant to"),
                recording: |_, _, _, _| panic!("meant to"),
            },
            words: Functions {
                plain: |_, _, _| panic!("meant to"),
                recording: |_, _, _| panic!("meant to"),
            },
        }
    }

    /// Returns the name: `avx512`, `avx2`, `neon`, `portable` or `scalar`.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Appends the pattern by `rules` of every line of `input` to `output`, records the lines in
    /// `spans`, and returns their number. Sets `is_incomplete` of `levels` or `spans` if there was
    /// no memory for them.
    pub(super) fn run(
        self,
        rules: Rules,
        input: &[u8],
        output: &mut Vec<u8>,
        levels: &mut LevelStorage,
        spans: Option<&mut LineSpans>,
    ) -> u64 {
        let Self { shape, words, .. } = self;
        // SAFETY: `self` was made by one of the functions above, and those that make a kernel
        // which needs target features have asked the CPU for all of them.
        unsafe {
            match (rules, spans) {
                (Rules::Shape, None) => (shape.plain)(input, output, levels, &mut ()),
                (Rules::Shape, Some(spans)) => (shape.recording)(input, output, levels, spans),
                (Rules::Words, None) => (words.plain)(input, output, &mut ()),
                (Rules::Words, Some(spans)) => (words.recording)(input, output, spans),
            }
        }
    }
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
