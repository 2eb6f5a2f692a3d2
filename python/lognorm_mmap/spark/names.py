"""The names of outputs, which are those that ``lognorm-mmap -t DIR`` gives, and which exist already."""

from __future__ import annotations

import os
import posixpath
import uuid
import warnings
from collections.abc import Iterable, Sequence
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
EXTENSIONS = {"none": "", "gzip": ".gz", "zstd": ".zst"}
_NAMED_IN_MESSAGE = 3
_TEMPORARY = "_temporary.lognorm-mmap."
# Schemes of one store.
_SCHEMES = {"s3": "s3a", "s3n": "s3a", "abfs": "abfss", "wasb": "wasbs"}


def output_name(path: str, compress: str) -> str:
    """Returns the name of the output of ``path``: ``app.log.3`` of ``logs/app.log.3.gz``."""
    name = path.rpartition("/")[2]
    while True:
        stem, _, extension = name.rpartition(".")
        if not stem or extension.lower() not in _COMPRESSED:
            return name + EXTENSIONS[compress]
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


def temporary_directory(out_dir: str) -> str:
    """Returns a directory in ``out_dir`` for the outputs of a job that are not complete."""
    return f"{out_dir.rstrip('/')}/{_TEMPORARY}{uuid.uuid4()}"


def existing_outputs(logs: Iterable[Log], out_dir: str, store: Store | None) -> list[Log]:
    """Returns the logs whose outputs exist, and warns of what a job has left that was killed.

    Raises:
        FileExistsError: One of these is itself a log of the job.
    """
    logs = list(logs)
    if store is not None:
        names = store.names(out_dir)
    else:
        names = set(os.listdir(out_dir)) if os.path.isdir(out_dir) else set()
    for name in sorted(name for name in names if name.startswith(_TEMPORARY)):
        message = f"{out_dir.rstrip('/')}/{name} is of another job: delete it if that was killed"
        warnings.warn(message, stacklevel=3)
    found = [log for log in logs if log.output.rpartition("/")[2] in names]
    refuse_logs([log.output for log in found], logs, store)
    return found


def refuse_logs(outputs: Sequence[str], logs: Iterable[Log], store: Store | None) -> None:
    """Raises an error if an output that exists is a log of the job, however its path is spelt."""
    if not outputs:
        return
    inputs = {_one_spelling(log.path, store) for log in logs}
    for output in outputs:
        if _one_spelling(output, store) in inputs:
            raise FileExistsError(f"{output!r} is a log of this job, and an output too")


def refuse(logs: list[Log]) -> None:
    """Raises an error that names the outputs which exist already."""
    named = ", ".join(repr(log.output) for log in logs[:_NAMED_IN_MESSAGE])
    more = f" and {len(logs) - _NAMED_IN_MESSAGE} more" if len(logs) > _NAMED_IN_MESSAGE else ""
    raise FileExistsError(
        f'{named}{more} exist; existing="skip" leaves these logs out, and "replace" does them again'
    )


def _one_spelling(path: str, store: Store | None) -> str:
    """Returns what is the same for all spellings of a path or a URI.

    Where two places cannot be told apart, they are taken for one: that refuses an output, and
    destroys no log. So ports do not count, nor the case of a host.
    """
    if not is_uri(path):
        # As the program is given it: `..` goes before symbolic links.
        return os.path.realpath(os.path.abspath(path))
    scheme, _, rest = path.partition(":")
    scheme = scheme.lower()
    authority = ""
    if rest.startswith("//"):
        authority, slash, rest = rest[2:].partition("/")
        rest = slash + rest
    # Hadoop takes `..`, `.` and `//` out of paths, and leaves `%41` as it is.
    rest = posixpath.normpath("/" + rest.lstrip("/"))
    if scheme == "file":
        return os.path.realpath(rest)
    if not authority and store is not None:
        authority = store.authority(path)
    host = authority.lower().partition(":")[0]
    return f"{_SCHEMES.get(scheme, scheme)}://{host}{rest}"
