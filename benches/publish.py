#!/usr/bin/env python3
"""Puts the newest samples into the docs: publish.py [--check]

Writes docs/performance.svg, and the table in docs/PERFORMANCE.md between its two marks. With --check, writes
nothing and fails if the docs hold anything else.
"""
import pathlib
import sys

import figures
import plot
import table

DOCS = pathlib.Path(__file__).parent.parent / "docs"
PAGE = DOCS / "PERFORMANCE.md"
BEGIN, END = "<!-- begin: benches/publish.py -->\n", "<!-- end: benches/publish.py -->\n"


def page(of, source):
    """Returns the page with the table of these figures."""
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        sys.exit(f"{PAGE}: has no {BEGIN.strip()} before {END.strip()}")
    samples = f"Every run: [{source.name}](../benches/figures/{source.name}).\n"
    return f"{before}{begin}\n{table.table(of)}\n{samples}\n{end}{after}"


def main():
    source = figures.newest()
    of = figures.Figures(source)
    outputs = {DOCS / "performance.svg": plot.plot(of), PAGE: page(of, source)}
    for path, content in outputs.items():
        if sys.argv[1:] != ["--check"]:
            path.write_text(content, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != content:
            sys.exit(f"{path}: is not of {source}; run benches/publish.py")


if __name__ == "__main__":
    main()
