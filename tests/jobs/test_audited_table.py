"""A seed as an audit reads it: without ignored columns, marked as configured, scanned as asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.audited_table import seed_table
from jobs.config import ConfigError
from jobs.config_file import load_config
from synth.profiling.table_profile import TableProfile
from tests.lakes import people, write_csv


def test_a_seed_is_read_as_it_is_and_scanned(spark: SparkSession, tmp_path: Path) -> None:
    path = write_csv(people(300), tmp_path / "people.csv")
    given = {"seed": str(path), "lake.tables": str(tmp_path / "lake")}
    more = {"columns.ignore": ["person_id"], "columns.sensitive": ["pay"]}
    table = seed_table(spark, load_config(None, given | more))
    assert "person_id" not in table.schema.names and table.schema["pay"].sensitive
    source = table.source(0, lambda text: None)
    schema = table.schema
    load = partial(TableProfile.from_bytes, schema=schema)
    assert source.scan(partial(TableProfile, schema), load).rows == 300
    assert source.distinct_of([("city",)])[0] > 1
    with pytest.raises(ConfigError, match="'nobody'"):
        seed_table(spark, load_config(None, given | {"columns.keys": ["nobody"]}))
