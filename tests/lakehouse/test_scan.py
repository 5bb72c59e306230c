"""One-pass states and the split: the same whatever the partitions."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.occurrence import with_occurrence
from lakehouse.scan import (
    GATHERED_ROWS,
    aggregate,
    bounded_sample,
    gathered,
    map_batches,
    row_hash,
    split_by_hash,
)
from lakehouse.schemas import column


class Total:
    """Rows, and the sum of the first column: the smallest state there is."""

    def __init__(self, rows: int = 0, total: int = 0) -> None:
        self.rows, self.total = rows, total

    def update(self, batch: pa.RecordBatch) -> None:
        self.rows += batch.num_rows
        self.total += pc.sum(batch.column(0)).as_py() or 0

    def merge(self, other: Total) -> None:
        self.rows += other.rows
        self.total += other.total

    def to_bytes(self) -> bytes:
        return struct.pack("<qq", self.rows, self.total)

    @classmethod
    def from_bytes(cls, data: bytes) -> Total:
        return cls(*struct.unpack("<qq", data))


class Order(Total):
    """The partitions in the order in which they were merged."""

    def __init__(self, seen: list[int] | None = None) -> None:
        self.seen = seen or []

    def update(self, batch: pa.RecordBatch) -> None:
        if not self.seen:
            self.seen.append(batch.column(0)[0].as_py())

    def merge(self, other: Total) -> None:
        assert isinstance(other, Order)
        self.seen += other.seen

    def to_bytes(self) -> bytes:
        return struct.pack(f"<{len(self.seen)}q", *self.seen)

    @classmethod
    def from_bytes(cls, data: bytes) -> Order:
        return cls(list(struct.unpack(f"<{len(data) // 8}q", data)))


@pytest.mark.parametrize("partitions", [1, 3, 50])
def test_the_state_is_that_of_all_rows(spark: SparkSession, partitions: int) -> None:
    frame = spark.range(0, 10_000, 1, partitions).withColumnRenamed("id", "an id.")
    state = aggregate(frame, ["an id."], Total, Total.from_bytes, fan_in=8)
    assert (state.rows, state.total) == (10_000, 49_995_000)


def test_partitions_of_one_group_are_merged_in_order(spark: SparkSession) -> None:
    frame = spark.range(0, 40, 1, 20)
    state = aggregate(frame, ["id"], Order, Order.from_bytes, fan_in=64)
    assert state.seen == list(range(0, 40, 2))


def test_no_rows_give_the_new_state(spark: SparkSession) -> None:
    state = aggregate(spark.range(0), ["id"], Total, Total.from_bytes)
    assert (state.rows, state.total) == (0, 0)


def people(spark: SparkSession, partitions: int) -> DataFrame:
    return (
        spark.range(0, 4_000, 1, partitions)
        .withColumn("household", F.col("id") % 500)
        .withColumn("name", F.when(F.col("id") % 7 != 0, F.col("id").cast("string")))
    )


def members(frame: DataFrame, name: str) -> set[int]:
    return {row[0] for row in frame.select(name).distinct().collect()}


@pytest.mark.parametrize("key", [None, ["household"]])
def test_the_split_does_not_depend_on_partitions(
    spark: SparkSession, key: list[str] | None
) -> None:
    parts = []
    for partitions in (1, 3, 8):
        rest, part = split_by_hash(people(spark, partitions), key=key, salt="7", fraction=0.2)
        assert rest.count() + part.count() == 4_000
        parts.append(members(part, "id"))
    assert parts[0] == parts[1] == parts[2]
    assert 0.13 < len(parts[0]) / 4_000 < 0.27
    other = split_by_hash(people(spark, 1), key=key, salt="8", fraction=0.2)[1]
    assert members(other, "id") != parts[0]


def test_rows_of_one_key_stay_together(spark: SparkSession) -> None:
    rest, part = split_by_hash(people(spark, 2), key=["household"], salt="s", fraction=0.3)
    assert not members(rest, "household") & members(part, "household")


def test_a_fraction_of_zero_leaves_the_part_empty(spark: SparkSession) -> None:
    rest, part = split_by_hash(people(spark, 2), key=None, salt="s", fraction=0.0)
    assert (rest.count(), part.count()) == (4_000, 0)
    with pytest.raises(ValueError, match="holdout_fraction"):
        split_by_hash(people(spark, 1), key=None, salt="s", fraction=1.0)
    with pytest.raises(ValueError, match=r"'house'.*'household'"):
        split_by_hash(people(spark, 1), key=["house"], salt="s", fraction=0.1)


def test_hashes_know_where_a_null_stands(spark: SparkSession) -> None:
    frame = spark.sql(
        "SELECT * FROM VALUES (1, NULL, 0.0D), (NULL, 1, 0.0D), (1, NULL, -0.0D) AS t(a, b, c)"
    )
    hashes = [row[0] for row in frame.select(row_hash(["a", "b", "c"], "s")).collect()]
    assert hashes[0] != hashes[1]
    assert hashes[0] == hashes[2]


@pytest.mark.parametrize("salt", ["s", "it's", "a\\b", 'say "hi"', "größe\n"])
def test_a_hash_is_that_of_the_values_whatever_names_and_salt_hold(
    spark: SparkSession, salt: str
) -> None:
    """Splits and samples of earlier versions hang on it: it is Spark's hash of each value."""
    names = ["a b", "c.d", "back`tick", "it's"]
    frame = spark.createDataFrame(
        [(1, "x", None, 0.5), (2, None, True, 1.5)], "a int, b string, c boolean, d double"
    ).toDF(*names)
    parts = [part for name in names for part in (column(name).isNull(), column(name))]
    both = frame.select(row_hash(names, salt), F.xxhash64(F.lit(salt), *parts)).collect()
    assert [row[0] for row in both] == [row[1] for row in both]
    assert both[0][0] != both[1][0]


def test_a_bounded_sample_of_few_distinct_rows_has_them_in_their_shares(
    spark: SparkSession,
) -> None:
    """Four rows in ten are equal: without their numbers all or none of them would come."""
    value = F.when(F.col("id") % 10 < 4, F.lit("same")).otherwise(F.col("id").cast("string"))
    numbered = with_occurrence(spark.range(20_000).select(value.alias("a b")))
    given = {"key": numbered.columns, "of": 20_000, "salt": "sample"}
    sample = bounded_sample(numbered, ["a b"], rows=1000, **given)
    assert len(sample) == 1000
    assert pc.sum(pc.equal(sample["a b"], "same")).as_py() == pytest.approx(400, abs=60)
    assert bounded_sample(numbered.repartition(7), ["a b"], rows=1000, **given).equals(sample)
    assert len(bounded_sample(numbered, ["a b"], rows=30_000, **given)) == 20_000


def test_batches_are_gathered_until_they_are_long_or_wide_enough() -> None:
    def batches(*rows: int) -> list[pa.RecordBatch]:
        return [
            pa.RecordBatch.from_pydict({"a": pa.array([place] * n)}) for place, n in enumerate(rows)
        ]

    assert list(gathered(batches(0, 0))) == []
    few = list(gathered(batches(3, 0, 2)))
    assert [batch.column(0).to_pylist() for batch in few] == [[0, 0, 0, 2, 2]]
    many = list(gathered(batches(GATHERED_ROWS - 1, 1, 10)))
    assert [batch.num_rows for batch in many] == [GATHERED_ROWS, 10]
    wide = [pa.RecordBatch.from_pydict({"a": ["x" * 9_000_000]}) for _ in range(3)]
    assert [batch.num_rows for batch in gathered(wide)] == [2, 1]


def test_a_function_of_batches_may_have_longer_ones(spark: SparkSession) -> None:
    frame = spark.range(0, 25_000, numPartitions=1)

    def lengths(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"rows": pa.array([batch.num_rows], pa.int64())})

    def seen(*, gather: bool) -> list[int]:
        found = map_batches(frame, ["id"], lengths, "rows long", gather=gather).collect()
        return [row.rows for row in found]

    assert seen(gather=True) == [25_000]
    assert len(seen(gather=False)) > 1 and sum(seen(gather=False)) == 25_000
