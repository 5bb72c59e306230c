"""A table as an audit reads it, alone and beside others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from tests.lakes import lakesynth_here


def test_foreign_keys_between_tables_of_spark(spark: SparkSession, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    customers, orders = tmp_path / "customers", tmp_path / "orders.csv"
    frame = pd.DataFrame({"id": np.arange(1, 201), "city": rng.choice(["Kyiv", "Lviv"], 200)})
    spark.createDataFrame(frame).write.format("delta").save(str(customers))
    own = pd.DataFrame(
        {
            "customer_id": np.r_[[7777] * 20, rng.integers(1, 201, 580)],
            "stars": rng.integers(1, 6, 600),
        }
    )
    own.to_csv(orders, index=False)
    out = tmp_path / "out"
    done = lakesynth_here(spark, "profile", orders, "--with", customers, "--out", out, "--json")
    assert done.code == 0, done.err
    named = {one["name"]: one for one in done.json["findings"]}
    broken = named["rows without a parent"]
    assert broken["columns"] == ["customer_id"] and "20 of 600 rows" in broken["evidence"]
    assert "clean.rules" in broken["remedy"] and "7777" not in json.dumps(done.json)
    told = json.loads((out / "profile.json").read_text("utf-8"))
    (link,) = told["structure"]["foreign_keys"]
    assert (link["columns"], link["references"]) == (["customer_id"], str(customers))
    assert (link["violations"], link["orphan_values"], link["parents"]) == (20, 1, 200)
    assert "Foreign keys" in (out / "profile.html").read_text("utf-8")
    twice = lakesynth_here(spark, "profile", orders, "--with", orders)
    assert twice.code == 2 and "named twice" in twice.err
    nowhere = lakesynth_here(spark, "profile", orders, "--with", tmp_path / "none.csv")
    assert nowhere.code == 2 and "none.csv" in nowhere.err


@pytest.mark.parametrize("option", ["--lake", "--since"])
def test_what_does_not_go_together_is_said(
    option: str, spark: SparkSession, tmp_path: Path
) -> None:
    seed = tmp_path / "s.csv"
    seed.write_text("a\n1\n", encoding="utf-8")
    more = [option, tmp_path / "lake"] if option == "--lake" else [option, 3, "--states", "t"]
    done = lakesynth_here(spark, "profile", seed, "--with", seed, *more)
    assert done.code == 2 and option in done.err


def test_a_partition_in_other_units_is_told(spark: SparkSession, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    area = rng.choice(["east", "north", "south", "west"], 2000)
    price = rng.lognormal(3, 0.4, 2000) * np.where(area == "north", 40, 1)
    frame = pd.DataFrame({"price": price.round(2), "n": rng.integers(1, 9, 2000), "Area 1.b": area})
    table = tmp_path / "orders"
    rows = spark.createDataFrame(frame).writeTo(f"delta.`{table}`").using("delta")
    rows.tableProperty("delta.columnMapping.mode", "name").partitionedBy(
        F.col("`Area 1.b`")
    ).create()
    done = lakesynth_here(spark, "profile", table, "--out", tmp_path / "out", "--json")
    assert done.code == 0, done.err
    named = {one["name"]: one for one in done.json["findings"]}
    unlike = named["partition unlike all others"]
    assert unlike["severity"] == "warning" and unlike["columns"] == ["price"]
    assert "'Area 1.b' = north" in unlike["evidence"]
