"""Census tables of any length: three parts of Adult, and many copies of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from throughput import JITTER

from synth.datasets import adult_path

EXCHANGED = 0.1  # of the values of each column, between rows
FILES = 8  # of a table, so that cores have each their own


def census(rows: int) -> dict[str, pa.Table]:
    """Real census rows, a quarter as many held out, and real rows with values exchanged.

    In place of a generator's: a tenth of the values of each column of the train part, and of the
    holdout, change places between rows.
    """
    rng = np.random.default_rng(0)
    frame = pd.read_csv(adult_path(), skipinitialspace=True)
    frame["income"] = frame["income"].str.rstrip(".")
    frame = frame.iloc[rng.permutation(len(frame))]
    train, holdout = frame[:rows], frame[rows : rows + rows // 4]
    made = frame.iloc[rng.integers(0, len(frame), len(train))].reset_index(drop=True)
    for name in made:
        some = np.flatnonzero(rng.random(len(made)) < EXCHANGED)
        made.loc[some, name] = made.loc[rng.permutation(some), name].to_numpy()
    parts = {"train": train, "holdout": holdout, "synthetic": made}
    return {role: pa.Table.from_pandas(part, preserve_index=False) for role, part in parts.items()}


def longer(tables: dict[str, pa.Table], rows: int) -> dict[str, pa.Table]:
    """So many train and synthetic rows, by repeating; their weights differ from copy to copy."""
    rng, found = np.random.default_rng(1), {}
    for role in ("train", "synthetic"):
        own = tables[role].take(np.arange(rows) % len(tables[role]))
        place = own.column_names.index("fnlwgt")
        moved = own.column(place).to_numpy() + rng.integers(0, JITTER, rows)
        found[role] = own.set_column(place, "fnlwgt", pa.array(moved))
    return found


def copies_of(spark: SparkSession, base: pd.DataFrame, rows: int) -> DataFrame:
    """So many census rows, in partitions of some copies; these differ in their weight."""
    numbered = spark.createDataFrame(base.assign(_row=np.arange(len(base))))
    copies = spark.range(0, -(-rows // len(base)), 1, FILES).withColumnRenamed("id", "_copy")
    jitter = F.pmod(F.xxhash64("_copy", "_row"), F.lit(JITTER))
    return (
        copies.crossJoin(F.broadcast(numbered))
        .where(F.col("_copy") * len(base) + F.col("_row") < rows)
        .withColumn("fnlwgt", F.col("fnlwgt") + jitter)
        .drop("_copy", "_row")
    )
