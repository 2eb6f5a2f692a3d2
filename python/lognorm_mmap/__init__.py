"""The program ``lognorm-mmap``, which turns every line of a log into its pattern, as a wheel.

``pip install`` puts the program on ``PATH``. :func:`find_bin` returns where it is for programs that
start it, and ``python -m lognorm_mmap`` runs it.
"""

from __future__ import annotations

import os
import shutil
import sysconfig
from collections.abc import Iterator

__all__ = ["find_bin"]

_PROGRAM = "lognorm-mmap"


def find_bin() -> str:
    """Returns the path of the program, wherever pip put it.

    The program that was installed with this module comes first, so that another version on ``PATH``
    does not take its place. A module in a zip archive, such as those of Spark's ``--py-files``, has
    no program with it: then only one that is installed on the machine is found.

    Raises:
        FileNotFoundError: The program is in none of the places. The message names them.
    """
    searched = list(dict.fromkeys(_directories()))
    for directory in searched:
        path = os.path.join(directory, _PROGRAM)
        if _is_program(path):
            return path
    on_path = shutil.which(_PROGRAM)
    if on_path is not None:
        return os.path.abspath(on_path)
    message = f"{_PROGRAM} is not in {', '.join(searched)}, nor on PATH"
    if not os.path.isdir(_package()):
        message += (
            f"; a program cannot be run from the archive that {_package()} is in:"
            " install the wheel on each machine"
        )
    raise FileNotFoundError(message)


def _directories() -> Iterator[str]:
    """Yields the directories where pip puts programs, those that belong to this module first."""
    packages = os.path.dirname(_package())
    schemes = sysconfig.get_scheme_names()
    for scheme in schemes:
        if _path("purelib", scheme) == packages or _path("platlib", scheme) == packages:
            scripts = _path("scripts", scheme)
            if scripts:
                yield scripts
    # `pip install --target DIR` puts the module into DIR and the program into DIR/bin.
    yield os.path.join(packages, "bin")
    # `pip install --prefix DIR` puts the module into DIR/lib/pythonX.Y/site-packages.
    python = os.path.dirname(packages)
    library = os.path.dirname(python)
    if os.path.basename(python).startswith("python") and os.path.basename(library).startswith("lib"):
        yield os.path.join(os.path.dirname(library), "bin")
    yield sysconfig.get_path("scripts")
    for scheme in schemes:
        # The scheme of Windows is defined on every platform.
        if scheme.endswith("user") and not scheme.startswith("nt"):
            scripts = _path("scripts", scheme)
            if scripts:
                yield scripts


def _path(name: str, scheme: str) -> str | None:
    """Returns a path of an installation scheme; some are not defined on every platform."""
    try:
        return sysconfig.get_path(name, scheme)
    except KeyError:
        return None


def _package() -> str:
    return os.path.dirname(os.path.abspath(__file__))


def _is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)
