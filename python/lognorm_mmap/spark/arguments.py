"""Checks of what the caller says, before any work: a word misspelt must not choose a branch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

RULES = ("shape", "words")
ON_ERROR = ("fail", "skip")

# Options of the program that change neither what it reads nor where it writes, and whether they have
# a value. All others are set by the job, or are parameters.
_OPTIONS = {
    "--chunk-size": True,
    "--decompress": True,
    "--encoding": True,
    "--kernel": True,
    "--no-mmap": False,
    "--strip-ansi": False,
}
OPTIONS_OF_COUNT = {**_OPTIONS, "--examples": True}
OPTIONS_OF_NORMALIZE = {
    **_OPTIONS,
    "--known": True,
    "--level": True,
    "--only": True,
    "--raw": False,
    "--sync": False,
}


def check_choice(name: str, value: Any, choices: Iterable[str]) -> None:
    """Raises :class:`ValueError` unless ``value`` is one of the choices that a parameter has."""
    choices = tuple(choices)
    if value not in choices:
        raise ValueError(f"{name} is one of {', '.join(map(repr, choices))}, not {value!r}")


def checked_options(options: Iterable[str], allowed: dict[str, bool]) -> tuple[str, ...]:
    """Returns options of the program.

    Raises:
        TypeError: ``options`` is one string.
        ValueError: An option is not one of those ``allowed``, or is none but a path.
    """
    if isinstance(options, (str, bytes)):
        raise TypeError(f"options is a list of options, not one string: {options!r}")
    given = tuple(options)
    rest = iter(given)
    for option in rest:
        name, equals, _ = option.partition("=")
        if name not in allowed:
            known = ", ".join(sorted(allowed))
            raise ValueError(f"{option!r} is not an option that a job can have: {known}")
        if allowed[name] and not equals and next(rest, None) is None:
            raise ValueError(f"{name} needs a value")
    return given
