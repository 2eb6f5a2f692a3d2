//! How many instructions a whole run of the program, from its start to its end, takes for a byte of
//! fixed text. See limits.rs.

#![allow(missing_docs, reason = "the macros of gungraun make public items")]
#![allow(clippy::unwrap_used, reason = "a panic is how a bench fails")]

use std::fs;

use gungraun::Sandbox;
use gungraun::prelude::*;

#[path = "limits.rs"]
mod limits;
#[path = "../text.rs"]
mod text;

use text::Text;

/// Of 1 MiB each.
const CHUNKS: usize = 8;
const SEED: u64 = 1;

/// Where the program is run, in a folder that goes away afterwards.
fn write_log() {
    let mut log: Vec<_> = Text::Mixed.chunks(SEED).take(CHUNKS).flatten().collect();
    log.truncate(CHUNKS << 20);
    fs::write("in.log", log).unwrap();
}

fn config(name: &str) -> BinaryBenchmarkConfig {
    let mut config = BinaryBenchmarkConfig::default();
    config.tool(limits::of(name, CHUNKS << 20)).sandbox(Sandbox::new(true));
    config
}

#[binary_benchmark]
#[bench::run(setup = write_log(), config = config("run"))]
fn program() -> gungraun::Command {
    let work: &[_] = &["--threads=1", "--kernel=avx2", "in.log", "out.log"];
    let arguments = if limits::has_avx2() { work } else { &["--version"] };
    gungraun::Command::new(env!("CARGO_BIN_EXE_lognorm-mmap")).args(arguments).build()
}

binary_benchmark_group!(name = whole, benchmarks = program);
main!(binary_benchmark_groups = whole);
