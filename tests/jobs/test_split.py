from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.run import Run
from synth.table.errors import InputError
from tests.lakes import done, started, write_csv


def test_rows_balance_and_parts_do_not_overlap(finished: Run) -> None:
    parts = finished.record("split").tables
    assert parts["train"].rows + parts["holdout"].rows == 600
    assert finished.record("split").notes == (
        f"{parts['train'].rows} rows to train on, {parts['holdout'].rows} held out",
    )
    train, holdout = (finished.rows_of("split", role) for role in ("train", "holdout"))
    assert train.join(holdout, "person_id", "left_semi").count() == 0


def test_rows_of_one_entity_stay_on_one_side(spark: SparkSession, tmp_path: Path) -> None:
    table = pa.table({"shop": [i % 40 for i in range(400)], "n": list(range(400))})
    seed = write_csv(table, tmp_path / "visits.csv")
    run = done(started(spark, seed, tmp_path / "lake", split__key=["shop"]), "split")
    train, holdout = (run.rows_of("split", role) for role in ("train", "holdout"))
    sides = [{row.shop for row in side.collect()} for side in (train, holdout)]
    assert sides[0] | sides[1] == set(range(40)) and not sides[0] & sides[1]
    assert (len(sides[0]) * 10, len(sides[1]) * 10) == (train.count(), holdout.count())
    seed = write_csv(pa.table({"shop": [1, 2] * 200, "n": list(range(400))}), tmp_path / "shop.csv")
    few = {"split__key": ["shop"], "split__holdout_fraction": 0.01, "privacy__min_entities": 1}
    with pytest.raises(InputError, match="table shop: 400 clean rows leave a part empty; give"):
        done(started(spark, seed, tmp_path / "lake", **few), "split")
