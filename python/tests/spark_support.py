"""What the tests of `lognorm_mmap.spark` share. Nothing here imports pyspark before it is needed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def need_spark() -> None:
    """Skips the test where Spark cannot run, and fails it in CI."""
    missing = []
    if importlib.util.find_spec("pyspark") is None:
        missing.append("pyspark")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        missing.append("Java 17")
    if missing:
        reason = f"there is no {' and no '.join(missing)}"
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)


def install(request: pytest.FixtureRequest, directory: Path) -> None:
    """Makes `lognorm_mmap` that of the wheel, unless it can be imported already."""
    if importlib.util.find_spec("lognorm_mmap") is not None:
        return
    wheel = request.getfixturevalue("wheel")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--target", directory, wheel]
    subprocess.run(pip, check=True)
    sys.path.insert(0, str(directory))


@contextmanager
def session(master: str) -> Iterator[SparkSession]:
    """Starts Spark, and stops it."""
    import pyspark
    from pyspark.sql import SparkSession

    # `local-cluster` starts executors with the jars of this directory.
    os.environ.setdefault("SPARK_HOME", os.path.dirname(pyspark.__file__))
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "FATAL",
        "spark.executor.memory": "1g",
    }
    spark = SparkSession.builder.master(master).config(map=settings).getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def program() -> str:
    """Returns the path of the program that is tested."""
    import lognorm_mmap

    return lognorm_mmap.find_bin()


def run_program(*arguments: object, check: bool = True) -> bytes:
    """Runs the program, and returns what it prints."""
    command = [argument if isinstance(argument, bytes) else str(argument) for argument in arguments]
    return subprocess.run([program(), *command], capture_output=True, check=check).stdout


def expected_catalogue(paths: list[Any]) -> bytes:
    """Returns what `patterns count` makes of the logs, all at once."""
    return run_program("patterns", "count", "--format", "tsv", "-q", *map(os.fsencode, paths))


def wait_for_executors(spark: SparkSession, count: int) -> None:
    """Waits until so many executors have done something, so that their Python is up."""
    context = spark.sparkContext
    deadline = time.monotonic() + 60

    def executor(_: int) -> int:
        time.sleep(0.1)
        return os.getppid()

    while len(set(context.parallelize(range(8), 8).map(executor).collect())) < count:
        assert time.monotonic() < deadline, "there are too few executors"


class ExecutorKiller:
    """Kills an executor when some tasks of a running stage are done, and others are not."""

    def __init__(self, spark: SparkSession, done: int) -> None:
        self.killed_at: tuple[int, int] | None = None
        self._context = spark.sparkContext
        self._done = done
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> ExecutorKiller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        tracker = self._context.statusTracker()
        while not self._stop.is_set() and self.killed_at is None:
            for stage in tracker.getActiveStageIds():
                info = tracker.getStageInfo(stage)
                if info is not None and self._done <= info.numCompletedTasks < info.numTasks:
                    os.kill(self._executors()[0], signal.SIGKILL)
                    self.killed_at = (info.numCompletedTasks, info.numTasks)
                    return
            time.sleep(0.02)

    def _executors(self) -> list[int]:
        return descendants(os.getpid(), b"--executor-id")


def descendants(ancestor: int, argument: bytes) -> list[int]:
    """Returns the processes that `ancestor` has started, directly or not, with this argument."""
    parents = {}
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            status = (directory / "stat").read_bytes()
            arguments = (directory / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        process = int(directory.name)
        parents[process] = int(status.rpartition(b")")[2].split()[1])
        if argument in arguments:
            found.append(process)

    def is_descendant(process: int) -> bool:
        while process in parents:
            process = parents[process]
            if process == ancestor:
                return True
        return False

    return sorted(filter(is_descendant, found))
