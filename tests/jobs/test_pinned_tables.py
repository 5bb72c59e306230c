"""Tables beside the seed: pinned once, read as they were then."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.config import ConfigError
from jobs.pinned_tables import foreign_rows, pinned_rules, rows_at, version_of
from synth.table.errors import InputError
from tests.lakes import configured


def test_files_are_read_as_long_as_they_are_the_same(spark: SparkSession, tmp_path: Path) -> None:
    cities = tmp_path / "cities.csv"
    cities.write_text("name\nRome\nOslo\n")
    rule = {"rule": "foreign_key_exists", "columns": ["city"], "table": str(cities)}
    near = {"rule": "unique", "columns": ["city"]}
    config = configured("people.csv", tmp_path / "lake", clean__rules=[near, rule])
    pinned = pinned_rules(config, spark)
    assert pinned.clean.rules[1].foreign_version == version_of(spark, str(cities))
    assert pinned_rules(pinned, spark) == pinned
    found = foreign_rows(pinned, spark)
    assert list(found) == [1]
    assert sorted(row["name"] for row in found[1].collect()) == ["Oslo", "Rome"]
    cities.write_text("name\nRome\nOslo\nKyiv\n")
    with pytest.raises(ConfigError, match=r"people: clean\.rules\.1 .* files of .* have changed"):
        foreign_rows(pinned, spark)
    assert rows_at(spark, config, "x", str(cities), version_of(spark, str(cities))).count() == 3


def test_a_table_that_is_not_there_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    rule = {"rule": "foreign_key_exists", "columns": ["city"], "table": str(tmp_path / "none.csv")}
    with pytest.raises(InputError, match=r"none\.csv"):
        pinned_rules(configured("people.csv", tmp_path / "lake", clean__rules=[rule]), spark)
