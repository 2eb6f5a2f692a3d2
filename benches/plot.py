#!/usr/bin/env python3
"""Prints the picture of a file of samples as SVG: plot.py [FILE], by default the newest in figures/.

The scale is linear, so that lengths can be compared, and ends with the slowest program that is no template
miner. Bars of the miners, which take minutes, are cut and marked. The picture has a background of its own, since
the colours of the page around it are not known.
"""
import statistics
import sys
from xml.sax.saxutils import escape

import figures

# Name in the samples, what is run, what it does, the class of its bar.
ROWS = (
    ("lognorm-mmap", "lognorm-mmap", "writes the shape of each line", "ours"),
    ("words", "lognorm-mmap --rules words", "writes the message of each line", "ours"),
    ("words-patterns", "lognorm-mmap --rules words --patterns", "counts the messages", "ours"),
    ("cat", "cat", "only reads the log", "other"),
    ("write", "dd", "only writes the shapes", "other"),
    ("cp", "cp", "copies the log", "other"),
    ("tr", "tr -s A-Za-z0-9 Y", "does half of the shape rules", "other"),
    ("logdrain", "logdrain", "mines templates, counts them", "other"),
    ("drain3", "Drain3", "mines templates, counts them", "other"),
)
MINERS = ("logdrain", "drain3")

WIDTH, LEFT, RIGHT = 800, 296, 704
TOP, STEP, BAR = 72, 38, 18

STYLE = """
    text { font: 13px ui-sans-serif, system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
    .title { font-size: 17px; font-weight: 600 }
    .small { font-size: 11px; fill: #59636e }
    .value { font-weight: 600; paint-order: stroke; stroke: #ffffff; stroke-width: 5px }
    .card { fill: #ffffff; stroke: #d1d9e0 }
    .grid { stroke: #d1d9e0 }
    .ours { fill: #0969da }
    .other { fill: #9aa4af }
    .cut { stroke: #ffffff; stroke-width: 3; fill: none }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .small { fill: #9198a1 }
      .card { fill: #0d1117; stroke: #3d444d }
      .grid { stroke: #3d444d }
      .ours { fill: #4493f8 }
      .other { fill: #656c76 }
      .cut, .value { stroke: #0d1117 }
    }
"""


def digits(seconds):
    """Returns seconds with two digits or more."""
    return f"{seconds:.2f}" if seconds < 10 else f"{seconds:.0f}"


def axis(longest):
    """Returns the marks of an axis that reaches at least `longest`: round numbers, about five of them."""
    step = next(step for step in (0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5, 10) if longest / step <= 6)
    return [step * mark for mark in range(int(longest / step) + 2)]


def bars(rows, scale):
    """Returns the bars with their names and values."""
    for index, (name, run, does, kind, seconds) in enumerate(rows):
        y = TOP + index * STEP
        end = min(LEFT + seconds * scale, RIGHT)
        yield f'<text x="{LEFT - 12}" y="{y + 8}" text-anchor="end">{escape(run)}</text>'
        yield f'<text class="small" x="{LEFT - 12}" y="{y + 22}" text-anchor="end">{escape(does)}</text>'
        yield f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="{BAR}" rx="2"/>'
        if name in MINERS and end == RIGHT:
            for x in (RIGHT - 30, RIGHT - 23):
                yield f'<path class="cut" d="M{x - 4} {y + BAR + 2}L{x + 4} {y - 2}"/>'
        yield f'<text class="value" x="{end + 8:.1f}" y="{y + 14}">{digits(seconds)} s</text>'


def grid(marks, scale, bottom):
    """Returns the axis."""
    for mark in marks:
        x = LEFT + mark * scale
        yield f'<path class="grid" d="M{x:.1f} {TOP - 8}V{bottom}"/>'
        yield f'<text class="small" x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{mark:g}</text>'


def plot(of):
    """Returns the picture."""
    gigabytes = int(of.about["bytes"]) / 1e9
    rows = [
        (*row, statistics.median(of.programs[row[0]].wall) / gigabytes) for row in ROWS if row[0] in of.programs
    ]
    marks = axis(max(seconds for name, *_, seconds in rows if name not in MINERS))
    scale = (RIGHT - LEFT) / marks[-1]
    bottom = TOP + len(rows) * STEP - 6
    told = "; ".join(f"{run} ({does}) {digits(seconds)}" for _, run, does, _, seconds in rows)
    notes = [
        f"{of.machine()}, kernel {of.about['kernel']}.",
        f"From the page cache; medians of {of.about['rounds']} rounds in which the programs took turns.",
    ]
    shares = {of.programs[name].share * gigabytes * 1e3 for name in MINERS if name in of.programs}
    if shares:
        notes.append(f"Miners of templates read the first {max(shares):.0f} MB, scaled to 1 GB; their bars are cut.")
    height = bottom + 44 + 16 * len(notes)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        ' role="img" aria-labelledby="title description">',
        '<title id="title">Seconds for 1 GB of log</title>',
        f'<desc id="description">A bar chart of wall seconds, less is better. {escape(told)}.</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="card" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="6"/>',
        '<text class="title" x="24" y="36">Seconds for 1 GB of log</text>',
        f'<text class="small" x="{RIGHT}" y="36" text-anchor="end">less is better</text>',
        *grid(marks, scale, bottom),
        f'<text class="small" x="{RIGHT + 12}" y="{bottom + 16}">seconds</text>',
        *bars(rows, scale),
        *(
            f'<text class="small" x="24" y="{bottom + 44 + 16 * line}">{escape(note)}</text>'
            for line, note in enumerate(notes)
        ),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    path = sys.argv[1] if len(sys.argv) > 1 else figures.newest()
    sys.stdout.write(plot(figures.Figures(path)))
