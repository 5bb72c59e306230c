"""Repairs of text that reading and cleaning share: white space, and words that mean null."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import Column as SparkColumn
from pyspark.sql import functions as F

WHITE_SPACE = " \t\r\n\u00a0\ufeff"  # with the no-break space and the mark at a file's start


def trimmed(value: SparkColumn) -> SparkColumn:
    """The text without white space around it."""
    return F.btrim(value, F.lit(WHITE_SPACE))


def without_markers(value: SparkColumn, markers: Iterable[str]) -> SparkColumn:
    """The text, null where it is one of the words that mean null."""
    words = list(markers)
    return F.when(~value.isin(words), value) if words else value
