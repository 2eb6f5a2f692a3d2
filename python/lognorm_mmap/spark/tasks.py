"""What a task is told, and when it gives up.

A task tries a log again that it cannot do: a network that was down may be up by then. It names the
logs that cannot be done, and does the others. It does not fail because of a log: Spark may hold
failures against an executor, and ends a job with few of them. So Spark repeats a task only when its
executor is lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from .batches import Log, is_uri
from .program import Program, ProgramFailed
from .stores import Store, StoreFailed, configuration_of, worker_store

if TYPE_CHECKING:
    from pyspark import SparkContext

# What a log that cannot be read, or an output that cannot be written, raises.
LogFailed = (ProgramFailed, StoreFailed)

# Seconds between the attempts. A damaged archive takes them too, so they are few.
_PAUSES = (0.5, 1.5)

Result = TypeVar("Result")


@dataclass(frozen=True)
class Task:
    """What every task of a job is told.

    Attributes:
        program: The program.
        options: Its options, which come before what it reads.
        configuration: The configuration of Hadoop, empty if no log and no output needs it.
    """

    program: Program
    options: tuple[str, ...]
    configuration: str

    def command(self, *arguments: str | bytes) -> list[str | bytes]:
        """Returns the program with its options and ``arguments``, as it is run on this worker."""
        return [self.program.path(), *self.options, *arguments]

    def store(self) -> Store:
        """Returns the file systems of Hadoop on this worker."""
        return worker_store(self.configuration)


def task_of(
    context: SparkContext, program: Program, options: Sequence[str], logs: Sequence[Log], out: str
) -> Task:
    """Returns what the tasks of a job are told."""
    needs_hadoop = is_uri(out) or any(log.file is None for log in logs)
    configuration = configuration_of(context) if needs_hadoop else ""
    return Task(program, tuple(options), configuration)


def attempt(work: Callable[..., Result], *arguments: object) -> Result:
    """Does work on a log, again after a pause if it fails, and raises the error of the last attempt."""
    for pause in _PAUSES:
        try:
            return work(*arguments)
        except LogFailed:
            time.sleep(pause)
    return work(*arguments)
