"""States are kept once, found by version, and refused where they do not fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse.state_store import StateStore, Stored, table_id
from lakehouse.tables import ForeignTable, current_version, sql_name
from synth.table.errors import InputError
from synth.table.schema import Column, TableSchema

SCHEMA = TableSchema((Column("id", "int"), Column("pay", "double", sensitive=True)))
STORED = Stored("t", "one", 3, SCHEMA, {"profile": b"1"}, 5)


def test_states_are_kept_once_and_found_by_version(spark: SparkSession, lake: Path) -> None:
    source, other = f"{lake}/it's \\ a `t`", f"{lake}/u"
    for name in (source, other):
        spark.range(2).writeTo(sql_name(name)).using("delta").create()
    store = StateStore(spark, f"{lake}/states")
    assert store.newest(source) is None
    store.save(source, 3, SCHEMA, {"profile": b"\x00\xff", "pairs": b""}, 10)
    written = current_version(spark, store.name)
    store.save(source, 3, SCHEMA, {"pairs": b"", "profile": b"\x00\xff"}, 10)
    assert current_version(spark, store.name) == written
    store.save(other, 3, SCHEMA, {"profile": b"other"}, 1)
    store.save(source, 7, SCHEMA, {"profile": b"7"}, 12)
    for state in (b"new", b"7"):  # in the place of what was there, also a second time
        store.save(source, 7, SCHEMA, {"profile": state}, 12)
    own = table_id(spark, source)
    assert store.newest(source) == Stored(source, own, 7, SCHEMA, {"profile": b"7"}, 12)
    earlier = {"profile": b"\x00\xff", "pairs": b""}
    assert store.newest(source, at_most=6) == Stored(source, own, 3, SCHEMA, earlier, 10)
    assert store.newest(source, at_most=2) is None
    spark.sql(f"UPDATE {sql_name(store.name)} SET format = 99, lakesynth_version = '9.9'")
    with pytest.raises(InputError, match=r"by Lakesynth 9.9 in another format than .*: profile"):
        store.newest(source)
    store.save(source, 7, SCHEMA, {"profile": b"again"}, 12)
    assert store.newest(source) == Stored(source, own, 7, SCHEMA, {"profile": b"again"}, 12)
    foreign = StateStore(spark, other)
    with pytest.raises(InputError, match="is no table of states, it lacks source, source_id"):
        foreign.newest(source)
    with pytest.raises(ForeignTable):
        foreign.save(source, 1, SCHEMA, {"profile": b""}, 1)


def test_states_of_another_table_or_of_other_columns_are_refused() -> None:
    STORED.require(
        TableSchema((Column("id", "int", nullable=False, key=True), SCHEMA["pay"])), "one"
    )
    with pytest.raises(InputError, match="of another table, that was there before"):
        STORED.require(SCHEMA, "two")
    id_, pay = SCHEMA
    for columns, changed in (
        ((replace(id_, type="bigint"), pay), "'id'"),
        ((id_, replace(pay, sensitive=False)), "'pay'"),
        ((id_,), "'pay'"),
        ((id_, pay, Column("day", "date")), "'day'"),
        ((pay, id_), "they are in another order"),
    ):
        with pytest.raises(InputError, match=rf"has other columns.*\({changed}\): profile the"):
            STORED.require(TableSchema(columns), "one")
    assert STORED.part("profile") == b"1"
    with pytest.raises(InputError, match="has no state 'pairs', it has 'profile'"):
        STORED.part("pairs")
