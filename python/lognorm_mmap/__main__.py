"""Runs the program in place of the interpreter: ``python -m lognorm_mmap app.log out.log``.

Its exit code is the program's own, and so is how it ends by a signal.
"""

from __future__ import annotations

import os
import signal
import sys

from lognorm_mmap import find_bin


def main() -> None:
    """Replaces this process by the program, with the arguments of this one."""
    try:
        program = find_bin()
    except FileNotFoundError as error:
        sys.exit(f"lognorm-mmap: {error}")
    # The interpreter ignores some signals, and a signal that is ignored stays so in the program.
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored, signal.SIG_DFL)
    try:
        os.execv(program, [program, *sys.argv[1:]])
    except OSError as error:
        # Such as a wheel for another processor.
        sys.exit(f"lognorm-mmap: {program}: {error.strerror}")


if __name__ == "__main__":
    main()
