"""The values that :mod:`lognorm_mmap.spark` returns and raises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Counted", "Failure", "LogsFailed", "Normalized", "Output"]

_NAMED_IN_MESSAGE = 10


@dataclass(frozen=True)
class Failure:
    """A log that could not be read, or whose output could not be written."""

    path: str
    reason: str


@dataclass(frozen=True)
class Counted:
    """The result of :func:`lognorm_mmap.spark.count`.

    Attributes:
        out: The catalogue.
        read: The paths that it is of, in order.
        failed: The paths that were left out, in order; empty unless ``on_error="skip"``.
    """

    out: str
    read: tuple[str, ...]
    failed: tuple[Failure, ...]


@dataclass(frozen=True)
class Output:
    """A log and the file that has its patterns."""

    path: str
    output: str


@dataclass(frozen=True)
class Normalized:
    """The result of :func:`lognorm_mmap.spark.normalize`.

    Attributes:
        written: The outputs, in the order of the paths.
        failed: The paths without an output, in order; empty unless ``on_error="skip"``.
    """

    written: tuple[Output, ...]
    failed: tuple[Failure, ...]


class LogsFailed(RuntimeError):
    """Some logs could not be done. ``failed`` names all of them, the message the first few."""

    def __init__(self, what: str, failed: Sequence[Failure]) -> None:
        lines = [f"{what}; {len(failed)} failed:"]
        lines += [f"  {failure.path!r}: {failure.reason}" for failure in failed[:_NAMED_IN_MESSAGE]]
        if len(failed) > _NAMED_IN_MESSAGE:
            lines.append(f"  and {len(failed) - _NAMED_IN_MESSAGE} more")
        super().__init__("\n".join(lines))
        self.failed = tuple(failed)
