#!/usr/bin/env python3
"""Makes the pictures in PATTERNS.md: pictures.py [--check] PROGRAM

Writes table.svg, what PROGRAM prints on a terminal, and report-light.png and report-dark.png, what Chromium shows of
its report. With --check, writes nothing and fails if table.svg is of other output.
"""
import fcntl
import html
import os
import pathlib
import random
import re
import struct
import subprocess
import sys
import tempfile
import termios

DOCS = pathlib.Path(__file__).parent
FIXTURE = DOCS.parent / "fixtures/syslog.log"
COLUMNS, ROWS = 100, 14

# How often a line of the fixture that has the word occurs, and in which part of the log.
OFTEN = {
    "CRON[1204]": (300, 0, 1), "CRON[1219]": (60, 0, 1), "Accepted": (90, 0, 1), "session opened": (90, 0, 1),
    "Failed password": (420, 0.55, 0.75), "Disconnecting": (140, 0.55, 0.75), "NOQUEUE": (60, 0.1, 0.5),
    "qmgr": (210, 0, 1), "smtp[1405]": (190, 0, 1), "named": (150, 0.3, 1), "bound to": (12, 0, 1),
    "DHCPACK": (12, 0, 1), "smartd": (24, 0, 1), "Mounted": (1, 0, 0.02), "usb": (3, 0.8, 0.9),
    "asm_common": (2, 0.9, 0.95), "RIP": (2, 0.9, 0.95),
}

BROWSER = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
           "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
           "--window-size=1200,632", "--force-device-scale-factor=1.25"]

# Lengths in the picture of the table.
LEFT, LINE, CHARACTER = 16, 19, 7.8
ATTRIBUTES = {1: "bold", 2: "dim", 3: "italic", 4: "underlined"}
COLORS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
STYLE = """
    text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; fill: #1f2328 }
    .bold { font-weight: 600 }
    .dim { fill: #7a828b }
    .red { fill: #cf222e }
    .green { fill: #1a7f37 }
    .yellow { fill: #9a6700 }
    .blue { fill: #0969da }
    .magenta { fill: #8250df }
    .cyan { fill: #1b7c83 }
    .card { fill: #ffffff; stroke: #d1d9e0 }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .dim { fill: #858e97 }
      .red { fill: #ff7b72 }
      .green { fill: #3fb950 }
      .yellow { fill: #d29922 }
      .blue { fill: #58a6ff }
      .magenta { fill: #bc8cff }
      .cyan { fill: #39c5cf }
      .card { fill: #0d1117; stroke: #3d444d }
    }
"""


def log():
    """Returns a day of lines of the fixture, with other digits, the same each time."""
    chosen = random.Random(1)
    lines = FIXTURE.read_text(encoding="utf-8").splitlines()
    times = []
    for word, (count, begin, end) in OFTEN.items():
        line = next(line for line in lines if word in line)
        times += [(begin + (end - begin) * (at + chosen.random()) / count, line) for at in range(count)]
    # No digit gets greater, so that an address stays one.
    digit = lambda old: str(min(1, int(old[0])) + int(chosen.random() * int(old[0])))
    digits = lambda text: re.sub(r"\d", digit, text)
    seconds = lambda part: f"{int(part * 24):02}:{int(part * 1440) % 60:02}:{int(part * 86400) % 60:02}"
    return "".join(f"Feb 11 {seconds(part)}{digits(line[15:])}\n" for part, line in sorted(times))


def printed(directory, program, *arguments):
    """Returns what the program prints on a terminal."""
    terminal, of_program = os.openpty()
    fcntl.ioctl(of_program, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
    environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
    process = subprocess.Popen([program, *arguments], cwd=directory, env=environment, stdout=of_program)
    os.close(of_program)
    text = b""
    try:
        while part := os.read(terminal, 65536):
            text += part
    except OSError:  # The program has ended.
        pass
    if process.wait() != 0:
        sys.exit(f"{program}: failed")
    return text.decode()


def runs(line):
    """Returns the parts of a line of a terminal: the column each begins at, its classes and its text."""
    classes, column = {}, 0
    for escape, text in re.findall(r"\x1b\[([\d;]*)m|([^\x1b]+)", line):
        if text:
            yield column, " ".join(classes.values()), text
            column += len(text)
        for code in (int(code or 0) for code in escape.split(";") if not text):
            if code == 0:
                classes = {}
            elif code in ATTRIBUTES:
                classes[code] = ATTRIBUTES[code]
            elif 30 <= code <= 37:
                classes["color"] = COLORS[code - 30]
            elif code == 39:
                classes.pop("color", None)
            elif code == 22:
                classes = {key: value for key, value in classes.items() if key not in (1, 2)}
            else:
                sys.exit(f"an escape sequence that is not known: {code}")


def picture(title, lines):
    """Returns lines of a terminal as SVG. It has a background of its own: that of the page is not known."""
    width, height = 2 * LEFT + COLUMNS * CHARACTER, 2 * LEFT + LINE * len(lines)
    texts = []
    for number, line in enumerate(lines):
        for column, classes, text in runs(line):
            lead = len(text) - len(text.lstrip(" "))
            text = text.strip(" ")
            if text:
                # The length holds the columns in line where the font lacks a character or is a wider one.
                place = f'x="{LEFT + (column + lead) * CHARACTER:.1f}" y="{LEFT + LINE * number + 14}"'
                length = f'textLength="{len(text) * CHARACTER:.1f}" class="{classes}" xml:space="preserve"'
                texts.append(f"<text {place} {length}>{html.escape(text, quote=False)}</text>")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" '
            f'height="{height}" role="img" aria-labelledby="title">\n<title id="title">{html.escape(title)}</title>\n'
            f"<style>{STYLE}</style>\n"
            f'<rect class="card" x=".5" y=".5" width="{width - 1:.0f}" height="{height - 1}" rx="8"/>\n'
            + "\n".join(texts) + "\n</svg>\n")


def table(directory, program):
    command = ["server.log", "--rules", "words", "--patterns", "-"]
    lines = printed(directory, program, *command).splitlines()
    lines.insert(0, f"\x1b[2m$\x1b[0m \x1b[1mlognorm-mmap {' '.join(command)}\x1b[0m")
    return picture("A table of the patterns of a log, the most frequent first", lines)


def report(directory, program):
    """Has Chromium take pictures of the report with its first row open, light and dark."""
    page = pathlib.Path(directory, "report.html")
    command = [program, "server.log", "--rules", "words", "--patterns", page.name]
    subprocess.run(command, cwd=directory, check=True)
    closed = page.read_text(encoding="utf-8")
    page.write_text(closed.replace("<details", "<details open", 1), encoding="utf-8")
    for number, scheme in enumerate(["dark", "light"]):
        output = f"--screenshot={DOCS}/report-{scheme}.png"
        colors = f"--blink-settings=preferredColorScheme={number}"
        subprocess.run([*BROWSER, f"--user-data-dir={directory}/profile", colors, output, page.as_uri()],
                       env={**os.environ, "HOME": directory}, stderr=subprocess.DEVNULL, check=True)


def main():
    check, program = sys.argv[1:-1] == ["--check"], os.path.abspath(sys.argv[-1])
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "server.log").write_text(log(), encoding="utf-8")
        svg = table(directory, program)
        path = DOCS / "table.svg"
        if check and path.read_text(encoding="utf-8") != svg:
            sys.exit(f"{path}: is of other output; run docs/pictures.py {program}")
        if not check:
            path.write_text(svg, encoding="utf-8")
            report(directory, program)


if __name__ == "__main__":
    main()
