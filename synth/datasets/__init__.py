"""Tables that ship inside the package, so that a first run needs no network."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

ADULT_COLUMNS: tuple[str, ...] = (
    "age",
    "workclass",
    "fnlwgt",
    "education",
    "education-num",
    "marital-status",
    "occupation",
    "relationship",
    "race",
    "sex",
    "capital-gain",
    "capital-loss",
    "hours-per-week",
    "native-country",
    "income",
)
ADULT_ROWS = 48_842  # 32,561 of adult.data, then 16,281 of adult.test


@cache
def adult_path() -> Path:
    """Where the Adult census table lies as a gzipped CSV file with a header line.

    Its quirks are kept: values are led by a space, ``?`` stands for a missing one, and the labels
    of the last 16,281 rows end in a full stop.

    Follows ``importlib.resources.as_file``: in an installed package this is the file itself; where
    the package is imported from a zip archive the file is unpacked to a temporary place, which
    stays until the process ends. Read it, never write to it.
    """
    kept = ExitStack()
    atexit.register(kept.close)
    return kept.enter_context(as_file(files(__name__) / "adult.csv.gz"))
