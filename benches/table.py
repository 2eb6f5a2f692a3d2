#!/usr/bin/env python3
"""Prints the table of a file of samples in Markdown: table.py [FILE], by default the newest in figures/."""
import statistics
import sys

import figures


def spread(samples):
    """Returns the median, the least and the most of samples as a cell."""
    return f"{digits(statistics.median(samples))} [{digits(min(samples))}, {digits(max(samples))}]"


def digits(seconds):
    """Returns seconds with three decimals, or fewer if they are many."""
    return f"{seconds:.3f}" if seconds < 10 else f"{seconds:.1f}"


def ratios(program, other):
    """Returns wall and CPU time as multiples of another program's."""
    both = (figures.ratio(program.wall, other.wall), figures.ratio(program.cpu, other.cpu))
    return " · ".join(f"{ratio:.2f}" if ratio < 100 else f"{ratio:.0f}" for ratio in both)


def table(of):
    """Returns the table with the lines that say what it is of."""
    about, programs = of.about, of.programs
    ours = [programs[name] for name in ("lognorm-mmap", "words") if name in programs]
    names = [f"multiple of {program.label}" for program in ours]
    lines = [
        f"{of.machine()}. {int(about['bytes']) / 1e6:,.0f} MB of log in the page cache; best kernel `{about['kernel']}`.",
        f"Medians of {about['rounds']} rounds in which the programs took turns, least and most in brackets;",
        "multiples are medians of the ratios within a round, of wall and of CPU time:",
        "",
        "| program | wall seconds | CPU seconds | resident MB | " + " | ".join(names) + " |",
        "|---|---|---|---|" + "---|" * len(ours),
    ]
    floor = int(about["floor"])
    part = 0
    for program in programs.values():
        resident = statistics.median(program.resident)
        # The floor itself varies by a few pages.
        megabytes = f"{resident * 1024 / 1e6:.1f}" if resident > floor * 1.05 else "–"
        label = program.label.replace("|", "\\|")
        if program.share != 1:
            label += " \\*"
            part = program.share * int(about["bytes"]) / 1e6
        cells = [label, spread(program.wall), spread(program.cpu), megabytes]
        cells += [ratios(program, other) for other in ours]
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", f"– stands for less than {floor * 1024 / 1e6:.0f} MB, which are not measured."]
    if part:
        lines.append(f"\\* ran over the first {part:.0f} MB of the log; its seconds are scaled to the whole.")
    if about["absent"]:
        lines.append(f"Left out, since not installed: {about['absent']}.")
    return "\n".join(lines + ["", "```sh", about["command"], "```"]) + "\n"


if __name__ == "__main__":
    path = sys.argv[1] if len(sys.argv) > 1 else figures.newest()
    sys.stdout.write(table(figures.Figures(path)))
