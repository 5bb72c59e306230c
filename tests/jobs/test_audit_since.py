"""A profile of the rows added since a version, by command: the sum is that of the whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyspark.sql import SparkSession

from jobs.profile_states import kept_at
from lakehouse.scan import aggregate
from lakehouse.schemas import schema_of
from lakehouse.state_store import StateStore
from lakehouse.tables import TableRef, current_version, read, sql_name, write
from synth.audit.kept import KeptProfile
from tests.lakes import lakesynth_here
from tests.synth.audit.kept_rows import counts, emptied, laid_open, products
from tests.synth.audit.tables import applicants

TARGET = ("--target", "granted", "--set", "task.positive=yes")


def people(rows: int) -> pd.DataFrame:
    """With a mail address, a running number, times, and amounts that add up."""
    frame, rng = applicants(rows), np.random.default_rng(7)
    frame["id"] = range(rows)
    frame["mail"] = [f"olena{i}@example.org" for i in range(rows)]
    frame["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(rows) // 5, unit="D")
    frame["net"] = rng.integers(100, 5000, rows)
    frame["tax"] = rng.integers(1, 900, rows)
    frame["gross"] = frame["net"] + frame["tax"]
    return frame


def append(spark: SparkSession, table: Path, frame: pd.DataFrame) -> int:
    spark.createDataFrame(frame).coalesce(2).write.format("delta").mode("append").save(str(table))
    return version_of(spark, table)


def version_of(spark: SparkSession, table: Path) -> int:
    version = current_version(spark, str(table))
    assert version is not None
    return version


def profiled(spark: SparkSession, table: Path, out: Path, *more: object) -> dict[str, Any]:
    done = lakesynth_here(spark, "profile", table, "--out", out, *map(str, more), "--json")
    assert done.code == 0, done.err
    told: dict[str, Any] = json.loads((out / "profile.json").read_text("utf-8"))
    return {**told, "printed": done.json}


def columns(told: dict[str, Any]) -> dict[str, Any]:
    return {c["name"]: {**c, "histogram": None} for c in told["columns"] if not c["sensitive"]}


def kept(spark: SparkSession, states: Path, table: Path, version: int) -> KeptProfile:
    schema = schema_of(read(spark, TableRef(str(table))))
    return kept_at(spark, StateStore(spark, str(states)), str(table), version, schema)


def names(told: dict[str, Any]) -> set[str]:
    return {one["name"] for one in told["findings"]}


def test_states_add_and_tell_no_value_of_who_is_identified(
    spark: SparkSession, tmp_path: Path
) -> None:
    states, table, frame = tmp_path / "states", tmp_path / "people", people(1500)
    write(spark.createDataFrame(frame[:900]), str(table), app_id="first")
    first = version_of(spark, table)
    profiled(spark, table, tmp_path / "a", "--states", states, *TARGET)
    second = append(spark, table, frame[900:1200])
    more = ("--states", states, "--since", first, *TARGET)
    profiled(spark, table, tmp_path / "b", *more)
    third = append(spark, table, frame[1200:])
    more = ("--states", states, "--since", second, *TARGET)
    since = profiled(spark, table, tmp_path / "c", *more)
    whole = profiled(spark, table, tmp_path / "d", *TARGET)

    assert since["rows"] == whole["rows"] == 1500
    assert columns(since) == columns(whole)
    assert [c["name"] for c in since["columns"]] == [c["name"] for c in whole["columns"]]
    assert since["sensitive_content"] == whole["sensitive_content"]
    said = " ".join(since["notes"])
    assert f"300 rows were added since version {second}" in said
    assert "a profile of 900 rows" in said and "600 rows came later" in said

    # What pairs, rules, keys and rows tell is what a profile of the whole tells of them.
    assert names(since) == names(whole) >= {"structural bias"}
    assert since["structure"]["keys"] == whole["structure"]["keys"] == [["id"]]
    used = [{r["rule"] for r in one["structure"]["rules"] if r["used"]} for one in (since, whole)]
    assert used[0] == used[1]
    assert since["group_rates"] == whole["group_rates"]
    own = {tuple(sorted(p["columns"])): p for p in whole["associations"]}
    for pair in since["associations"]:
        other = own[tuple(sorted(pair["columns"]))]
        assert abs(pair["value"] - other["value"]) < 0.1 and pair["pearson"] == other["pearson"]
    page = (tmp_path / "c" / "profile.html").read_text("utf-8")
    assert "gross" in page and "structural bias" in page and "olena" not in page

    # And to the last digit what the whole tells by the same bins and candidates.
    total = kept(spark, states, table, third)
    again = emptied(total)
    rows = read(spark, TableRef(str(table)))
    again.add(aggregate(rows, total.schema.names, again.recount.new, again.recount.load))
    assert counts(total) == counts(again)
    assert (products(total).rows == products(again).rows).all()
    np.testing.assert_allclose(products(total).products, products(again).products, atol=1e-9)

    for version in (first, second, third):
        assert b"olena" not in laid_open(kept(spark, states, table, version))
    out = ("--out", tmp_path / "e")
    refused = lakesynth_here(spark, "profile", table, *("--states", states, "--since", 7, *out))
    assert refused.code == 2 and "no state of table" in refused.err


def test_what_the_change_data_feed_tells_is_added(spark: SparkSession, tmp_path: Path) -> None:
    states, table, frame = tmp_path / "states", tmp_path / "people", people(700)
    spark.createDataFrame(frame[:600]).createOrReplaceTempView("first_rows")
    feed = "TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')"
    name = sql_name(str(table))
    spark.sql(f"CREATE TABLE {name} USING delta {feed} AS SELECT * FROM first_rows")
    first = version_of(spark, table)
    profiled(spark, table, tmp_path / "a", "--states", states)
    spark.createDataFrame(frame[590:]).createOrReplaceTempView("new_rows")
    # Not one that only inserts: that would rewrite no file.
    spark.sql(
        f"MERGE INTO {name} t USING new_rows n ON t.id = n.id "
        "WHEN MATCHED AND t.id > 9999 THEN DELETE WHEN NOT MATCHED THEN INSERT *"
    )
    since = profiled(spark, table, tmp_path / "b", "--states", states, "--since", first)
    assert since["rows"] == 700 and since["structure"]["keys"] == [["id"]]
    assert any("100 rows were added" in note for note in since["notes"])
    (total,) = (r for r in since["structure"]["rules"] if r["target"] == "gross" and r["used"])
    assert (total["rows"], total["exceptions"]) == (700, 0)
    more = ("--states", states, "--since", first, "--sensitive", "city")
    named = profiled(spark, table, tmp_path / "s", *more)
    assert "Kyiv" not in json.dumps(named) and named["associations"] == []
    assert any("drop them" in note for note in named["notes"])
    assert b"Kyiv" not in laid_open(kept(spark, states, table, version_of(spark, table)))
    out = ("--out", tmp_path / "c")
    spark.sql(f"UPDATE {name} SET city = 'Lviv' WHERE id = 3")
    refused = lakesynth_here(spark, "profile", table, *("--states", states, "--since", first, *out))
    assert refused.code == 2 and "deleted or changed rows" in refused.err


def test_states_of_columns_alone_go_on_and_damaged_ones_are_refused(
    spark: SparkSession, tmp_path: Path
) -> None:
    states, table, frame = tmp_path / "states", tmp_path / "people", people(700)
    write(spark.createDataFrame(frame[:600]), str(table), app_id="first")
    first = version_of(spark, table)
    profiled(spark, table, tmp_path / "a", "--states", states)
    found, store = kept(spark, states, table, first), StateStore(spark, str(states))
    older = {"columns": found.states()["columns"]}
    store.save(str(table), first, found.schema, older, found.rows)
    append(spark, table, frame[600:])
    more = ("--states", states, "--since", first, "--out", tmp_path / "b")
    since = profiled(spark, table, tmp_path / "b", *more[:4])
    assert since["rows"] == 700 and since["associations"] == []
    assert any(f"the state of version {first} has none" in note for note in since["notes"])
    store.save(str(table), first, found.schema, {**older, "pairs": b"\x07" * 90}, found.rows)
    refused = lakesynth_here(spark, "profile", table, *more)
    assert refused.code == 2 and "is damaged, or of other statistics" in refused.err
    spark.sql(f"ALTER TABLE {sql_name(str(table))} ADD COLUMNS (more INT)")
    refused = lakesynth_here(spark, "profile", table, *more)
    assert refused.code == 2 and "has other columns" in refused.err and "'more'" in refused.err
    store.save(str(table), first, found.schema, older, found.rows)
    ignoring = (*more, "--set", "columns.ignore=[more]")
    refused = lakesynth_here(spark, "profile", table, *ignoring)
    assert refused.code == 2 and "columns changed between version" in refused.err


def test_leaves_partitions_and_entities_are_told_as_of_the_whole(
    spark: SparkSession, tmp_path: Path
) -> None:
    states, table = tmp_path / "states", tmp_path / "orders"
    rows = spark.range(2000).selectExpr(
        "id",
        "named_struct('city', if(id % 3 = 0, 'Oslo', 'Rome')) AS address",
        "array(id % 5, id % 7) AS tags",
        "if(id % 2 = 0, 'north', 'south') AS region",
        "CAST(abs(hash(id)) % 10 + id % 2 * 4 AS INT) AS amount",
        "id % 400 AS customer",
    )
    writer = rows.where("id < 1500").write.format("delta")
    writer.partitionBy("region").save(str(table))
    first = version_of(spark, table)
    entity = ("--entity", "customer")
    profiled(spark, table, tmp_path / "a", "--states", states, *entity)
    rows.where("id >= 1500").write.format("delta").mode("append").save(str(table))
    more = ("--states", states, "--since", first, *entity)
    since = profiled(spark, table, tmp_path / "b", *more)
    whole = profiled(spark, table, tmp_path / "c", "--states", tmp_path / "whole", *entity)
    assert columns(since) == columns(whole)
    assert any("that 11 rows share, of however many entities" in note for note in since["notes"])
    alone = profiled(spark, table, tmp_path / "d", *entity)  # which counts entities
    assert alone["question"]["rows_of_enough"] > 11 and alone["question"]["entities"] == 400
    assert not any("of however many entities" in note for note in alone["notes"])
    assert {"address.city", "tags.size"} <= set(columns(since))
    assert since["question"]["entities"] == whole["question"]["entities"] == 400
    assert names(since) == names(whole) >= {"drift between partitions"}


def test_foreign_keys_are_those_of_the_whole(spark: SparkSession, tmp_path: Path) -> None:
    """Added rows refer to a parent that is not there, and others refer to added rows."""
    rng, rows = np.random.default_rng(5), 900
    places = [f"{a}{b}{c}-7" for a in "KLM" for b in "PQRS" for c in "TUVW"][:40]
    shops = pd.DataFrame({"code": places, "size": rng.integers(10, 99, len(places))})
    sales = pd.DataFrame({"sale": np.arange(rows) * 7919, "shop_code": rng.choice(places, rows)})
    sales.loc[rows - 20 :, "shop_code"] = "NOWHERE-1"
    goods = pd.DataFrame({"sale": rng.choice(sales["sale"], 500), "pieces": 1})
    goods["pieces"] = rng.integers(1, 9, len(goods))
    table, states = tmp_path / "sales", tmp_path / "states"
    beside = []
    for name, frame in (("shops", shops), ("goods", goods)):
        frame.to_parquet(tmp_path / f"{name}.parquet")
        beside += ["--with", tmp_path / f"{name}.parquet"]
    write(spark.createDataFrame(sales[:600]), str(table), app_id="first")
    first = version_of(spark, table)
    before = profiled(spark, table, tmp_path / "a", "--states", states, *beside)
    append(spark, table, sales[600:])
    more = ("--states", states, "--since", first, *beside)
    since = profiled(spark, table, tmp_path / "b", *more)
    whole = profiled(spark, table, tmp_path / "c", *beside)

    keys = since["structure"]["foreign_keys"]
    assert keys == whole["structure"]["foreign_keys"]
    assert {(one["columns"][0], one["violations"]) for one in keys} == {
        ("shop_code", 20),
        ("sale", 0),
    }
    # Of the sales that goods refer to a third came later.
    assert {one["columns"][0] for one in before["structure"]["foreign_keys"]} == {"shop_code"}
    assert "rows without a parent" in names(since)
    assert any(note.startswith("foreign keys were looked for") for note in since["notes"])
