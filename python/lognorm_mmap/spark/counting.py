"""One catalogue of many logs.

A task counts its logs in one run of the program, and catalogues of neighbours are merged by the
program until there is one. Merging is associative and not commutative: line numbers and examples
are those of the first log. So the order is kept, which ``RDD.treeReduce`` does not do.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import lognorm_mmap

from .arguments import ON_ERROR, OPTIONS_OF_COUNT, RULES, check_choice, checked_options
from .batches import Batch, Log, Path, batches_of, logs_of
from .destination import Destination, check_name
from .names import refuse_logs
from .program import Program, provide, run
from .results import Counted, Failure, LogsFailed
from .stores import driver_store
from .streaming import print_of_object
from .tasks import LogFailed, Task, attempt, task_of

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext
    from pyspark.sql import SparkSession

# Catalogues that one task merges.
_FAN_IN = 32


@dataclass(frozen=True)
class _Part:
    """The catalogue of neighbouring logs, as far as they could be read."""

    number: int
    catalogue: bytes
    done: int
    failed: tuple[tuple[int, str], ...]


def count(
    spark: SparkSession,
    paths: Iterable[Path],
    out: Path,
    *,
    rules: Literal["shape", "words"] = "shape",
    options: Sequence[str] = (),
    max_patterns: int | None = None,
    on_error: Literal["fail", "skip"] = "fail",
    overwrite: bool = False,
    paths_per_task: int | None = None,
    ship: bool = True,
) -> Counted:
    """Makes one catalogue of many logs, the one that ``patterns count`` makes of them in this order.

    The logs may be compressed, and may be archives of logs. A path with a scheme, such as
    ``s3a://``, is opened by Hadoop's file system, and any other by the program, on the executors.
    The catalogue is written once, by the driver, after all logs have been counted: whole, or not at
    all.

    Args:
        spark: The session, not of Spark Connect.
        paths: The logs, in order. A path that is there twice is counted twice.
        out: The catalogue, ``.tsv`` or ``.jsonl``, or a report of it, ``.html``: a file of the driver,
            or a URI.
        rules: The rules that make patterns of lines.
        options: More options of ``lognorm-mmap patterns count``: ``--chunk-size``, ``--decompress``,
            ``--encoding``, ``--examples``, ``--kernel``, ``--no-mmap`` and ``--strip-ansi``.
        max_patterns: The most patterns in the catalogue. Without it, there is no limit for the
            whole, and the program's own, 250,000, for the logs of one task.
        on_error: ``"fail"`` writes no catalogue unless every log could be read. ``"skip"`` leaves
            out those that cannot, and names them in the result.
        overwrite: Replace a file even if it does not hold a catalogue, and an object in a store.
        paths_per_task: The paths in a task. By default one, and more if there would be more than 16
            tasks for each core, but at most 100.
        ship: Bring the program and this package to the executors. If false, the wheel must be
            installed on each of them.

    Raises:
        LogsFailed: Some logs could not be read, after three attempts.
        ProgramFailed: The values of options are wrong, or the catalogue could not be written.
        StoreFailed: Hadoop has no access to ``out``, or the catalogue could not be written there.
        FileExistsError: ``out`` is there and must not be replaced, or is a log of this job.
        FileNotFoundError: There is no directory for ``out``.
        IsADirectoryError: ``out`` is a directory.
        ValueError: ``out`` has another extension, or an argument is none of its choices.
    """
    check_choice("rules", rules, RULES)
    check_choice("on_error", on_error, ON_ERROR)
    more = checked_options(options, OPTIONS_OF_COUNT)
    target = os.fsdecode(out)
    check_name(target)
    context = spark.sparkContext
    logs = logs_of(paths)
    driver_program = lognorm_mmap.find_bin()
    limit = () if max_patterns is None else ("--max-patterns", str(max_patterns))
    arguments = ("patterns", "count", "--quiet", "-j1", "--format", "tsv", "--rules", rules)
    arguments += (*limit, *more)
    nothing = run([driver_program, *arguments, "-"])
    with driver_store(context, target) as store:
        destination = Destination(store, target, driver_program, overwrite)
        if destination.exists():
            refuse_logs([target], logs, store)
        program = provide(context, ship)
        task = task_of(context, program, arguments, logs, target)
        whole = _count_all(context, batches_of(logs, context, paths_per_task), task, nothing)
        failed = tuple(Failure(logs[number].path, reason) for number, reason in whole.failed)
        if whole.done + len(failed) != len(logs):
            raise RuntimeError(f"{whole.done} logs counted and {len(failed)} failed, of {len(logs)}")
        if failed and on_error == "fail":
            raise LogsFailed(f"no catalogue was written of {len(logs)} logs", failed)
        destination.write(whole.catalogue, limit)
    left_out = {number for number, _ in whole.failed}
    read = tuple(log.path for log in logs if log.number not in left_out)
    return Counted(target, read, failed)


def _count_all(context: SparkContext, batches: list[Batch], task: Task, nothing: bytes) -> _Part:
    counted = context.parallelize(batches, len(batches)).map(lambda batch: _count(batch, task, nothing))
    [whole] = _merge_in_tree(counted, len(batches), task.program).collect()
    return whole


def _count(batch: Batch, task: Task, nothing: bytes) -> _Part:
    if len(batch.logs) > 1:
        try:
            return _Part(batch.number, _catalogue(batch.logs, task), len(batch.logs), ())
        except LogFailed:
            pass  # One by one, it is known which.
    catalogues = [nothing]
    failed = []
    for log in batch.logs:
        try:
            catalogues.append(attempt(_catalogue, [log], task))
        except LogFailed as error:
            failed.append((log.number, str(error)))
    done = len(batch.logs) - len(failed)
    return _Part(batch.number, _merge(catalogues, task.program), done, tuple(failed))


def _catalogue(logs: Sequence[Log], task: Task) -> bytes:
    """Returns the catalogue of neighbours: one run for all files, and one for each object."""
    catalogues = []
    for is_object, group in groupby(logs, key=lambda log: log.file is None):
        if is_object:
            command = task.command("-")
            catalogues += [print_of_object(command, task.store(), log.path) for log in group]
        else:
            names = b"".join(log.file + b"\0" for log in group if log.file is not None)
            catalogues.append(run(task.command("--files0-from", "-"), names))
    return catalogues[0] if len(catalogues) == 1 else _merge(catalogues, task.program)


def _merge_in_tree(parts: RDD[_Part], count: int, program: Program) -> RDD[_Part]:
    while count > 1:
        count = -(-count // _FAN_IN)
        # Sorts inside each group as well, on disk where it must, so that one part is in memory.
        groups = parts.keyBy(lambda part: part.number).repartitionAndSortWithinPartitions(
            count, lambda number: number // _FAN_IN
        )
        parts = groups.values().mapPartitionsWithIndex(
            lambda number, group: iter([_merge_group(number, group, program)])
        )
    return parts


def _merge_group(number: int, parts: Iterable[_Part], program: Program) -> _Part:
    done = 0
    failed: list[tuple[int, str]] = []

    def catalogues() -> Iterator[bytes]:
        nonlocal done
        for part in parts:
            done += part.done
            failed.extend(part.failed)
            yield part.catalogue

    merged = _merge(catalogues(), program)
    return _Part(number, merged, done, tuple(failed))


def _merge(catalogues: Iterable[bytes], program: Program) -> bytes:
    """Adds up catalogues, which the program reads one after the other from its standard input."""
    return run([program.path(), "patterns", "merge", "-"], catalogues)
