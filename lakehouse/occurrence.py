"""Telling equal rows apart, so that a hash can deal them to different sides."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.scan import row_hash

OCCURRENCE = "_lakesynth_occurrence"
_SALT = "occurrence"


def with_occurrence(frame: DataFrame) -> DataFrame:
    """The frame with a last column: a row's number among its equals, from 1; one shuffle.

    Equal rows are interchangeable, so the numbering is determined by the values alone.
    """
    same = row_hash(frame.columns, _SALT)
    return frame.withColumn(OCCURRENCE, F.row_number().over(Window.partitionBy(same).orderBy(same)))
