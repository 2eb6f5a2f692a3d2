"""How the paths of a job become tasks.

A task has a batch: paths that are neighbours in the job. Its number is kept, because catalogues are
merged in the order of their logs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from pyspark import SparkContext

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]

# Enough tasks that a core which is done early finds another one to do.
_TASKS_FOR_EACH_CORE = 16
# What a task has done is lost when its executor is; and an executor may come when tasks are made.
_MOST_PATHS_IN_A_TASK = 100

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:/")


@dataclass(frozen=True)
class Log:
    """A log as a task finds it.

    Attributes:
        number: Its place among the paths of the job.
        path: Its path as the caller gave it.
        file: The absolute path of a file in bytes; ``None`` if ``path`` is a URI.
        output: The path or the URI of its output, if it gets one.
    """

    number: int
    path: str
    file: bytes | None
    output: str = ""


@dataclass(frozen=True)
class Batch:
    """The logs of one task; batches are numbered in the order of their logs."""

    number: int
    logs: tuple[Log, ...]


def is_uri(path: str) -> bool:
    """Tells whether Hadoop's file system opens ``path``: ``s3a://…``, ``file:/…`` too."""
    return _SCHEME.match(path) is not None


def logs_of(paths: Iterable[Path]) -> list[Log]:
    """Returns the logs of a job.

    Raises:
        TypeError: ``paths`` is one path, whose characters would be taken for paths.
        ValueError: There is no path, or one is empty.
    """
    if isinstance(paths, (str, bytes, os.PathLike)):
        raise TypeError(f"paths is a list of paths, not one path: {paths!r}")
    logs = []
    for number, given in enumerate(paths):
        path = os.fsdecode(given)
        if not path:
            raise ValueError(f"path {number} of the list, counted from 0, is empty")
        file = None if is_uri(path) else os.fsencode(os.path.abspath(path))
        logs.append(Log(number, path, file))
    if not logs:
        raise ValueError("there is no path")
    return logs


def batches_of(logs: Sequence[Log], context: SparkContext, paths_per_task: int | None) -> list[Batch]:
    """Divides the logs of a job into batches of neighbours.

    There is one path in a task as long as that makes at most 16 tasks for each core.
    """
    if paths_per_task is None:
        tasks = _TASKS_FOR_EACH_CORE * max(1, context.defaultParallelism)
        paths_per_task = min(-(-len(logs) // tasks), _MOST_PATHS_IN_A_TASK)
    if paths_per_task < 1:
        raise ValueError(f"paths_per_task is at least 1, not {paths_per_task}")
    starts = range(0, len(logs), paths_per_task)
    return [
        Batch(number, tuple(logs[start : start + paths_per_task])) for number, start in enumerate(starts)
    ]
