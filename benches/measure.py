#!/usr/bin/env python3
"""Runs a shell command and prints its wall seconds, its CPU seconds and its largest resident set in KiB.

usage: measure.py COMMAND

CPU seconds are those of all processes of the command, in user mode and in the OS. The resident set is
that of the largest process. It is never less than that of this program, which Linux hands down to what
is started: measure.py true prints that floor.
"""
import os
import sys
import time

start = time.perf_counter()
process = os.posix_spawn("/bin/sh", ["sh", "-c", sys.argv[1]], os.environ)
_, status, usage = os.wait4(process, 0)
wall = time.perf_counter() - start
if status:
    sys.exit(f"measure.py: failed with status {status}: {sys.argv[1]}")
cpu = usage.ru_utime + usage.ru_stime
# macOS counts bytes, all others KiB.
resident = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
print(f"{wall:.6f}\t{cpu:.6f}\t{resident}")
