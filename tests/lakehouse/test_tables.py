"""Delta tables: pinned reads, idempotent writes, names, nullability."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from lakehouse import tables
from lakehouse.schemas import column, schema_of, to_spark
from lakehouse.tables import OWN, ForeignTable, TableNotFound, TableRef, VersionNotFound
from synth.table.schema import Column, TableSchema
from tests.commits import history
from tests.lakehouse.names import BAD_NAMES


def rows(frame: DataFrame) -> list[tuple[object, ...]]:
    return sorted(tuple(row) for row in frame.collect())


def numbers(spark: SparkSession, values: list[int]) -> DataFrame:
    schema = T.StructType([T.StructField("n", T.LongType(), nullable=False)])
    return spark.createDataFrame([(value,) for value in values], schema)


def test_refs_equal_themselves_through_json() -> None:
    ref = TableRef("./lake/tables/adult/seed", 3)
    assert TableRef.from_json(ref.to_json()) == ref


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("./lake/t", True),
        ("/lake/t", True),
        ("lake/t", True),
        ("s3a://bucket/t", True),
        ("abfss://c@a.example/t", True),
        ("dbfs:/t", True),
        ("main.sales.orders", False),
        ("orders", False),
    ],
)
def test_a_name_is_a_folder_or_in_a_catalog(name: str, path: bool) -> None:
    assert tables.is_path(name) is path


def test_sql_names_quote_every_part() -> None:
    assert tables.sql_name("main.sales.orders") == "`main`.`sales`.`orders`"
    assert tables.sql_name("main.`a.b``c`.t") == "`main`.`a.b``c`.`t`"
    assert tables.sql_name("s3a://b/it`s") == "delta.`s3a://b/it``s`"
    assert tables.sql_name("lake/t") == f"delta.`{Path('lake/t').absolute()}`"


def test_a_pinned_version_is_read_after_an_overwrite(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "t")
    first = tables.write(numbers(spark, [1, 2]), name, app_id="run-1/seed")
    second = tables.write(numbers(spark, [3]), name, app_id="run-2/seed")
    assert rows(tables.read(spark, first)) == [(1,), (2,)]
    assert rows(tables.read(spark, second)) == rows(tables.read(spark, TableRef(name))) == [(3,)]
    assert tables.count_rows(spark, first) == 2


def test_a_write_done_before_makes_no_second_commit(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "t")
    done = tables.write(numbers(spark, [1]), name, app_id="run/sample", metadata={"run_id": "run"})
    before = history(spark, name)
    again = tables.write(numbers(spark, [9, 9]), name, app_id="run/sample")
    assert again == done
    assert history(spark, name) == before
    assert before[0]["userMetadata"] == {"run_id": "run", "app_id": "run/sample"}
    assert rows(tables.read(spark, again)) == [(1,)]


def test_a_commit_says_how_many_rows_the_table_has(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "t")
    first = tables.write(numbers(spark, [1, 2, 3]), name, app_id="a")
    assert first.rows == tables.read(spark, first).count() == 3
    assert tables.write(numbers(spark, []), name, app_id="none").rows == 0
    assert tables.write(numbers(spark, [9]), name, app_id="a").rows == 3  # as it was done then
    tables.write(numbers(spark, [4, 5]), name, app_id="b")
    added = tables.write(numbers(spark, [6]), name, app_id="c", mode="append")
    assert added.rows is None  # the commit tells what it added, not what was there
    assert tables.count_rows(spark, added) == 3
    assert first == TableRef(name, first.version)
    assert first.to_json() == {"name": name, "version": first.version}


def test_the_first_append_to_a_new_table_says_how_many_rows_it_has(
    spark: SparkSession, lake: Path
) -> None:
    first = tables.write(numbers(spark, [1, 2]), f"{lake}/t", app_id="a", mode="append")
    assert first.rows == tables.read(spark, first).count() == 2
    theirs = f"{lake}/theirs"
    spark.sql(f"CREATE TABLE delta.`{theirs}` USING delta AS SELECT 1L AS n")
    added = tables.write(numbers(spark, [6]), theirs, app_id="a", mode="append")
    assert added.rows is None and tables.count_rows(spark, added) == 2


@pytest.mark.parametrize("text", ["nightly load", "7", '["a"]', '{"app_id": 7}', '{"app_id": "b"}'])
def test_commits_that_carry_somebody_elses_metadata_are_passed_over(
    spark: SparkSession, lake: Path, text: str
) -> None:
    name = f"{lake}/t"
    tables.write(numbers(spark, [1]), name, app_id="one")
    numbers(spark, [2]).write.format("delta").mode("append").option("userMetadata", text).save(name)
    written = tables.write(numbers(spark, [3]), name, app_id="a")
    assert rows(tables.read(spark, written)) == [(3,)]
    assert tables.write(numbers(spark, [9]), name, app_id="a") == written


def test_rows_are_counted_where_commits_do_not_tell(spark: SparkSession, lake: Path) -> None:
    switch = "spark.databricks.delta.history.metricsEnabled"
    spark.conf.set(switch, "false")
    try:
        written = tables.write(numbers(spark, [1, 2]), str(lake / "t"), app_id="a")
    finally:
        spark.conf.unset(switch)
    assert written.rows is None and tables.count_rows(spark, written) == 2


def test_a_table_created_by_a_broken_run_is_filled_by_the_next(
    spark: SparkSession, lake: Path
) -> None:
    name = str(lake / "t")
    spark.sql(f"CREATE TABLE {tables.sql_name(name)} (n bigint NOT NULL) USING delta")
    ref = tables.write(numbers(spark, [5]), name, app_id="a", properties={"lakesynth.x": "1"})
    assert rows(tables.read(spark, ref)) == [(5,)]
    assert tables.properties(spark, name)["lakesynth.x"] == "1"


def test_an_append_adds_rows_and_an_overwrite_replaces_the_schema(
    spark: SparkSession, lake: Path
) -> None:
    name = str(lake / "t")
    tables.write(numbers(spark, [1]), name, app_id="a", mode="append")
    both = tables.write(numbers(spark, [2]), name, app_id="b", mode="append")
    assert rows(tables.read(spark, both)) == [(1,), (2,)]
    words = spark.createDataFrame([("x", 1.5)], "word string, `x y` double")
    last = tables.write(words, name, app_id="c")
    assert schema_of(tables.read(spark, last)) == schema_of(words)
    assert rows(tables.read(spark, both)) == [(1,), (2,)]


def test_an_overwrite_replaces_nothing_that_somebody_else_wrote(
    spark: SparkSession, lake: Path
) -> None:
    name = f"{lake}/theirs"
    numbers(spark, [1, 2]).write.format("delta").save(name)
    with pytest.raises(ForeignTable, match=rf"{name} exists, .*--set table=NAME.*'{OWN}'"):
        tables.write(numbers(spark, [3]), name, app_id="mine")
    assert rows(tables.read(spark, TableRef(name))) == [(1,), (2,)]
    assert tables.current_version(spark, name) == 0
    tables.set_properties(spark, name, {OWN: "true"})  # as the message says
    tables.write(numbers(spark, [3]), name, app_id="mine")
    assert rows(tables.read(spark, TableRef(name))) == [(3,)]


def test_own_tables_stay_so_and_empty_ones_are_taken(spark: SparkSession, lake: Path) -> None:
    own = f"{lake}/own"
    tables.write(numbers(spark, [1]), own, app_id="one")
    assert tables.properties(spark, own)[OWN] == "true"
    # A table of an earlier version has no such property: its history tells.
    spark.sql(f"ALTER TABLE delta.`{own}` UNSET TBLPROPERTIES ('{OWN}')")
    tables.require_own(spark, own)
    tables.write(numbers(spark, [2]), own, app_id="two")
    assert rows(tables.read(spark, TableRef(own))) == [(2,)]
    prepared = f"{lake}/prepared"  # by who grants rights on it
    spark.sql(f"CREATE TABLE delta.`{prepared}` (n BIGINT NOT NULL) USING delta")
    tables.write(numbers(spark, [4]), prepared, app_id="four")
    assert rows(tables.read(spark, TableRef(prepared))) == [(4,)]
    tables.require_own(spark, f"{lake}/absent")


def test_names_types_and_nullability_are_kept(spark: SparkSession, lake: Path) -> None:
    types = ("bigint", "string", "double", "date", "timestamp", "decimal(10,2)", "boolean", "int")
    schema = TableSchema(
        tuple(
            Column(name, types[place % len(types)], nullable=place % 2 == 0)
            for place, name in enumerate(BAD_NAMES)
        )
    )
    spark_schema = to_spark(schema)
    assert TableSchema.from_arrow(schema.arrow_schema()).names == schema.names
    frame = spark.createDataFrame(schema.arrow_schema().empty_table(), spark_schema)
    name = str(lake / "it's `odd`")
    for app_id in ("first", "second"):
        ref = tables.write(frame, name, app_id=app_id)
        assert schema_of(tables.read(spark, ref)) == schema
    assert tables.read(spark, ref).select([column(n) for n in BAD_NAMES]).count() == 0


def test_column_mapping_only_where_a_name_needs_it(spark: SparkSession, lake: Path) -> None:
    tables.write(numbers(spark, [1]), str(lake / "plain"), app_id="a")
    tables.write(
        numbers(spark, [1]).withColumnRenamed("n", "the n"), str(lake / "mapped"), app_id="a"
    )
    key = "delta.columnMapping.mode"
    assert key not in tables.properties(spark, str(lake / "plain"))
    assert tables.properties(spark, str(lake / "mapped"))[key] == "name"
    assert tables.properties(spark, str(lake / "plain"))["delta.enableDeletionVectors"] == "false"


def test_properties_and_comments_are_there_before_the_rows(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "t")
    text = 'made up: it\'s `synthetic` \\ "quoted"\nsecond line'
    for app_id in ("first", "second"):
        tables.write(
            numbers(spark, [1]),
            name,
            app_id=app_id,
            properties={"lakesynth.run_id": app_id},
            comment=f"{text} {app_id}",
            column_comments={"n": f"{text} {app_id}"},
        )
        assert tables.properties(spark, name)["lakesynth.run_id"] == app_id
        detail = spark.sql(f"DESCRIBE DETAIL {tables.sql_name(name)}").first()
        assert detail is not None
        assert detail.description == f"{text} {app_id}"
        schema = tables.read(spark, TableRef(name)).schema
        assert schema["n"].metadata["comment"] == f"{text} {app_id}"
        assert history(spark, name)[0]["operation"] == "WRITE"


def test_missing_tables_and_versions_are_named(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "t")
    assert tables.current_version(spark, name) is None
    assert tables.current_version(spark, "default.no_such_table") is None
    with pytest.raises(TableNotFound, match="the lake/t: check the name"):
        tables.read(spark, TableRef(name))
    tables.write(numbers(spark, [1]), name, app_id="a")
    with pytest.raises(VersionNotFound, match=r"the lake/t.*version 77.*newest is 1.*--fresh"):
        tables.read(spark, TableRef(name, 77))


def test_a_vacuumed_version_is_named(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "t")
    old = tables.write(numbers(spark, [1]), name, app_id="a")
    new = tables.write(numbers(spark, [2]), name, app_id="b")
    check = "spark.databricks.delta.retentionDurationCheck.enabled"
    spark.conf.set(check, "false")
    try:
        spark.sql(f"VACUUM {tables.sql_name(name)} RETAIN 0 HOURS")
    finally:
        spark.conf.unset(check)
    with pytest.raises(VersionNotFound, match=r"version 1 .*vacuumed"):
        tables.read(spark, old)
    assert rows(tables.read(spark, new)) == [(2,)]


def test_a_table_in_the_catalog_works_as_a_folder_does(spark: SparkSession) -> None:
    name = "spark_catalog.default.lakesynth_test"
    spark.sql(f"DROP TABLE IF EXISTS {name}")
    ref = tables.write(numbers(spark, [1]), name, app_id="a", properties={"lakesynth.a": "b"})
    again = tables.write(numbers(spark, [2]), name, app_id="b")
    assert rows(tables.read(spark, ref)) == [(1,)]
    assert rows(tables.read(spark, again)) == [(2,)]
    assert not tables.read(spark, again).schema["n"].nullable
    assert tables.properties(spark, name)["lakesynth.a"] == "b"
    spark.sql(f"DROP TABLE {name}")


def test_a_null_string_stays_null_through_arrow(spark: SparkSession, lake: Path) -> None:
    table = pa.table({"s": pa.array(["x", None, ""], pa.string())})
    ref = tables.write(spark.createDataFrame(table), str(lake / "arrow"), app_id="a")
    frame = tables.read(spark, ref)
    assert frame.where("s IS NULL").count() == 1
    assert frame.where("s = 'nan'").count() == 0
    pandas = spark.createDataFrame(table.to_pandas())
    assert pandas.where("s IS NULL").count() == 1
    assert pandas.where("s = 'nan'").count() == 0
