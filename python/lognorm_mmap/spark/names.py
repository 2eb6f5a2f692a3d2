"""The names of outputs, which are those that ``lognorm-mmap -t DIR`` gives."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from .batches import Log, is_uri
from .stores import Store

# The extensions of compressed files and archives; test_spark.py compares them with the program's.
# fmt: off
_COMPRESSED = frozenset([
    "gz", "gzip", "zst", "zstd", "xz", "lzma", "bz2", "bz", "bzip2", "lz4", "lz", "lzo", "br", "sz",
    "z", "zip", "7z", "rar", "cab", "jar", "cpio", "tar", "tgz", "taz", "tbz", "tbz2", "tb2", "txz",
    "tlz", "tlz4", "tzst", "tzo", "tz2",
])
# fmt: on
_EXTENSIONS = {"none": "", "gzip": ".gz", "zstd": ".zst"}
_NAMED_IN_MESSAGE = 3


def output_name(path: str, compress: str) -> str:
    """Returns the name of the output of ``path``: ``app.log.3`` of ``logs/app.log.3.gz``."""
    name = path.rpartition("/")[2]
    while True:
        stem, _, extension = name.rpartition(".")
        if not stem or extension.lower() not in _COMPRESSED:
            return name + _EXTENSIONS[compress]
        name = stem


def with_outputs(logs: Iterable[Log], out_dir: str, compress: str) -> list[Log]:
    """Returns the logs with the paths or URIs of their outputs.

    Raises:
        ValueError: Two logs would have one output, or a log has no name.
    """
    named = []
    first: dict[str, str] = {}
    for log in logs:
        name = output_name(log.path, compress)
        if name in ("", ".", ".."):
            raise ValueError(f"{log.path!r} does not name a log")
        if name in first:
            raise ValueError(f"{first[name]!r} and {log.path!r} would both become {name!r}")
        first[name] = log.path
        named.append(replace(log, output=f"{out_dir.rstrip('/')}/{name}"))
    return named


def existing(logs: Iterable[Log], out_dir: str, store: Store | None) -> list[Log]:
    """Returns the logs whose outputs exist.

    Raises:
        FileExistsError: One of these is itself a log of the job.
    """
    logs = list(logs)
    if store is not None:
        names = store.names(out_dir)
    else:
        names = set(os.listdir(out_dir)) if os.path.isdir(out_dir) else set()
    found = [log for log in logs if log.output.rpartition("/")[2] in names]
    if found:
        inputs = {_real(log.path) for log in logs}
        for log in found:
            if _real(log.output) in inputs:
                raise FileExistsError(f"{log.output!r} is a log of this job, and an output too")
    return found


def refuse(logs: list[Log]) -> None:
    """Raises an error that names the outputs which exist already."""
    named = ", ".join(repr(log.output) for log in logs[:_NAMED_IN_MESSAGE])
    more = f" and {len(logs) - _NAMED_IN_MESSAGE} more" if len(logs) > _NAMED_IN_MESSAGE else ""
    raise FileExistsError(
        f'{named}{more} exist; existing="skip" leaves these logs out, and "replace" does them again'
    )


def _real(path: str) -> str:
    return path if is_uri(path) else os.path.realpath(path)
