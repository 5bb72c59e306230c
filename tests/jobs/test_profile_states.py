"""The profile of what is added, merged with the stored one, is the profile of the whole."""

from __future__ import annotations

import struct
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from jobs.profile_states import profile_since
from lakehouse.scan import aggregate
from lakehouse.state_store import StateStore
from lakehouse.tables import TableRef, current_version, read, sql_name
from synth.profiling.stored_profile import StoredProfile
from synth.statistics.column_state import TextState
from synth.table.errors import InputError
from synth.table.schema import Column, TableSchema
from tests.lakehouse.test_added_rows import spoil

DDL = "id BIGINT, city STRING, job STRING, pay DOUBLE, day DATE"
SCHEMA = TableSchema(
    (
        Column("id", "bigint"),
        Column("city", "string"),
        Column("job", "string", sensitive=True),
        Column("pay", "double", sensitive=True),
        Column("day", "date"),
    )
)
NEW = partial(StoredProfile, SCHEMA)
LOAD = partial(StoredProfile.from_bytes, schema=SCHEMA)


def append(spark: SparkSession, lake: Path, first: int, rows: int, day: str) -> None:
    """Rows of one day, in a commit and a file of their own."""
    numbers = spark.range(first, first + rows, numPartitions=1)
    values = numbers.selectExpr(
        "id",
        "if(id % 3 = 0, 'Oslo', 'Rome') AS city",
        "concat('secret ', id % 3) AS job",
        "777.25D AS pay",
        f"DATE'{day}' AS day",
    )
    values.writeTo(sql_name(f"{lake}/t")).append()


def whole(spark: SparkSession, lake: Path) -> StoredProfile:
    return aggregate(read(spark, TableRef(f"{lake}/t")), SCHEMA.names, NEW, LOAD)


def stored(spark: SparkSession, lake: Path, more: str = "") -> StateStore:
    """A store with the state of version 1 of a new table."""
    spark.sql(f"CREATE TABLE {sql_name(f'{lake}/t')} ({DDL}) USING delta {more}")
    append(spark, lake, 0, 8, "2024-01-01")
    store = StateStore(spark, f"{lake}/states")
    store.save(f"{lake}/t", 1, SCHEMA, {"profile": whole(spark, lake).to_bytes()}, 8)
    return store


def since(spark: SparkSession, lake: Path, store: StateStore, version: int) -> tuple[Any, int]:
    return profile_since(spark, TableRef(f"{lake}/t"), version, store, SCHEMA, NEW, LOAD)


def exact(found: StoredProfile) -> bytes:
    """The bytes; texts have no order in them, and moments are told but for rounding."""
    for state in found.profile.columns_by_name().values():
        if isinstance(state, TextState):
            for frequent in (state.frequent, state.shapes):
                frequent.counts = dict(sorted(frequent.counts.items()))
        else:
            for part in (state, getattr(state, "week", state)):
                part.mean, part.squares = round(part.mean, 6), round(part.squares, 6)
    return found.to_bytes()


def test_the_sum_is_the_profile_of_the_whole(spark: SparkSession, lake: Path) -> None:
    feed = "TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')"
    store = stored(spark, lake, f"PARTITIONED BY (day) {feed}")
    append(spark, lake, 8, 7, "2024-01-01")
    spark.sql(f"OPTIMIZE {sql_name(f'{lake}/t')}")
    append(spark, lake, 15, 0, "2024-01-01")
    append(spark, lake, 15, 9, "2024-01-02")  # a new partition
    expected = whole(spark, lake)
    spoil(lake, 1)
    found, rows = since(spark, lake, store, 1)
    assert rows == 16 and found.rows == 24
    assert exact(found) == exact(expected)
    newest = current_version(spark, f"{lake}/t")
    assert newest is not None
    store.save(f"{lake}/t", newest, SCHEMA, {"profile": found.to_bytes()}, found.rows)
    again, rows = since(spark, lake, store, newest)
    assert rows == 0 and again.to_bytes() == expected.to_bytes()
    for file in Path(store.name).glob("*.parquet"):
        assert_no_value(file)


def assert_no_value(file: Path) -> None:
    """The states that a file of a store holds have none of the sensitive values."""
    states = [state.as_py() for state in pq.read_table(file)["state"]]
    everything = b"".join([file.read_bytes(), *states])
    assert len(states) == 1 and b"secret" not in everything
    assert struct.pack("<d", 777.25) not in everything


def test_what_does_not_add_up_is_refused(spark: SparkSession, lake: Path) -> None:
    store = stored(spark, lake)
    table = sql_name(f"{lake}/t")
    with pytest.raises(InputError, match=r"no state of table .* at version 0 \(none\): give a"):
        since(spark, lake, store, 0)
    spark.sql(f"DELETE FROM {table} WHERE id = 1")
    with pytest.raises(InputError, match=r"version 2 \(DELETE\) removed or rewrote rows"):
        since(spark, lake, store, 1)
    with pytest.raises(InputError, match=r"version 2 \(the nearest before it is that of 1\)"):
        since(spark, lake, store, 2)
    store.save(f"{lake}/t", 2, SCHEMA, {"profile": b"\x01"}, 7)
    with pytest.raises(InputError, match=r"state 'profile' of table .* is damaged"):
        since(spark, lake, store, 2)
    spark.sql(f"REPLACE TABLE {table} ({DDL}) USING delta")
    with pytest.raises(InputError, match="of another table, that was there before"):
        since(spark, lake, store, 2)
