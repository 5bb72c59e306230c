"""What a task in Python costs before it does anything: Spark's own mapInArrow beside ours.

    python benchmarks/worker.py
    python benchmarks/worker.py --rounds 40

Spark (up to 4.1) has a worker read the directories of all zips and jars on its path again before
each task; ``lakehouse.worker`` has it read them once. Both hand over ten rows unchanged,
one after the other in one session: the ratio says what is saved.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any

import pyarrow as pa
import typer
from pyspark.sql import DataFrame, SparkSession

from jobs.session import SessionSettings, open_session
from lakehouse.scan import map_batches

WARM = 4  # rounds that are not counted: workers start, and Spark compiles


def unchanged(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches as they came."""
    yield from batches


def seconds(spark: SparkSession, work: Callable[[DataFrame], Any], rounds: int) -> float:
    """The median time of a round of two tasks."""
    rows, taken = spark.range(0, 10, 1, 2), []
    for _ in range(WARM + rounds):
        began = time.perf_counter()
        work(rows)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[WARM:])


def main(rounds: Annotated[int, typer.Option(min=1)] = 20) -> None:
    """Print both medians, in seconds, and their ratio."""
    spark = open_session(SessionSettings(master="local[2]"))
    # Spark's own comes first: a worker that was spared once stays so.
    own = seconds(spark, lambda rows: rows.mapInArrow(unchanged, "id bigint").collect(), rounds)
    ours = seconds(
        spark, lambda rows: map_batches(rows, ["id"], unchanged, "id bigint").collect(), rounds
    )
    print(f"mapInArrow {own:.3f} s, map_batches {ours:.3f} s, ratio {own / ours:.1f}")
    spark.stop()


if __name__ == "__main__":
    typer.run(main)
