//! Parts of one text, counted in one catalogue in every combination of rule set, kernel, threads, chunk
//! size and way in: always the sum of the catalogues of the parts.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::directory::Directory;
use common::text::{assert_same, hostile_lines, hostile_words, log_lines, sample};
use common::{fixtures, needs};
use lognorm_mmap::{Kernel, Rules};
use proptest::collection::vec;

const THREADS: [usize; 4] = [1, 2, 3, 8];
const CHUNK_SIZES: [usize; 6] = [1, 7, 1000, 20_000, 300_000, 1 << 20];

/// The sizes of the parts. Most end within a line, and small ones follow each other.
const PARTS: [usize; 14] =
    [1, 70_000, 17, 0, 3000, 200, 150_000, 9, 20_000, 0, 5, 1000, 900, usize::MAX];

/// Returns the text, which has lines of all kinds, also very long ones.
fn text() -> Vec<u8> {
    let fixtures: Vec<_> = fixtures("log").iter().map(|log| fs::read(log).unwrap()).collect();
    [
        fixtures.concat(),
        sample(vec(hostile_lines(), 200)).concat(),
        sample(vec(hostile_words(), 100)).concat(),
        format!("{0} ({0}) {0}\n", "a-b ".repeat(8000)).into_bytes(),
        sample(vec(log_lines(), 300)).concat(),
        b"[the end] has no newline".to_vec(),
    ]
    .concat()
}

/// Returns a directory with the parts of the text in `plain`, and compressed ones among them in
/// `packed`, and the ways to read them.
fn directory_with_parts() -> (Directory, Vec<&'static str>) {
    let (directory, text) = (Directory::with([]), text());
    directory.succeeds("mkdir plain packed");
    let mut rest = &text[..];
    for (number, size) in (10..).zip(PARTS) {
        let (part, others) = rest.split_at(size.min(rest.len()));
        fs::write(directory.path(&format!("plain/{number}")), part).unwrap();
        rest = others;
    }
    assert!(rest.is_empty() && text.len() > 300_000, "{} bytes", text.len());
    let mut ways_in = vec!["plain/*", "--no-mmap plain/*", "--files-from list"];
    directory.succeeds("ls -d plain/* >list");
    if needs::program("gzip") && needs::program("zstd") {
        directory.succeeds(
            "for part in plain/*; do gzip -c $part >packed/${part#*/}; done; \
             zstd -qcf plain/11 >packed/11; cp plain/14 plain/15 packed",
        );
        ways_in.push("packed/*");
    }
    (directory, ways_in)
}

#[test]
fn a_count_over_many_is_the_sum_of_the_counts() {
    let (directory, ways_in) = directory_with_parts();
    let kernels: Vec<_> = Kernel::available().map(Kernel::name).collect();
    for (rules, examples) in Rules::ALL.map(Rules::name).into_iter().zip([3, 1]) {
        let sum = directory.succeeds(&format!(
            "mkdir {rules}; for part in plain/*; do \
             lognorm-mmap --rules={rules} --examples={examples} $part --patterns {rules}/${{part#*/}}.tsv; done; \
             lognorm-mmap patterns merge {rules}/*"
        ));
        for (row, threads) in THREADS.into_iter().enumerate() {
            for (column, chunk_size) in CHUNK_SIZES.into_iter().enumerate() {
                let kernel = kernels[(row + column) % kernels.len()];
                let way_in = ways_in[(row + column / 2) % ways_in.len()];
                let count = format!(
                    "lognorm-mmap patterns count --rules={rules} --examples={examples} \
                     --threads={threads} --chunk-size={chunk_size} --kernel={kernel} {way_in}"
                );
                let counted = directory.succeeds(&count);
                assert_same(counted.as_bytes(), sum.as_bytes(), count);
            }
        }
    }
}
