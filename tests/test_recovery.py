"""A known truth goes through the whole lake path and comes out of it again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.pipeline import summary
from lakehouse.tables import TableRef, read
from synth.generators.autoregressive.settings import AutoregressiveSettings
from tests.lakes import done, started, write_parquet

pytestmark = pytest.mark.slow  # a whole run

ROWS = 50_000
SIZES = (4, 5, 3)
NAMES = ("shop", "size", "colour")


def cells(counts: dict[tuple[str, int, str], int]) -> np.ndarray:
    """The joint distribution of counted rows."""
    joint = np.zeros(SIZES)
    for (shop, size, colour), rows in counts.items():
        joint[int(shop[1:]), size, int(colour[1:])] = rows
    return joint.ravel() / joint.sum()


def drawn(truth: np.ndarray, rng: np.random.Generator) -> pa.Table:
    """Rows of the distribution, text and whole numbers."""
    shop, size, colour = np.unravel_index(rng.choice(len(truth), ROWS, p=truth), SIZES)
    return pa.table(
        {
            NAMES[0]: [f"s{value}" for value in shop],
            NAMES[1]: pa.array(size, pa.int32()),
            NAMES[2]: [f"c{value}" for value in colour],
        }
    )


def test_the_joint_distribution_of_three_columns_is_recovered(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Nearly all rows of such a table equal another: cleaning must take them for data."""
    rng = np.random.default_rng(0)
    truth = rng.dirichlet(np.full(int(np.prod(SIZES)), 0.5))
    run = started(
        spark,
        write_parquet(drawn(truth, rng), tmp_path / "sales.parquet"),
        tmp_path / "lake",
        train__settings__steps=AutoregressiveSettings.steps,
        train__settings__hidden=AutoregressiveSettings.hidden,
        train__settings__batch_rows=None,
        sample__rows=8 * ROWS,  # the question is what was learned, not how a sample scatters
    )
    done(run, "sample")
    tables = summary(run)["tables"]
    assert tables["clean"]["rows"] == ROWS
    made = read(spark, TableRef(tables["candidate"]["name"], tables["candidate"]["version"]))
    counted = made.groupBy(*NAMES).count().collect()
    synthetic = cells({(row[0], row[1], row[2]): row["count"] for row in counted})
    assert sum(row["count"] for row in counted) == 8 * ROWS
    assert 0.5 * np.abs(synthetic - truth).sum() < 0.02
