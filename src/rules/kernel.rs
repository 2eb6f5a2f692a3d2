//! The kernels, and which of them this CPU can run.

use std::fmt;

use super::rule_set::Rules;
use super::shape::LevelStorage;
#[cfg(target_arch = "x86_64")]
use super::shape::{avx2, avx512};
use super::shape::{portable, scalar};
use super::spans::LineSpans;
use super::words;
#[cfg(target_arch = "x86_64")]
use crate::arch::x86_64;

/// One implementation of the line rules. All give the same bytes.
///
/// A value of this type is the proof that the CPU was asked for what the kernel needs: those that
/// need anything come as an `Option`. Choose one once, and pass it on.
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
    shape: Functions,
    words: Functions,
}

/// What a kernel does for one rule set, without and with noting lines.
#[derive(Clone, Copy)]
struct Functions {
    plain: Function<()>,
    noting: Function<LineSpans>,
}

/// Appends the pattern of every line of the input to the output and returns the number of lines,
/// which are noted. Unsafe to call on a CPU without the target features of the kernel.
type Function<N> = unsafe fn(&[u8], &mut Vec<u8>, &mut LevelStorage, &mut N) -> u64;

impl Kernel {
    /// The names of all kernels of this build, the fastest first.
    pub const BUILT_IN: &[&str] = if cfg!(target_arch = "x86_64") {
        &["avx512", "avx2", "portable", "scalar"]
    } else {
        &["portable", "scalar"]
    };

    /// The fastest of the available kernels.
    pub fn best() -> Self {
        Self::avx512().or(Self::avx2()).unwrap_or(Self::portable())
    }

    /// All kernels that this CPU can run, the fastest first.
    pub fn available() -> impl Iterator<Item = Self> {
        let optional = [Self::avx512(), Self::avx2()];
        optional.into_iter().flatten().chain([Self::portable(), Self::scalar()])
    }

    /// For AVX-512 with VBMI and VBMI2: Intel since Ice Lake, AMD since Zen 4.
    pub fn avx512() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if x86_64::avx512::is_available() {
            return Some(Self {
                name: "avx512",
                shape: Functions { plain: avx512::normalize, noting: avx512::normalize },
                words: Functions {
                    plain: words::avx512::normalize,
                    noting: words::avx512::normalize,
                },
            });
        }
        None
    }

    /// For AVX2: x86-64 since Haswell and Zen.
    pub fn avx2() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if x86_64::avx2::is_available() {
            return Some(Self {
                name: "avx2",
                shape: Functions { plain: avx2::normalize, noting: avx2::normalize },
                words: Functions { plain: words::avx2::normalize, noting: words::avx2::normalize },
            });
        }
        None
    }

    /// For every CPU.
    pub fn portable() -> Self {
        Self {
            name: "portable",
            shape: Functions { plain: portable::normalize, noting: portable::normalize },
            words: Functions {
                plain: words::portable::normalize,
                noting: words::portable::normalize,
            },
        }
    }

    /// The plain reference that the others are tested against. Slow.
    pub fn scalar() -> Self {
        Self {
            name: "scalar",
            shape: Functions { plain: scalar::normalize, noting: scalar::normalize },
            words: Functions { plain: words::scalar::normalize, noting: words::scalar::normalize },
        }
    }

    /// One that fails, to see what becomes of that.
    #[cfg(test)]
    pub(crate) fn panicking() -> Self {
        let functions = Functions {
            plain: |_, _, _, _| panic!("meant to"),
            noting: |_, _, _, _| panic!("meant to"),
        };
        Self { name: "panicking", shape: functions, words: functions }
    }

    /// `avx512`, `avx2`, `portable` or `scalar`.
    pub fn name(self) -> &'static str {
        self.name
    }

    pub(super) fn run(
        self,
        rules: Rules,
        input: &[u8],
        output: &mut Vec<u8>,
        levels: &mut LevelStorage,
        spans: Option<&mut LineSpans>,
    ) -> u64 {
        let functions = match rules {
            Rules::Shape => self.shape,
            Rules::Words => self.words,
        };
        // SAFETY: `self` was made by one of the functions above, and those that make a kernel
        // which needs target features have asked the CPU for every one of them.
        unsafe {
            match spans {
                Some(spans) => (functions.noting)(input, output, levels, spans),
                None => (functions.plain)(input, output, levels, &mut ()),
            }
        }
    }
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
