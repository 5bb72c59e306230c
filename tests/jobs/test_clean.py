from pathlib import Path

import pyarrow as pa
from pyspark.sql import SparkSession

from jobs.clean import clean_rules
from jobs.data_sections import CleanConfig
from jobs.run import Run
from lakehouse.rules import CleanRules
from tests.lakes import done, people, started, write_csv


def test_rules_are_those_that_the_configuration_declares() -> None:
    given = CleanConfig(
        trim=False,
        null_markers=("?",),
        replace={"city": {"roma": "Rome"}},
        allowed={"city": ("Rome",)},
        ranges={"age": (0, None)},
        not_null=("age",),
    )
    rules = CleanRules(
        trim=False,
        null_markers=("?",),
        replace={"city": {"roma": "Rome"}},
        allowed={"city": ("Rome",)},
        ranges={"age": (0, None)},
        not_null=("age",),
        drop_duplicates=True,
    )
    assert clean_rules(given) == rules
    assert not clean_rules(CleanConfig(drop_duplicates=False)).drop_duplicates


def test_every_row_of_a_clean_seed_stays(finished: Run) -> None:
    tables = finished.record("clean").tables
    assert (tables["clean"].rows, tables["quarantine"].rows) == (600, 0)
    assert finished.record("clean").notes == (
        "600 rows in = 600 clean + 0 quarantined + 0 duplicates",
    )


def test_few_equal_rows_are_mistakes_and_the_counts_balance(
    spark: SparkSession, tmp_path: Path
) -> None:
    table = people()
    twice = pa.concat_tables([table, table.slice(0, 4)])
    seed = write_csv(twice, tmp_path / "people.csv")
    run = done(started(spark, seed, tmp_path, clean__ranges={"age": [20, 200]}), "clean")
    record = run.record("clean")
    young = sum(1 for age in twice["age"].to_pylist() if age is not None and age < 20)
    doubled = 4 - sum(1 for age in table["age"].to_pylist()[:4] if age is not None and age < 20)
    clean = 604 - young - doubled
    assert young and doubled
    assert record.notes == (
        f"604 rows in = {clean} clean + {young} quarantined + {doubled} duplicates",
    )
    assert record.facts["rows_are_unique"]
    assert run.rows_of("clean", "clean").distinct().count() == clean
