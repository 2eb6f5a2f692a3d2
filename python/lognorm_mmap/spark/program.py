"""The program on the driver and on the workers: how it gets there, and how it is run."""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Union

from pyspark import SparkFiles

import lognorm_mmap

if TYPE_CHECKING:
    from pyspark import SparkContext

Argument = Union[str, bytes]

# Applications, and the programs that they have.
_shipped: set[tuple[str, str]] = set()


class ProgramFailed(RuntimeError):
    """The program has ended with another exit code than 0; the message is what it said."""


@dataclass(frozen=True)
class Program:
    """Where a worker finds the program.

    Attributes:
        shipped: The name of the file that Spark has brought, or ``None`` if the wheel is installed.
        machine: The processor that this file is for.
    """

    shipped: str | None
    machine: str

    def path(self) -> str:
        """Returns the path of the program on this worker."""
        if self.shipped is None or self.machine != platform.machine():
            return lognorm_mmap.find_bin()
        # On an executor, this is relative to its directory.
        path = os.path.abspath(SparkFiles.get(self.shipped))
        if not os.access(path, os.X_OK):
            os.chmod(path, 0o755)
        return path


def provide(context: SparkContext, ship: bool) -> Program:
    """Makes the program known to the workers of ``context``, and brings it to them if ``ship``."""
    if not ship:
        return Program(None, platform.machine())
    path = lognorm_mmap.find_bin()
    if (context.applicationId, path) not in _shipped:
        context.addFile(path)
        package = _zipped_package(context)
        if package is not None:
            context.addPyFile(package)
        _shipped.add((context.applicationId, path))
    return Program(os.path.basename(path), platform.machine())


def _zipped_package(context: SparkContext) -> str | None:
    """Returns an archive of this package, or ``None`` if it was itself imported from one."""
    package = os.path.dirname(os.path.abspath(lognorm_mmap.__file__))
    if not os.path.isdir(package):
        return None
    # Executors that come later ask the driver for it. Spark deletes this directory at the end of the
    # application, even if Python was killed.
    directory = tempfile.mkdtemp(prefix="lognorm-mmap-", dir=context._temp_dir)
    archive = os.path.join(directory, "lognorm_mmap.zip")
    with zipfile.ZipFile(archive, "w") as zipped:
        for parent, _, names in os.walk(package):
            for name in names:
                if name.endswith(".py"):
                    path = os.path.join(parent, name)
                    zipped.write(path, os.path.relpath(path, os.path.dirname(package)))
    return archive


def run(command: Sequence[Argument], stdin: bytes | Iterable[bytes] = b"") -> bytes:
    """Runs the program with these chunks as its standard input, and returns what it prints.

    Raises:
        ProgramFailed: Its exit code was not 0.
    """
    chunks = [stdin] if isinstance(stdin, bytes) else stdin
    # A file, because a pipe that is full would stop the program while it is being written to.
    with tempfile.TemporaryFile() as messages:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages
        ) as process:
            assert process.stdin is not None
            try:
                for chunk in chunks:
                    process.stdin.write(chunk)
            except BrokenPipeError:
                pass  # The program says why it does not read on.
            except BaseException:
                process.kill()
                raise
            output, _ = process.communicate()
        check(process.returncode, messages)
    return output


def check(exit_code: int, messages: IO[bytes]) -> None:
    """Raises :class:`ProgramFailed` with what the program said, unless it ended with 0."""
    if exit_code == 0:
        return
    messages.seek(0)
    said = messages.read().decode(errors="backslashreplace").strip()
    ended = f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
    raise ProgramFailed(said or f"the program ended with {ended}")
