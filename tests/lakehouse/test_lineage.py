"""Lineage: through the properties of a real table and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lakehouse import tables
from lakehouse.lineage import (
    BEING_WRITTEN,
    Lineage,
    is_complete,
    read_lineage,
    set_choice,
    set_verdict,
)
from lakehouse.tables import TableRef
from tests.commits import history

LINEAGE = Lineage(
    run_id="20261124-abc",
    seed_name="it's a \\ seed.csv",
    seed=TableRef("/lake/seed", 1),
    train=TableRef("/lake/train", 2),
    holdout=TableRef("/lake/holdout", 3),
    model_hash="12345",  # digits only: text must stay text
    generator="autoregressive",
    config_digest="feed",
    sampling_seed=2**63 + 1,
    rows=10,
    block_rows=4096,
    created="2026-11-24T10:00:00+00:00",
    package_version="0.1.0",
)


@pytest.mark.parametrize(
    "lineage",
    [
        LINEAGE,
        replace(LINEAGE, holdout=None, verdict="published"),
        replace(LINEAGE, given=("city", "it's")),
        replace(LINEAGE, temperature=0.5),
        replace(LINEAGE, choice="run a of 2 (the others: b): the only one"),
    ],
)
def test_it_equals_itself_through_properties(lineage: Lineage) -> None:
    found = lineage.to_properties()
    assert found["lakesynth.synthetic"] == "true"
    assert Lineage.from_properties({**found, "delta.x": "y"}) == lineage


def test_what_is_decided_of_rows_makes_no_other_rows() -> None:
    published = replace(LINEAGE, verdict="published", gates="amber", waivers=("a",), choice="b")
    assert published.is_of_the_rows_of(LINEAGE)
    assert not replace(published, sampling_seed=1).is_of_the_rows_of(LINEAGE)


def test_tables_of_earlier_versions_say_nothing_of_a_choice() -> None:
    found = LINEAGE.to_properties()
    del found["lakesynth.choice"]
    assert Lineage.from_properties(found) == LINEAGE


def test_a_lost_property_is_named() -> None:
    found = LINEAGE.to_properties()
    del found["lakesynth.train"]
    with pytest.raises(ValueError, match=r"lacks lakesynth\.train"):
        Lineage.from_properties(found)


def test_a_table_carries_it(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "t")
    frame = spark.range(3)
    tables.write(
        frame,
        name,
        app_id="sample",
        metadata=LINEAGE.to_metadata(),
        properties=LINEAGE.to_properties(),
        comment=LINEAGE.table_comment(),
        column_comments={"id": LINEAGE.column_comment("id")},
    )
    assert read_lineage(spark, name) == LINEAGE
    commit = history(spark, name)[0]["userMetadata"]
    assert commit["run_id"] == LINEAGE.run_id
    assert commit["seed"] == LINEAGE.seed.to_json()
    assert commit["train"] == LINEAGE.train.to_json()
    comment = tables.read(spark, TableRef(name)).schema["id"].metadata["comment"]
    assert comment == "Synthetic values of 'id'."  # the same for each run
    set_verdict(spark, name, "refused")
    version = tables.current_version(spark, name)
    set_verdict(spark, name, "refused")
    assert tables.current_version(spark, name) == version
    assert read_lineage(spark, name) == replace(LINEAGE, verdict="refused")
    set_choice(spark, name, "run a")
    version = tables.current_version(spark, name)
    set_choice(spark, name, "run a")
    assert tables.current_version(spark, name) == version
    assert read_lineage(spark, name) == replace(LINEAGE, verdict="refused", choice="run a")
    assert is_complete(spark, name)
    set_verdict(spark, name, BEING_WRITTEN)
    assert not is_complete(spark, name)


def test_a_real_table_has_none(spark: SparkSession, lake: Path) -> None:
    name = str(lake / "t")
    tables.write(spark.range(1), name, app_id="a")
    assert read_lineage(spark, name) is None
    with pytest.raises(ValueError, match="no verdict"):
        set_verdict(spark, name, "published")


def test_a_table_of_an_earlier_version_lacks_only_what_is_new() -> None:
    properties = LINEAGE.to_properties()
    del properties["lakesynth.model_source"]
    assert Lineage.from_properties(properties) == LINEAGE
    del properties["lakesynth.model_hash"]
    with pytest.raises(ValueError, match=r"lacks lakesynth\.model_hash"):
        Lineage.from_properties(properties)
