//! The warning about a log that begins with a byte-order mark.

use std::path::Path;

use lognorm_mmap::text::Printable;
use lognorm_mmap::{ByteOrderMark, Outcome};

use crate::messages::Warnings;

/// Warns if the log called `name` begins with a byte-order mark.
pub fn warn_of_mark(name: &Path, outcome: &Outcome, warnings: &Warnings) {
    let Some(mark) = outcome.byte_order_mark else { return };
    let (name, encoding) = (Printable(name), mark.encoding());
    // `iconv` takes the name of the family for an encoding that begins with a mark.
    let family = match mark {
        ByteOrderMark::Utf8 => {
            return warnings.warn(format_args!(
                "{name}: begins with a UTF-8 byte-order mark, which is in the first pattern"
            ));
        }
        ByteOrderMark::Utf16Le | ByteOrderMark::Utf16Be => "UTF-16",
        ByteOrderMark::Utf32Le | ByteOrderMark::Utf32Be => "UTF-32",
    };
    warnings.warn(format_args!(
        "{name}: begins with a {encoding} byte-order mark, and is read as bytes; \
         pipe it through `iconv -f {family} -t UTF-8`"
    ));
}
