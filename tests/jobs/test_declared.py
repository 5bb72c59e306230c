"""A Delta seed's declarations, through all stages: one table with all of them, in a catalog."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.config import ConfigError
from jobs.pipeline import do_all
from jobs.run import Run
from jobs.sample import sample
from lakehouse.declarations import Declared, differences, read_declared
from lakehouse.lineage import read_lineage
from lakehouse.schemas import quote
from lakehouse.tables import TableRef, read, sql_name
from synth.table.errors import InputError
from tests.commits import history
from tests.lakes import done, started

SEED = "spark_catalog.default.lakesynth_declared"
TYPES = {  # every type that can be synthesised, and a value of it
    "boolean": "id % 2 = 0",
    "tinyint": "tinyint(id % 9)",
    "smallint": "smallint(id % 90)",
    "int": "int(id % 97)",
    "bigint": "id * 1000000007",
    "float": "float(id * 0.5)",
    "double": "id * 0.25",
    "decimal(10,2)": "decimal(id) / 4",
    "decimal(38,10)": "decimal(id % 30) / 8",
    "decimal(20,0)": "decimal(id % 30)",
    "string": "concat('w', id % 6)",
    "char(5)": "concat('k', id % 6)",
    "varchar(9)": "concat('v', id % 6)",
    "date": "date_add(date'2023-01-01', int(id % 700))",
    "timestamp": "timestamp'2023-01-01 10:00:00' + make_interval(0, 0, 0, int(id % 700))",
    "timestamp_ntz": "timestamp_ntz'2023-01-01 10:00:00' + make_interval(0, 0, 0, int(id % 700))",
}
DDL = f"""CREATE TABLE {SEED} (
  number BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 5),
  {", ".join(f"`a {kind}` {kind} COMMENT 'holds {kind}'" for kind in TYPES)},
  low INT NOT NULL DEFAULT 7, high INT NOT NULL, bytes BINARY, list ARRAY<INT>,
  `year` INT GENERATED ALWAYS AS (year(`a date`)), area STRING NOT NULL GENERATED ALWAYS AS
  (concat(low, '-', high)) COMMENT 'from low to high'
) USING delta PARTITIONED BY (`a string`) COMMENT 'all that a table can say' TBLPROPERTIES (
  'delta.feature.allowColumnDefaults' = 'supported', 'delta.columnMapping.mode' = 'name',
  'delta.enableChangeDataFeed' = 'true', 'delta.appendOnly' = 'true', 'owned by' = 'us',
  'delta.constraints.apart' = '(low + high) % 2 = 0',
  'delta.constraints.no bytes' = 'bytes IS NULL')"""


@pytest.fixture(scope="module")
def run(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A finished run of this seed, whose rows break its CHECK constraint when drawn by column."""
    spark.sql(f"DROP TABLE IF EXISTS {SEED}")
    spark.sql(DDL)
    with_nulls = [f"if(id % {7 + i} = 0, NULL, {v})" for i, v in enumerate(TYPES.values())]
    names = ", ".join(quote(f"a {kind}") for kind in TYPES)
    spark.sql(
        f"INSERT INTO {SEED} ({names}, low, high) SELECT {', '.join(with_nulls)}, "
        "int(id * 7919 % 53), int(id * 7919 % 53 + id * 31 % 17 * 2) FROM range(600)"
    )
    run = started(
        spark,
        SEED,
        tmp_path_factory.mktemp("declared"),
        train__generator="marginal",
        dependencies__find=False,
        ingest__unsupported_columns="drop",
        sample__rows=700,
        sample__block_rows=256,
    )
    do_all(run)
    yield run
    spark.sql(f"DROP TABLE {SEED}")


def published(run: Run) -> DataFrame:
    return run.rows_of("publish", "synthetic")


def test_the_published_table_declares_what_the_seed_does(run: Run, spark: SparkSession) -> None:
    seed = read_declared(spark, SEED)
    for stage, role in (("sample", "candidate"), ("publish", "synthetic")):
        table = run.record(stage).tables[role]
        found = read_declared(spark, sql_name(table.name))
        lacking = differences(seed, found)
        assert lacking == (
            "column 'number': that it is an identity column is not kept",  # BY DEFAULT, see below
            "CHECK constraint 'no bytes' is not kept",
        )
        number = found.find("number")
        assert number is not None and number.identity is not None
        assert (number.identity.start, number.identity.step) == (100, 5)
        assert found.partitioned_by == ("a string",)
        assert found.properties == seed.properties
        said = {column.name: column.comment for column in found.columns}
        assert said["area"] == "from low to high" and said["a char(5)"] == "holds char(5)"
        assert "Synthetic" in str(said["low"])  # where the seed says nothing
        comment = str(found.comment)
        assert comment.startswith("all that a table can say\nSynthetic data, no real rows")
        assert read_lineage(spark, table.name) is not None
    frame = read(spark, TableRef(SEED)).drop("bytes", "list")
    kept = [(f.name, f.dataType, f.nullable) for f in frame.schema.fields]
    assert [(f.name, f.dataType, f.nullable) for f in published(run).schema.fields] == kept


def test_every_row_keeps_what_is_declared(run: Run) -> None:
    made = published(run)
    broken = made.where(
        "(low + high) % 2 <> 0 OR NOT `year` <=> year(`a date`) OR area <> concat(low, '-', high) "
        "OR char_length(`a char(5)`) <> 5 OR char_length(`a varchar(9)`) > 9"
    )
    assert (made.count(), broken.count()) == (700, 0)
    nulls = [f"count_if(`a {kind}` IS NULL) BETWEEN 1 AND 699" for kind in TYPES]
    assert all(made.selectExpr(*nulls).collect()[0])
    numbers = made.selectExpr("min(number)", "count(DISTINCT number)", "max((number - 100) % 5)")
    assert tuple(numbers.collect()[0])[1:] == (700, 0)
    acceptance = run.record("sample").facts["acceptance"]
    assert 0.2 < acceptance["kept"] / acceptance["drawn"] < 0.8


def test_given_rows_that_break_a_constraint_are_counted_before_any_is_written(
    run: Run, spark: SparkSession, tmp_path: Path
) -> None:
    for place, (rows, broken) in enumerate([([(2, 6), (5, 9)], 0), ([(2, 6), (4, 9), (6, 7)], 2)]):
        table = str(tmp_path / f"given {place}")
        spark.createDataFrame(rows, "low INT, high INT").write.format("delta").save(table)
        section = run.config.sample.model_copy(
            update={"given_rows": table, "given_version": "0", "rows": None}
        )
        config = run.config.model_copy(update={"sample": section})
        given = replace(run, config=config)
        if not broken:
            assert sample(given).tables["candidate"].rows == len(rows)
            continue
        with pytest.raises(InputError, match=r"of 3 rows .* CHECK constraint 'apart' by 2\. Give"):
            sample(given)


def test_numbers_go_on_behind_the_synthetic_ones(run: Run, spark: SparkSession) -> None:
    name = sql_name(run.record("publish").tables["synthetic"].name)
    last = spark.sql(f"SELECT max(number) FROM {name}").collect()[0][0]
    spark.sql(f"INSERT INTO {name} (high) VALUES (1)")
    row = spark.sql(f"SELECT number, low, area FROM {name} WHERE high = 1 AND low = 7").collect()[
        -1
    ]
    assert tuple(row) == (last + 5, 7, "7-1")


def test_what_is_not_kept_is_said(run: Run) -> None:
    profiled, sampled = run.record("profile").notes, run.record("sample").notes
    assert "column 'area' is generated: it is computed, not learned" in profiled
    assert "'bytes' (binary), 'list' (array<int>)" in run.record("ingest").notes[0]
    told = "\n".join(sampled)
    assert (
        "2 generated columns, 1 identity column, 1 CHECK constraint, 1 partitioning column" in told
    )
    assert "held by every row: CHECK constraint 'apart', NOT NULL of column 'area'" in told
    assert "identity column 'number' is GENERATED BY DEFAULT here, ALWAYS in the seed" in told
    assert "CHECK constraint 'no bytes' is not carried over" in told
    assert "table property 'delta.appendOnly' is not carried over: the next run replaces" in told
    report = json.loads(run.path("report.json").read_text("utf-8"))
    assert set(sampled) <= set(report["notes"])
    assert len(report["sample"]) == 3
    for row in report["sample"]:
        assert row["area"] == f"{row['low']}-{row['high']}"
        assert (int(row["low"]) + int(row["high"])) % 2 == 0


def test_a_stage_done_again_makes_no_second_commit(run: Run, spark: SparkSession) -> None:
    name = run.record("sample").tables["candidate"].name
    before = history(spark, name)
    record = run.path("stages/sample.json")
    kept = record.read_text("utf-8")
    record.unlink()
    done(run, "sample")
    assert [one["operation"] for one in history(spark, name) if one not in before] == []
    again, was = json.loads(record.read_text("utf-8")), json.loads(kept)
    assert (again["tables"], again["facts"]) == (was["tables"], was["facts"])


def test_a_computed_column_cannot_be_asked_for(run: Run, tmp_path: Path) -> None:
    other = started(
        run.spark,
        SEED,
        tmp_path,
        train__generator="marginal",
        ingest__unsupported_columns="drop",
        sample__given={"year": 2023},
    )
    with pytest.raises(ConfigError, match=r"sample.given names column 'year', which .* generates"):
        done(other, "ingest")


def test_the_record_holds_what_the_version_declares(run: Run, spark: SparkSession) -> None:
    facts = run.record("ingest").facts["declared"]
    seed = run.record("ingest").tables["seed"]
    assert Declared.from_json(facts) == replace(read_declared(spark, SEED, seed.version))
