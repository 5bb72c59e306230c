"""What a Python worker of Spark can be spared."""

from __future__ import annotations

import os
import sys
from functools import partial
from zipimport import zipimporter

_METHOD = "invalidate_caches"


def read_archives_once() -> None:
    """Let this process read an archive on its path again only where the file has changed.

    Spark (up to 4.1, mended by SPARK-54744) calls ``importlib.invalidate_caches`` before each task,
    and from Python 3.10 on that reads the directory of every zip on the path anew: pyspark.zip, the
    jar of spark-core, and all jars of ``spark.jars.packages``, tens of thousands of entries. Half a
    second and more of each task on a slow machine. To be called within a task.
    """
    for finder in list(sys.path_importer_cache.values()):
        if isinstance(finder, zipimporter) and _METHOD not in vars(finder):
            again = partial(_read_if_changed, finder, _signature(finder))
            vars(finder)[_METHOD] = again


def _read_if_changed(finder: zipimporter, seen: tuple[int, int] | None) -> None:
    now = _signature(finder)
    if now is None or now != seen:
        del vars(finder)[_METHOD]  # the next call of read_archives_once notes what is there then
        zipimporter.invalidate_caches(finder)


def _signature(finder: zipimporter) -> tuple[int, int] | None:
    """The archive's time and size; None where it cannot be looked at."""
    try:
        found = os.stat(finder.archive)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
