"""What was kept of a table, and the rows added since, add to the states of the whole."""

from __future__ import annotations

import struct
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from jobs.profile_states import AddedRows, kept_at
from lakehouse.scan import aggregate
from lakehouse.state_store import StateStore
from lakehouse.tables import TableRef, current_version, read, sql_name
from synth.audit.content_state import ContentState
from synth.audit.kept import KeptProfile
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


def whole(spark: SparkSession, lake: Path) -> KeptProfile:
    found = KeptProfile(SCHEMA, StoredProfile(SCHEMA), ContentState(SCHEMA))
    rows = read(spark, TableRef(f"{lake}/t"))
    found.add(aggregate(rows, SCHEMA.names, found.recount.new, found.recount.load))
    return found


def save(spark: SparkSession, lake: Path, version: int, kept: KeptProfile) -> StateStore:
    store = StateStore(spark, f"{lake}/states")
    store.save(f"{lake}/t", version, SCHEMA, kept.states(), kept.rows)
    return store


def stored(spark: SparkSession, lake: Path, more: str = "") -> StateStore:
    """A store with the states of version 1 of a new table."""
    spark.sql(f"CREATE TABLE {sql_name(f'{lake}/t')} ({DDL}) USING delta {more}")
    append(spark, lake, 0, 8, "2024-01-01")
    return save(spark, lake, 1, whole(spark, lake))


def since(
    spark: SparkSession, lake: Path, store: StateStore, version: int
) -> tuple[KeptProfile, int]:
    """What was kept and what was added together, and how many rows were added."""
    until = current_version(spark, f"{lake}/t")
    assert until is not None
    kept = kept_at(spark, store, f"{lake}/t", version, SCHEMA)
    added = AddedRows.of(spark, f"{lake}/t", version, until, SCHEMA)(
        kept.recount.new, kept.recount.load
    )
    kept.add(added)
    return kept, added.parts[0].rows


def exact(found: KeptProfile) -> dict[str, bytes]:
    """The bytes; texts have no order in them, and moments are told but for rounding."""
    for state in found.columns.profile.columns_by_name().values():
        if isinstance(state, TextState):
            for frequent in (state.frequent, state.shapes):
                frequent.counts = dict(sorted(frequent.counts.items()))
        else:
            for part in (state, getattr(state, "week", state)):
                part.mean, part.squares = round(part.mean, 6), round(part.squares, 6)
    return found.states()


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
    save(spark, lake, newest, found)
    again, rows = since(spark, lake, store, newest)
    assert rows == 0 and again.states() == expected.states()
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
    name, table = f"{lake}/t", sql_name(f"{lake}/t")
    with pytest.raises(InputError, match=r"no state of table .* at version 0 \(none\): give a"):
        since(spark, lake, store, 0)
    spark.sql(f"DELETE FROM {table} WHERE id = 1")
    with pytest.raises(InputError, match=r"version 2 \(DELETE\) removed or rewrote rows"):
        since(spark, lake, store, 1)
    with pytest.raises(InputError, match=r"version 2 \(the nearest before it is that of 1\)"):
        since(spark, lake, store, 2)
    other = TableSchema(tuple(own for own in SCHEMA if own.name != "city"))
    with pytest.raises(InputError, match=r"has other columns, .*\('city'\): profile the whole"):
        kept_at(spark, store, name, 1, other)
    columns = whole(spark, lake).states()["columns"]
    for states in ({"columns": b"\x01"}, {"columns": columns, "pairs": b"\x01\x02"}):
        store.save(name, 2, SCHEMA, states, 7)
        with pytest.raises(InputError, match=r"state of table .* at version 2 is damaged"):
            since(spark, lake, store, 2)
    spark.sql(f"REPLACE TABLE {table} ({DDL}) USING delta")
    with pytest.raises(InputError, match="of another table, that was there before"):
        since(spark, lake, store, 2)
