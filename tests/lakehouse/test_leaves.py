"""Leaves by Spark are those in memory of the same rows."""

from __future__ import annotations

import pyarrow as pa
from pyspark.sql import SparkSession

from lakehouse.leaves import frame_with_leaves
from synth.table.leaves import with_leaves

SCHEMA = (
    "x int, address struct<`ci``ty`: string, geo: struct<`la.t`: double>>, tags array<string>, "
    "nums array<double>, flags array<boolean>, items array<struct<q: int>>, m map<string, int>, "
    "blob binary, `address.ci``ty` string"
)
NAN = float("nan")
ROWS = [
    (1, ("Kyiv", (1.5,)), ["b", "a", None], [2.0, NAN], [True], [(1,)], {"a": 1}, b"a", "p"),
    (2, None, [], [3.0], None, [], None, b"b", "q"),
    (3, (None, None), None, [1.0, -1.0], [], None, {}, None, "r"),
]


def test_spark_has_the_leaves_that_memory_has(spark: SparkSession) -> None:
    frame = spark.createDataFrame(ROWS, SCHEMA)
    flat, unlearned = frame_with_leaves(frame)
    alike, told = with_leaves(frame.toArrow())
    assert unlearned == told
    assert flat.columns == alike.column_names
    assert str(flat.toArrow().to_pydict()) == str(alike.to_pydict())


def test_plain_frames_stay_and_fields_alike_but_for_case_are_left_out(spark: SparkSession) -> None:
    plain = spark.range(3)
    assert frame_with_leaves(plain) == (plain, ())
    odd = spark.sql("SELECT named_struct('a', 1, 'A', 2, 'b', 3) AS s, array(array(1)) AS deep")
    flat, (struct, deep) = frame_with_leaves(odd)
    assert flat.columns == ["s.b", "deep.size"]
    assert struct.left_out == ("s.a", "s.A") and deep.left_out == ("deep.elements",)
    assert pa.types.is_int32(flat.toArrow().schema.field("deep.size").type)
