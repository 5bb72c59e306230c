from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.clean import clean
from jobs.config import ConfigError
from jobs.data_sections import CleanConfig
from jobs.declared_rules import clean_rules
from jobs.pipeline import do_stage
from jobs.run import Run
from lakehouse.rules import CleanRules
from synth.table.errors import InputError
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


def test_rules_of_the_list_are_counted_and_the_quarantine_says_which(
    spark: SparkSession, tmp_path: Path
) -> None:
    seed = write_csv(people(), tmp_path / "people.csv")
    cities = str(tmp_path / "cities")
    spark.createDataFrame([("Rome",), ("Oslo",)], "name string").write.format("delta").save(cities)
    rules = [
        {"rule": "in_range", "columns": ["age"], "low": 20, "action": "repair"},
        {"rule": "expression", "expression": "pay < 9000", "reason": "paid too well"},
        {
            "rule": "foreign_key_exists",
            "columns": ["city"],
            "table": cities,
            "references": ["name"],
        },
        {"rule": "outlier", "columns": ["pay"]},
    ]
    run = done(started(spark, seed, tmp_path / "lake", clean__rules=rules), "clean")
    record = run.record("clean")
    told = {one["rule"]: one for one in record.facts["counts"]["rules"]}
    rich = sum(pay >= 9000 for pay in people()["pay"].to_pylist())
    young = sum(age is not None and age < 20 for age in people()["age"].to_pylist())
    assert told["in_range"]["repaired"] == young > 0
    assert told["expression"]["quarantined"] == rich > 0
    assert told["outlier"]["rows"] > 0 == told["outlier"]["quarantined"]
    kyiv = told["foreign_key_exists"]["quarantined"]
    assert (
        record.notes[0]
        == f"600 rows in = {600 - rich - kyiv} clean + {rich + kyiv} quarantined + 0 duplicates"
    )
    assert record.notes[1] == f"outlier on pay: {told['outlier']['rows']} rows break it and stay"
    aside = run.rows_of("clean", "quarantine").groupBy(
        "_lakesynth_rule", "_reason", "_lakesynth_run"
    )
    assert {tuple(row) for row in aside.count().collect()} == {
        ("clean.rules.1 (expression)", "paid too well", run.id, rich),
        ("clean.rules.2 (foreign_key_exists): city", f"city: not in {cities}", run.id, kyiv),
    }
    assert run.config.clean.rules[2].foreign_version == "0"
    # The same stage again: the same commits. Another version of the cities: another run.
    assert clean(run).tables == record.tables
    spark.createDataFrame([("Kyiv",)], "name string").write.format("delta").mode("append").save(
        cities
    )
    assert started(spark, seed, tmp_path / "lake", clean__rules=rules).id != run.id


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"rule": "expression", "expression": "agee > 3"}, r"clean\.rules\.0 .*`agee`"),
        (
            {"rule": "unique", "columns": ["agee"]},
            r"clean\.rules\.0 \(unique\) names column 'agee'",
        ),
    ],
)
def test_what_the_seed_cannot_keep_is_refused_before_it_is_written(
    spark: SparkSession, seed: Path, tmp_path: Path, rule: dict[str, Any], message: str
) -> None:
    run = started(spark, seed, tmp_path / "lake", clean__rules=[rule])
    with pytest.raises(InputError, match=message):
        do_stage(run, "ingest")
    assert not list((tmp_path / "lake").rglob("_delta_log"))


def test_a_value_that_an_expression_cannot_take_is_not_said(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    rules = [{"rule": "expression", "expression": "cast(city AS int) > 3"}]
    run = done(started(spark, seed, tmp_path / "lake", clean__rules=rules), "profile")
    with pytest.raises(ConfigError, match=r"clean\.rules\.0 \(expression\).*try_cast") as refused:
        clean(run)
    assert "Rome" not in str(refused.value)
