"""Entities and their sizes, of keys with nulls and of several columns."""

from __future__ import annotations

from pyspark.sql import SparkSession

from lakehouse.entities import entity_sizes, with_entity

ROWS = [("a", 1), ("a", 1), ("a", 2), ("b", 1), (None, 1), (None, 1)]


def test_sizes_are_counted_by_entity(spark: SparkSession) -> None:
    frame = spark.createDataFrame(ROWS, "who string, `at.home` int")
    for key, expected in ((["who"], {3: 1, 1: 1, 2: 1}), (["who", "at.home"], {2: 2, 1: 2})):
        sizes, numbers = entity_sizes(frame, key)
        assert dict(zip(sizes.tolist(), numbers.tolist(), strict=True)) == expected
    assert [len(part) for part in entity_sizes(frame.limit(0), ["who"])] == [0, 0]


def test_rows_of_an_entity_have_its_hash_and_those_without_share_one(spark: SparkSession) -> None:
    frame = with_entity(spark.createDataFrame(ROWS, "who string, `at.home` int"), ["who"], "e")
    by_entity: dict[str | None, set[int]] = {}
    for row in frame.collect():
        by_entity.setdefault(row.who, set()).add(row.e)
    assert all(len(hashes) == 1 for hashes in by_entity.values())
    assert len(set.union(*by_entity.values())) == 3
