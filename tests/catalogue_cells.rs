//! Cells of a catalogue, as spreadsheets and programs that read CSV get them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod common;

use std::fs;

use common::directory::Directory;
use common::needs;
use common::text::{hostile_lines, log_lines, sample};
use proptest::collection::vec;

/// Reads `p.tsv` with Python's `csv` module, in the usual ways, and compares the cells with the
/// file and with the lines of `in.log`.
const READER: &str = r#"
import csv, re, sys

ESCAPES = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"\\": b"\\"}

def unescape(cell):
    one = lambda it: ESCAPES.get(it[1]) or bytes([int(it[1][1:], 16)])
    return re.sub(rb"\\(x[0-9A-F]{2}|.)", one, cell.encode())

with open("p.tsv", encoding="utf-8", newline="") as file:
    raw = [line.rstrip("\n").split("\t") for line in file]
with open("in.log", "rb") as file:
    log = file.read()

for arguments in ({"delimiter": "\t"}, {"dialect": "excel-tab"}, {"delimiter": "\t", "strict": True}):
    for newline in ("", None):
        with open("p.tsv", encoding="utf-8", newline=newline) as file:
            assert list(csv.reader(file, **arguments)) == raw, arguments

formulas = 0
for row in raw[2:]:
    example, pattern = row[8:]
    for cell in (example, pattern):
        assert cell == cell.strip() and cell[:1] not in tuple("\"'=+-@"), cell
    line = log[int(row[4]):].split(b"\n")[0]
    line = line[:-1] if line.endswith(b"\r") else line
    assert unescape(example) == line, (example, line)
    formulas += line[:1] in b"=+-@\"' "
print(len(raw) - 2 > 100 and formulas > 20)
"#;

#[test]
fn cells_are_read_as_they_were_written_and_none_is_a_formula() {
    if !needs::program("python3") {
        return;
    }
    let directory = Directory::with([("read.py", READER)]);
    let hostile = [&b"\"a\" b\n\"\n\"\"\n\"a\tb\n=1+1\n+1\n-1\n@x\n'a'\n \n  a  \n\n\"a\r\n"[..]];
    let starts = ["=", "+", "-", "@", "\"", "\"\"", "' ", " ", "\t", "\u{ff1d}", "\u{a0}", "\\"];
    let ends = ["\"", " ", "\t", "\u{a0}", "\u{2028}", "\\", "\"\"\"", "(", "\r"];
    let pairs = starts.iter().flat_map(|start| ends.map(|end| format!("{start}a, b{end}\n")));
    let lines = [sample(vec(log_lines(), 50)), sample(vec(hostile_lines(), 50))].concat();
    let log = [hostile.concat(), pairs.collect::<String>().into_bytes(), lines.concat()].concat();
    fs::write(directory.path("in.log"), log).unwrap();
    directory.succeeds("lognorm-mmap in.log --patterns p.tsv");
    assert_eq!(directory.succeeds("python3 read.py"), "True\n");
    // The other format has the same patterns.
    directory.succeeds("lognorm-mmap in.log --patterns p.jsonl");
    let merged = directory.succeeds("lognorm-mmap patterns merge p.jsonl");
    assert!(merged == directory.read("p.tsv"));
}

/// Writes the objects of `p.jsonl` in other layouts, as another program would.
const REWRITER: &str = r#"
import json

with open("p.jsonl", encoding="utf-8", newline="\n") as file:
    objects = [json.loads(line) for line in file]
for name, options in (("ascii.jsonl", {}), ("utf8.jsonl", {"ensure_ascii": False, "indent": None})):
    with open(name, "w", encoding="utf-8", newline="\r\n") as file:
        for number, it in enumerate(objects):
            it = dict(sorted(it.items())) | {"added by another program": [number, {"x": None}]}
            file.write(json.dumps(it, **options) + "\n")
"#;

#[test]
fn objects_may_be_laid_out_anew_by_another_program() {
    if !needs::program("python3") {
        return;
    }
    let directory = Directory::with([("write.py", REWRITER)]);
    let lines = [sample(vec(log_lines(), 20)), sample(vec(hostile_lines(), 20))].concat();
    fs::write(directory.path("in.log"), lines.concat()).unwrap();
    directory.succeeds("lognorm-mmap in.log --patterns p.jsonl; python3 write.py");
    let merged = directory.succeeds("lognorm-mmap patterns merge p.jsonl");
    for name in ["ascii.jsonl", "utf8.jsonl"] {
        let again = directory.succeeds(&format!("lognorm-mmap patterns merge {name}"));
        assert!(again == merged, "{name}");
    }
}
