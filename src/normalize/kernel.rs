//! The kernels, and which of them this CPU can run.

use std::fmt;

use super::level::Levels;
use super::spans::LineSpans;
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use super::{portable, scalar};

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
    function: Function<()>,
    noting: Function<LineSpans>,
}

/// Appends the pattern of every line of the input to the output and returns the number of lines,
/// which are noted. Unsafe to call on a CPU without the target features of the kernel.
type Function<N> = unsafe fn(&[u8], &mut Vec<u8>, &mut Levels, &mut N) -> u64;

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
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vbmi")
            && is_x86_feature_detected!("avx512vbmi2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
        {
            return Some(Self::new("avx512", avx512::normalize, avx512::normalize));
        }
        None
    }

    /// For AVX2: x86-64 since Haswell and Zen.
    pub fn avx2() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
        {
            return Some(Self::new("avx2", avx2::normalize, avx2::normalize));
        }
        None
    }

    /// For every CPU.
    pub fn portable() -> Self {
        Self::new("portable", portable::normalize, portable::normalize)
    }

    /// The plain reference that the others are tested against. Slow.
    pub fn scalar() -> Self {
        Self::new("scalar", scalar::normalize, scalar::normalize)
    }

    /// One that fails, to see what becomes of that.
    #[cfg(test)]
    pub(crate) fn panicking() -> Self {
        Self::new("panicking", |_, _, _, _| panic!("meant to"), |_, _, _, _| panic!("meant to"))
    }

    /// `avx512`, `avx2`, `portable` or `scalar`.
    pub fn name(self) -> &'static str {
        self.name
    }

    fn new(name: &'static str, function: Function<()>, noting: Function<LineSpans>) -> Self {
        Self { name, function, noting }
    }

    pub(super) fn run(
        self,
        input: &[u8],
        output: &mut Vec<u8>,
        levels: &mut Levels,
        spans: Option<&mut LineSpans>,
    ) -> u64 {
        // SAFETY: `self` was made by one of the functions above, and those that make a kernel
        // which needs target features have asked the CPU for every one of them.
        unsafe {
            match spans {
                Some(spans) => (self.noting)(input, output, levels, spans),
                None => (self.function)(input, output, levels, &mut ()),
            }
        }
    }
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
