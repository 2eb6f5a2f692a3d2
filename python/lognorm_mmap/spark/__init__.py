"""Many logs on a Spark cluster: one catalogue of all, or the patterns of each.

.. code-block:: python

    from lognorm_mmap.spark import count

    counted = count(spark, ["/logs/a.log.gz", "s3a://bucket/logs/b.log.zst"], "all.tsv")

Each task runs the program, with one thread, on its logs. What Spark runs twice is in the result
once. PySpark is not installed with this package: it is the one that the job runs with.
"""

from __future__ import annotations

from .counting import count
from .normalizing import normalize
from .program import ProgramFailed
from .results import Counted, Failure, LogsFailed, Normalized, Output
from .stores import StoreFailed

__all__ = [
    "Counted",
    "Failure",
    "LogsFailed",
    "Normalized",
    "Output",
    "ProgramFailed",
    "StoreFailed",
    "count",
    "normalize",
]
