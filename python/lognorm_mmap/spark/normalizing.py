"""An output for each of many logs.

A task may run twice: when its executor is lost, even after the work, or where Spark is told to
speculate. Both runs write the same bytes, and an output gets its name in one step when it
is complete, so that there is always one whole file or none. In a file system, the program does that
itself. In a store, the output is made in a directory of the job, and then renamed. Spark's own
commit protocol does the same for the files of a data frame, whose names it chooses.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import lognorm_mmap

from .arguments import ON_ERROR, OPTIONS_OF_NORMALIZE, RULES, check_choice, checked_options
from .batches import Batch, Log, Path, batches_of, is_uri, logs_of
from .names import EXTENSIONS, existing_outputs, refuse, temporary_directory, with_outputs
from .program import provide, run
from .results import Failure, LogsFailed, Normalized, Output
from .stores import Store, driver_store
from .streaming import object_of_print, print_of_object
from .tasks import LogFailed, Task, attempt, task_of

if TYPE_CHECKING:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

EXISTING = ("refuse", "skip", "replace")


def normalize(
    spark: SparkSession,
    paths: Iterable[Path],
    out_dir: Path,
    *,
    rules: Literal["shape", "words"] = "shape",
    options: Iterable[str] = (),
    compress: Literal["none", "gzip", "zstd"] = "none",
    existing: Literal["refuse", "skip", "replace"] = "refuse",
    on_error: Literal["fail", "skip"] = "fail",
    paths_per_task: int | None = None,
    ship: bool = True,
) -> Normalized:
    """Writes the patterns of each log to a file of its own, line by line.

    ``logs/app.log.3.gz`` becomes ``out_dir/app.log.3``. An output appears under its name complete,
    or not at all. A log may be compressed, and must not be an archive of several.

    Args:
        spark: The session, not of Spark Connect.
        paths: The logs. Names that would be one in ``out_dir`` are refused before anything is
            written.
        out_dir: A directory that the driver and all executors share, or a URI; it is made if
            needed.
        rules: The rules that make patterns of lines.
        options: More options of ``lognorm-mmap``: ``--chunk-size``, ``--decompress``, ``--encoding``,
            ``--kernel``, ``--level``, ``--no-mmap``, ``--raw``, ``--strip-ansi``, ``--sync``, and
            ``--known`` and ``--only`` with files that all executors have.
        compress: The format of the outputs.
        existing: What to do if there are outputs already: ``"refuse"`` before anything is written,
            ``"skip"`` these logs, as after a job that was broken off, or ``"replace"`` them.
        on_error: ``"fail"`` raises an error when all other logs have been done. ``"skip"`` names
            those that could not be done in the result.
        paths_per_task: The paths in a task. By default one, and more if there would be more than 16
            tasks for each core, but at most 100.
        ship: Bring the program and this package to the executors. If false, the wheel must be
            installed on each of them.

    Raises:
        LogsFailed: Some logs could not be done, after three attempts.
        ProgramFailed: The values of options are wrong.
        StoreFailed: Hadoop has no access to ``out_dir``.
        FileExistsError: Outputs exist, or one of them would replace a log.
        ValueError: Two logs would have one output, or an argument is none of its choices.

    A driver that is killed leaves ``_temporary.lognorm-mmap.ID`` in an ``out_dir`` that is a URI. The
    next job for this ``out_dir`` warns of it, and it may be deleted when the job is known to be dead.
    """
    check_choice("rules", rules, RULES)
    check_choice("compress", compress, EXTENSIONS)
    check_choice("existing", existing, EXISTING)
    check_choice("on_error", on_error, ON_ERROR)
    more = checked_options(options, OPTIONS_OF_NORMALIZE)
    context = spark.sparkContext
    directory = os.fsdecode(out_dir)
    if not is_uri(directory):
        directory = os.path.abspath(directory)
    logs = with_outputs(logs_of(paths), directory, compress)
    arguments = ("--quiet", "-j1", "--rules", rules, "--compress", compress, *more)
    run([lognorm_mmap.find_bin(), *arguments])
    failed_numbers: list[tuple[int, str]] = []
    with driver_store(context, directory) as store:
        there = existing_outputs(logs, directory, store)
        if there and existing == "refuse":
            refuse(there)
        skipped = {log.number for log in there} if existing == "skip" else set()
        to_do = [log for log in logs if log.number not in skipped]
        if to_do:
            task = task_of(context, provide(context, ship), arguments, to_do, directory)
            failed_numbers = _run_job(context, to_do, task, directory, store, paths_per_task)
    failed = tuple(Failure(logs[number].path, reason) for number, reason in failed_numbers)
    if failed and on_error == "fail":
        raise LogsFailed(f"{len(to_do) - len(failed)} of {len(to_do)} logs were written", failed)
    left_out = {number for number, _ in failed_numbers}
    written = (Output(log.path, log.output) for log in to_do if log.number not in left_out)
    return Normalized(tuple(written), failed)


def _run_job(
    context: SparkContext,
    logs: list[Log],
    task: Task,
    directory: str,
    store: Store | None,
    paths_per_task: int | None,
) -> list[tuple[int, str]]:
    """Does all logs, and returns the numbers of those that failed, in order, and why."""
    batches = batches_of(logs, context, paths_per_task)
    tasks = context.parallelize(batches, len(batches))
    if store is None:
        os.makedirs(directory, exist_ok=True)
        return tasks.flatMap(lambda batch: _normalize(batch, task, None)).collect()
    temporary = temporary_directory(directory)
    store.make_directory(temporary)
    try:
        return tasks.flatMap(lambda batch: _normalize(batch, task, temporary)).collect()
    finally:
        store.delete(temporary)


def _normalize(batch: Batch, task: Task, temporary: str | None) -> list[tuple[int, str]]:
    """Does the logs of a task, and returns those that failed; ``temporary`` is for a store."""
    failed = []
    for log in batch.logs:
        try:
            if temporary is None:
                attempt(_to_file, log, task)
            else:
                attempt(_to_object, log, task, f"{temporary}/{uuid.uuid4()}")
        except LogFailed as error:
            failed.append((log.number, str(error)))
    return failed


def _to_file(log: Log, task: Task) -> None:
    output = os.fsencode(log.output)
    # The driver has asked what may be replaced. What is there now may be from an earlier attempt.
    if log.file is None:
        print_of_object(task.command("--force", "-", output), task.store(), log.path)
    else:
        run(task.command("--force", log.file, output))


def _to_object(log: Log, task: Task, temporary: str) -> None:
    store = task.store()
    if log.file is None:
        object_of_print(task.command("-"), store, log.path, temporary)
    else:
        object_of_print(task.command(log.file), store, None, temporary)
    store.rename(temporary, log.output)
