"""What a task is told, and when it gives up.

A task that cannot do a log fails, and Spark tries it again, maybe on another executor: a network
that was down is up by then. The last attempt does not fail, which would end the job at the first
damaged archive. It names the logs that cannot be done, and does the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark import TaskContext

from .batches import Log, is_uri
from .program import Program, ProgramFailed
from .stores import Store, StoreFailed, configuration_of, worker_store

if TYPE_CHECKING:
    from pyspark import SparkContext

# What a log that cannot be read, or an output that cannot be written, raises.
LogFailed = (ProgramFailed, StoreFailed)


@dataclass(frozen=True)
class Task:
    """What every task of a job is told.

    Attributes:
        program: The program.
        options: Its options, which come before what it reads.
        attempts: How often Spark makes a task that fails.
        configuration: The configuration of Hadoop, empty if no log and no output needs it.
    """

    program: Program
    options: tuple[str, ...]
    attempts: int
    configuration: str

    def command(self, *arguments: str | bytes) -> list[str | bytes]:
        """Returns the program with its options and ``arguments``, as it is run on this worker."""
        return [self.program.path(), *self.options, *arguments]

    def store(self) -> Store:
        """Returns the file systems of Hadoop on this worker."""
        return worker_store(self.configuration)

    def is_last_attempt(self) -> bool:
        """Tells whether the job would fail with this attempt."""
        context = TaskContext.get()
        return context is None or context.attemptNumber() + 1 >= self.attempts


def task_of(
    context: SparkContext, program: Program, options: Sequence[str], logs: Sequence[Log], out: str
) -> Task:
    """Returns what the tasks of a job are told."""
    needs_hadoop = is_uri(out) or any(log.file is None for log in logs)
    configuration = configuration_of(context) if needs_hadoop else ""
    return Task(program, tuple(options), _attempts(context), configuration)


def _attempts(context: SparkContext) -> int:
    master = str(context.master)
    local = re.fullmatch(r"local(\[\s*[\d*]+\s*(,\s*(?P<attempts>\d+)\s*)?\])?", master)
    if local is not None:
        return int(local["attempts"] or 1)
    return int(context.getConf().get("spark.task.maxFailures") or 4)
