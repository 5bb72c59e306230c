"""What it costs to name the columns of a wide table to Spark: one by one, or as one text.

    python benchmarks/columns.py
    python benchmarks/columns.py --columns 50 --columns 1000

Each ``Column`` that PySpark makes is some 25 calls from Python to Java. ``lakehouse.scan.row_hash``
and ``lakehouse.schemas.in_types`` write the expression as SQL. Both ways make the same hash of a
row, one after the other in one session: the ratio says what is saved. No row is read.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Annotated

import typer
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.session import SessionSettings, open_session
from lakehouse.scan import row_hash
from lakehouse.schemas import column

WARM = 2  # rounds that are not counted


def one_by_one(names: list[str]) -> Column:
    """The hash of a row, a ``Column`` for each name."""
    parts = [part for name in names for part in (column(name).isNull(), column(name))]
    return F.xxhash64(F.lit("salt"), *parts)


def as_text(names: list[str]) -> Column:
    """The hash of a row, one SQL text."""
    return row_hash(names, "salt")


def seconds(frame: DataFrame, make: Callable[[list[str]], Column], rounds: int) -> float:
    """The median time to make the expression and have Spark resolve it."""
    taken = []
    for _ in range(WARM + rounds):
        began = time.perf_counter()
        _ = frame.select(make(frame.columns)).schema
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[WARM:])


def wide(spark: SparkSession, columns: int) -> DataFrame:
    """A frame of so many columns."""
    return spark.range(1).selectExpr(*[f"id + {place} AS `c.{place}`" for place in range(columns)])


def main(
    columns: Annotated[list[int] | None, typer.Option(min=1)] = None,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
) -> None:
    """Print both medians, in seconds, and their ratio, for each number of columns."""
    spark = open_session(SessionSettings(master="local[2]"))
    for number in columns or [10, 300]:
        frame = wide(spark, number)
        singly, text = (seconds(frame, make, rounds) for make in (one_by_one, as_text))
        print(
            f"{number} columns: one by one {singly:.3f} s, text {text:.3f} s, {singly / text:.1f}x"
        )
    spark.stop()


if __name__ == "__main__":
    typer.run(main)
