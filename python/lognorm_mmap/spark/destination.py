"""Where a catalogue is written, by the driver, once."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .batches import is_uri
from .program import ProgramFailed, run
from .stores import driver_store

if TYPE_CHECKING:
    from pyspark import SparkContext


class Destination:
    """A catalogue that is to be written, and that can be, as far as is known before."""

    def __init__(
        self, context: SparkContext, out: str, program: str, overwrite: bool, nothing: bytes
    ) -> None:
        """Checks what can be checked before hours of work.

        Args:
            context: What knows the file systems of Hadoop.
            out: A file of the driver, or a URI.
            program: The path of the program.
            overwrite: Whether anything may be replaced.
            nothing: A catalogue of no lines.

        Raises:
            ProgramFailed: The name of ``out`` is not that of a catalogue.
            FileExistsError: ``out`` is there and must not be replaced.
            FileNotFoundError: There is no directory for ``out``.
        """
        self._store = driver_store(context) if is_uri(out) else None
        self._out = out
        self._program = program
        self._overwrite = overwrite
        with tempfile.TemporaryDirectory() as directory:
            self._merge(os.path.join(directory, _name(out)), nothing)
        self._refuse_what_must_stay()

    def _refuse_what_must_stay(self) -> None:
        if self._store is not None:
            if not self._overwrite and self._store.exists(self._out):
                raise FileExistsError(f"{self._out} exists; overwrite=True replaces it")
            return
        directory = os.path.dirname(os.path.abspath(self._out))
        if not os.path.isdir(directory):
            raise FileNotFoundError(f"{directory} is not a directory")
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
