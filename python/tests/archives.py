"""A thousand small archives in five formats, for the tests of recipes and engines."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import subprocess
from pathlib import Path

COUNT = 1000
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def make_archives(directory: Path, count: int = COUNT) -> None:
    """Makes `count` archives of real lines below `directory`, the same ones in each run.

    Their names have blanks and quotes, and they are in several directories. No two archives have the
    same lines, and most patterns are in many of them, so that what is lost or double changes sums.
    """
    lines = [
        line + b"\n"
        for log in sorted(FIXTURES.glob("*.log"))
        for line in log.read_bytes().split(b"\n")
        if line.strip()
    ]
    rng = random.Random(17)
    compress = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    formats = [*compress, "zst", "lz4"]
    for number in range(count):
        text = b"".join(rng.choices(lines, k=rng.randint(5, 150)))
        extension = formats[number % len(formats)]
        archive = directory / f"host {number % 7}" / f"app's {number:04}.log.{extension}"
        archive.parent.mkdir(parents=True, exist_ok=True)
        if extension in compress:
            archive.write_bytes(compress[extension](text))
        else:
            archive.with_suffix("").write_bytes(text)
    # Python has these formats only in packages, and one command compresses all files.
    for extension, command in {"zst": ["zstd", "-q", "--rm"], "lz4": ["lz4", "-qm", "--rm"]}.items():
        residue = formats.index(extension)
        plain = [
            directory / f"host {number % 7}" / f"app's {number:04}.log"
            for number in range(residue, count, len(formats))
        ]
        subprocess.run([*command, *plain], check=True)
