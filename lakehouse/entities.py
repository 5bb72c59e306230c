"""Who is behind the rows of a table: their entities, and how many of these have how many rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.scan import row_hash

_SALT, _ENTITY = "entity", "_lakesynth_entity"


def with_entity(frame: DataFrame, key: Sequence[str], name: str) -> DataFrame:
    """The frame with a last column: a hash of each row's entity. Rows without one share theirs."""
    return frame.withColumn(name, row_hash(key, _SALT))


def entity_sizes(frame: DataFrame, key: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """``(sizes, numbers)``, both int64: how many entities (``numbers``) have so many rows.

    One scan and a shuffle of the key; the driver gets a row for each size.
    """
    sizes = frame.groupBy(row_hash(key, _SALT).alias(_ENTITY)).agg(F.count("*").alias("size"))
    found = sizes.groupBy("size").agg(F.count("*").alias("number")).toArrow()
    return np.asarray(found["size"], np.int64), np.asarray(found["number"], np.int64)
