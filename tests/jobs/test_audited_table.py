"""A table as an audit reads it, alone and beside others."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

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


def test_what_does_not_go_together_is_said(spark: SparkSession, tmp_path: Path) -> None:
    seed = tmp_path / "s.csv"
    seed.write_text("a\n1\n", encoding="utf-8")
    done = lakesynth_here(spark, "profile", seed, "--with", seed, "--lake", tmp_path / "lake")
    assert done.code == 2 and "--lake" in done.err
    done = lakesynth_here(spark, "profile", seed, "--with", seed, "--since", 3)
    assert done.code == 2 and "name --states as well" in done.err


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


def hostile(rows: int) -> tuple[list[tuple[Any, ...]], T.StructType]:
    """Rows of all that a table may hold, under names that any character may stand in."""
    geo = T.StructType([T.StructField("la.t", T.DoubleType()), T.StructField("x`y", T.LongType())])
    city = T.StructField("city", T.StringType())
    schema = T.StructType(
        [
            T.StructField("a.b", T.IntegerType()),
            T.StructField("tick`s 'and' \"quotes\"", T.StringType()),
            T.StructField("日本 émoji 🙂", T.StringType()),
            T.StructField("wide", T.DecimalType(38, 0)),
            T.StructField("old", T.TimestampType()),
            T.StructField("far", T.TimestampNTZType()),
            T.StructField("odd", T.DoubleType()),
            T.StructField("address", T.StructType([city, T.StructField("geo", geo)])),
            T.StructField("tags", T.ArrayType(T.StringType())),
            T.StructField("items", T.ArrayType(T.StructType([T.StructField("q", T.LongType())]))),
            T.StructField("attributes", T.MapType(T.StringType(), T.StringType())),
            T.StructField("blob", T.BinaryType()),
            T.StructField("address.city", T.StringType()),
        ]
    )
    odd = [float("nan"), float("inf"), float("-inf"), 1.5, None, -0.0]
    data = [
        (
            i % 9,
            "xyz"[i % 3],
            "雪" if i % 2 else "月",
            Decimal(10**37 + i % 50),
            datetime(1, 1, 3) + timedelta(days=i % 40 * 17_000),
            datetime(2262, 5, 1) + timedelta(days=i % 40 * 60_000),
            odd[i % 6],
            None if i % 17 == 0 else (("Kyiv", "Lviv")[i % 2], (float(i % 40), i % 11)),
            None if i % 13 == 0 else [f"t{i % 5}"] * (i % 4),
            [(1,), (2,)],
            {f"k{j}": "v" for j in range(i % 3)},
            b"abc",
            "other",
        )
        for i in range(rows)
    ]
    return data, schema


def test_whatever_a_table_holds_is_profiled(spark: SparkSession, tmp_path: Path) -> None:
    data, schema = hostile(900)
    empty = spark.createDataFrame([], schema).repartition(3)
    frame = spark.createDataFrame(data, schema).repartition(2).union(empty)
    table, out = tmp_path / "t", tmp_path / "out"
    writer = frame.write.format("delta").option("delta.columnMapping.mode", "name")
    writer.save(str(table))
    given = ["--sensitive", "address", "--target", "tags.size", "--out", out, "--json"]
    done = lakesynth_here(spark, "profile", table, *given)
    assert done.code == 0, done.err
    told = json.loads((out / "profile.json").read_text("utf-8"))
    columns = {own["name"]: own for own in told["columns"]}
    nested = ["address.city (nested)", "address.geo.la.t", "address.geo.x`y"]
    sizes = ["tags.size", "tags.least", "tags.greatest", "items.size", "attributes.size"]
    plain = [name for name in schema.names if name not in schema.names[7:12]]
    assert list(columns) == [*plain[:-1], *nested, *sizes, plain[-1]]
    assert all(columns[name]["sensitive"] for name in nested)
    assert "Lviv" not in json.dumps(told) and "Lviv" not in (out / "profile.html").read_text(
        "utf-8"
    )
    assert columns["old"]["low"].startswith("0001-01-03") and columns["far"]["high"] > "8000"
    assert (columns["odd"]["nans"], columns["odd"]["nulls"]) == (150, 150)
    assert columns["odd"]["high"] == "1.5"
    named = {one["name"]: one["columns"] for one in told["findings"]}
    assert named["columns that are not learned"] == schema.names[7:12]
    assert set(named["constant"]) == {"items.size", "address.city"}
    said = "not looked at: 'blob'", "not looked at: 'attributes.keys and values'"
    assert set(said) <= set(told["notes"])
