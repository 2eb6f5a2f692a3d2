#!/usr/bin/env python3
"""Counts 1,000 small archives with GNU parallel, and on a Spark cluster with an executor killed.

GNU parallel has a job for each archive, and then one for each of 32 stretches of the list. All take turns,
on the same cores; Spark's JVMs are up before the first round. Prints the wall times of each round, and the
medians. Needs parallel, Java 17, and in Python the wheel and pyspark:

    benches/spark.py [ROUNDS]
"""

from __future__ import annotations

import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "python/tests"
sys.path.insert(0, str(TESTS))

from archives import make_archives  # noqa: E402
from lognorm_mmap.spark import count  # noqa: E402
from spark_support import ExecutorKiller, expected_catalogue, program, session, wait_for_executors  # noqa: E402


STRETCHES = 32


def with_parallel(paths: list[Path], directory: Path, stretches: int | None = None) -> bytes:
    """Counts each archive, or each stretch of them, in a job of its own, as docs/SCALE.md has it."""
    directory.mkdir()
    (directory / "list").write_text("".join(f"{path}\n" for path in paths))
    (directory / "parts").mkdir()
    tool = shlex.quote(program())
    if stretches is None:
        jobs, parts = "{} :::: list", len(paths)
    else:
        jobs, parts = f"--shard {{}}/{stretches} --files-from list ::: $(seq {stretches})", stretches
    script = (
        "parallel --joblog log --resume-failed --halt soon,fail=1 --retries 2"
        f" {tool} patterns count -q -j1 -o parts/{{#}}.tsv {jobs} &&"
        f" seq -f parts/%.0f.tsv {parts} | {tool} patterns merge --files-from - -o all.tsv"
    )
    subprocess.run(["bash", "-c", script], cwd=directory, check=True)
    return (directory / "all.tsv").read_bytes()


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as place, session("local-cluster[2,1,1024]") as spark:
        archives = Path(place)
        make_archives(archives)
        paths = sorted(path for path in archives.rglob("*") if path.is_file())
        expected = expected_catalogue(paths)
        times: dict[str, list[float]] = {"parallel": [], "stretches": [], "spark": []}
        for number in range(rounds):
            directory = archives / f"round {number}"
            directory.mkdir()
            for name, stretches in (("parallel", None), ("stretches", STRETCHES)):
                start = time.monotonic()
                assert with_parallel(paths, directory / name, stretches) == expected
                times[name].append(time.monotonic() - start)

            wait_for_executors(spark, 2)
            out = directory / "spark.tsv"
            with ExecutorKiller(spark, done=5) as killer:
                start = time.monotonic()
                count(spark, paths, out)
                times["spark"].append(time.monotonic() - start)
            assert killer.killed_at is not None and out.read_bytes() == expected
            print(*(f"{name} {seconds[-1]:.2f} s" for name, seconds in times.items()), killer.killed_at)
        medians = {name: statistics.median(seconds) for name, seconds in times.items()}
        ratios = [f"{medians['spark'] / medians[name]:.2f}" for name in ("parallel", "stretches")]
        print("medians", medians, "ratios of spark to the others", *ratios)


if __name__ == "__main__":
    main()
