//! Writes a log of a given size, to measure with.
//!
//! `make_log big.log 1000000000` writes 1 GB of the text `mixed`. A third argument chooses another
//! text of the benchmarks: `make_log big.log 1000000000 json` writes JSON lines with 15 keys.

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::Write;

#[path = "../benches/text.rs"]
mod text;

use text::Text;

const SEED: u64 = 1;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args_os().skip(1);
    let (Some(path), Some(size), name, None) = (args.next(), args.next(), args.next(), args.next())
    else {
        return Err(format!("usage: make_log PATH BYTES [{}]", names()).into());
    };
    let name = name.unwrap_or_else(|| Text::Mixed.name().into());
    let text = Text::ALL.into_iter().find(|text| name == text.name());
    let text = text.ok_or_else(|| format!("unknown text {}: use {}", name.display(), names()))?;
    let mut left: usize = size
        .to_str()
        .and_then(|size| size.parse().ok())
        .ok_or_else(|| format!("invalid number of bytes: {}", size.display()))?;
    let mut log = File::create(path)?;
    for chunk in text.chunks(SEED) {
        let len = left.min(chunk.len());
        log.write_all(&chunk[..len])?;
        left -= len;
        if left == 0 {
            break;
        }
    }
    Ok(())
}

/// Returns the names of all texts, as they are written in messages.
fn names() -> String {
    Text::ALL.map(Text::name).join("|")
}
