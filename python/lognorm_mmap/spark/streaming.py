"""The program between two pipes, for logs and outputs in object stores.

The program takes the end of its input for the end of the log. So this process holds the pipe open
until the whole object has been copied into it, and kills the program if that fails.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from typing import IO

from .program import Argument, check
from .stores import Store, StoreFailed


def print_of_object(command: Sequence[Argument], store: Store, source: str) -> bytes:
    """Runs the program with an object as its standard input, and returns what it prints.

    Raises:
        ProgramFailed: The program ended with another exit code than 0.
        StoreFailed: The object could not be read.
    """
    with tempfile.TemporaryFile() as printed:
        with _Process(command, store, source, printed) as process:
            process.finish()
        printed.seek(0)
        return printed.read()


def object_of_print(command: Sequence[Argument], store: Store, source: str | None, target: str) -> None:
    """Runs the program, and makes an object of what it prints.

    If this fails, the object may be there without being whole: give it a temporary name.

    Args:
        command: The path of the program, and its arguments.
        store: What copies the objects.
        source: The object that is its standard input, or ``None`` if it opens a file itself.
        target: The object that is made.

    Raises:
        ProgramFailed: The program ended with another exit code than 0.
        StoreFailed: An object could not be read or written.
    """
    we_read, it_writes = os.pipe()
    try:
        with open(it_writes, "wb") as printed:
            process = _Process(command, store, source, printed)
        with process:
            store.write(we_read, target)
            process.finish()
    finally:
        os.close(we_read)


class _Process:
    """The program, and a thread that feeds it. Leaving the block kills it if it still runs."""

    def __init__(
        self, command: Sequence[Argument], store: Store, source: str | None, printed: IO[bytes]
    ) -> None:
        self._error: BaseException | None = None
        self._feeder = threading.Thread(target=self._feed, args=(store, source))
        with ExitStack() as opened:
            self._messages = opened.enter_context(tempfile.TemporaryFile())
            read_end, write_end = os.pipe()
            self._input = opened.enter_context(open(write_end, "wb"))
            with open(read_end, "rb") as it_reads:
                self._program = subprocess.Popen(
                    command, stdin=it_reads, stdout=printed, stderr=self._messages
                )
            # From here on, leaving the block of this object closes them.
            opened.pop_all()
        self._feeder.start()

    def _feed(self, store: Store, source: str | None) -> None:
        try:
            if source is not None:
                store.read(source, self._input.fileno())
            self._input.close()
        except BaseException as error:
            self._error = error
            # A program that has stopped reading says why; any other would wait for more.
            if not isinstance(error, StoreFailed) or "Broken pipe" not in str(error):
                self._program.kill()

    def finish(self) -> None:
        """Waits for the program, and raises what went wrong."""
        self._feeder.join()
        exit_code = self._program.wait()
        if self._error is not None and exit_code in (0, -signal.SIGKILL):
            raise self._error
        check(exit_code, self._messages)

    def __enter__(self) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.kill()
        self._program.wait()
        self._feeder.join()
        self._input.close()
        self._messages.close()
