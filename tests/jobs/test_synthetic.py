"""Synthetic rows as frames: the same ones, however many tasks make them."""

from __future__ import annotations

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.run import Run
from jobs.synthetic import synthetic_rows
from lakehouse.scan import row_hash
from synth.sampling.blocks import SamplePlan
from synth.sampling.model_folder import load_model


def test_the_same_rows_from_one_three_and_eight_partitions(
    finished: Run, spark: SparkSession
) -> None:
    folder = finished.path("model")
    model, plan = load_model(folder), SamplePlan("people", rows=5000, seed=5, block_rows=512)
    assert plan.blocks == 10
    digests = set()
    for partitions in (1, 3, 8):
        sample = finished.config.sample.model_copy(update={"partitions": partitions})
        config = finished.config.model_copy(update={"sample": sample})
        run = Run(finished.id, config, finished.lake, spark, finished.reporter)
        rows = synthetic_rows(run, folder, model, plan)
        assert rows.select(F.spark_partition_id()).distinct().count() == partitions
        hashed = rows.select(row_hash(rows.columns, "").alias("h"))
        digests.add(
            tuple(hashed.agg(F.count("h"), F.sum(F.col("h").cast("decimal(38,0)"))).first())
        )
    assert len(digests) == 1
    assert digests.pop()[0] == 5000
