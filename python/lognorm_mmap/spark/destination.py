"""Where a catalogue is written, by the driver, once."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Sequence

from .program import ProgramFailed, run
from .stores import Store

# Those that the program knows; test_spark.py makes one of each.
_EXTENSIONS = (".tsv", ".jsonl", ".html", ".htm")


def check_name(out: str) -> None:
    """Raises :class:`ValueError` unless the extension of ``out`` is that of a catalogue or a report."""
    name = _name(out).lower()
    if not name.endswith(_EXTENSIONS) or name in _EXTENSIONS:
        raise ValueError(f"the name of {out!r} ends in none of {', '.join(_EXTENSIONS)}")


class Destination:
    """A catalogue that is to be written, and that can be, as far as is known before."""

    def __init__(self, store: Store | None, out: str, program: str, overwrite: bool) -> None:
        """Checks what can be checked before hours of work.

        Args:
            store: The file systems of Hadoop, if ``out`` is a URI.
            out: A file of the driver, or a URI.
            program: The path of the program.
            overwrite: Whether anything may be replaced.

        Raises:
            FileExistsError: ``out`` is there and must not be replaced.
            FileNotFoundError: There is no directory for ``out``.
            IsADirectoryError: ``out`` is a directory.
        """
        self._store = store
        self._out = out
        self._program = program
        self._overwrite = overwrite
        self._refuse_what_must_stay()

    def exists(self) -> bool:
        """Tells whether there is something under the name of the catalogue."""
        return os.path.exists(self._out) if self._store is None else self._store.exists(self._out)

    def _refuse_what_must_stay(self) -> None:
        if self._store is not None:
            if self._store.is_directory(self._out):
                raise IsADirectoryError(f"{self._out} is a directory")
            if not self._overwrite and self._store.exists(self._out):
                raise FileExistsError(f"{self._out} exists; overwrite=True replaces it")
            return
        directory = os.path.dirname(os.path.abspath(self._out))
        if not os.path.isdir(directory):
            raise FileNotFoundError(f"{directory} is not a directory")
        if os.path.isdir(self._out):
            raise IsADirectoryError(f"{self._out} is a directory")
        if self._overwrite or not os.path.exists(self._out) or not os.path.getsize(self._out):
            return
        try:
            run([self._program, "patterns", "merge", os.path.abspath(self._out)])
        except ProgramFailed as error:
            message = f"{self._out} exists; overwrite=True replaces it, whatever it is: {error}"
            raise FileExistsError(message) from error

    def write(self, catalogue: bytes, options: Sequence[str]) -> None:
        """Writes the catalogue: the whole of it under its name, or nothing."""
        if self._store is None:
            force = ("--force",) if self._overwrite else ()
            self._merge(os.path.abspath(self._out), catalogue, *options, *force)
            return
        parent = self._out.rpartition("/")[0]
        temporary = f"{parent}/.lognorm-mmap.{uuid.uuid4()}"
        with tempfile.TemporaryDirectory() as directory:
            file = os.path.join(directory, _name(self._out))
            self._merge(file, catalogue, *options)
            try:
                self._store.upload(file, temporary)
                self._store.rename(temporary, self._out)
            except BaseException:
                self._store.delete(temporary)
                raise

    def _merge(self, file: str, catalogue: bytes, *options: str) -> None:
        run([self._program, "patterns", "merge", *options, "-o", file, "-"], catalogue)


def _name(out: str) -> str:
    return out.rpartition("/")[2]
