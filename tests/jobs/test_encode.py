"""What encode says of the train part, and what it refuses before anything is trained."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.config import ConfigError
from jobs.encode import encoder_settings
from jobs.run import Run
from tests.jobs.runs import bare_run
from tests.lakes import done, started, write_csv


def test_limits_of_the_encoder_are_those_of_the_configuration(tmp_path: Path) -> None:
    given = {"direct": 30, "lossless": 40, "coarse": 20, "fine": 10}
    changes = {f"encode__{name}": value for name, value in given.items()}
    run = bare_run(tmp_path, **changes, privacy__min_entities=7, privacy__rare_values="made")
    settings = encoder_settings(run)
    assert {name: getattr(settings, name) for name in given} == given
    assert (settings.min_entities, settings.rare_values) == (7, "made")


def test_a_train_part_of_few_rows_is_said(finished: Run) -> None:
    rows = finished.record("split").tables["train"].rows
    said = f"the train part has {rows} rows: fewer than 500 teach little"
    assert [note for note in finished.record("encode").notes if said in note]
    facts = finished.record("encode").facts
    assert facts["rows"] == facts["sample_rows"] == rows
    assert len(facts["sub_columns"]) == len(facts["cardinalities"])


def test_conditions_and_rules_that_do_not_fit_are_refused(
    spark: SparkSession, seed: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"sample.given 'city': 'Paris' is not among the values"):
        done(started(spark, seed, tmp_path / "a", sample__given={"city": "Paris"}), "encode")
    rule = {"kind": "sum", "sources": ["age", "paid"], "target": "pay"}
    for changes, named in (
        ({"dependencies__add": [rule]}, "dependencies.add names column 'paid'"),
        ({"dependencies__veto": ["nobody"]}, "dependencies.veto names column 'nobody'"),
        ({"encode__first": ["nobody"]}, "encode.first names column 'nobody'"),
        (
            {"train__settings__conditions": [["nobody"]]},
            "train.settings.conditions names column 'nobody'",
        ),
        ({"sample__given": {"nobody": 1}}, "sample.given names column 'nobody'"),
    ):
        with pytest.raises(ConfigError, match=f"{named}, which .* lacks; it has"):
            done(started(spark, seed, tmp_path / "b", **changes), "ingest")
    text = {**rule, "signs": [1, 1], "sources": ["age", "city"]}
    with pytest.raises(ConfigError, match=r"table people: column 'city' .* number"):
        done(started(spark, seed, tmp_path / "c", dependencies__add=[text]), "encode")


def test_class_weights_of_a_column_of_many_values_are_refused(
    spark: SparkSession, tmp_path: Path
) -> None:
    table = pa.table({"shop": [i % 300 for i in range(6000)], "n": [i % 7 for i in range(6000)]})
    visits = write_csv(table, tmp_path / "visits.csv")
    weighted = {"train__settings__class_weights": "shop", "encode__first": ["shop"]}
    with pytest.raises(ConfigError, match=r"class_weights names 'shop', which has too many values"):
        done(started(spark, visits, tmp_path / "lake", **weighted), "encode")


def test_keys_of_two_columns_and_of_an_entity_are_said(spark: SparkSession, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    count = rng.integers(1, 5, 600)
    patient = np.repeat(np.arange(600), count)
    table = pa.table(
        {
            "patient": [f"P{number:04}" for number in patient],
            "visit": np.concatenate([np.arange(1, last + 1) for last in count]),
            "sex": np.repeat(rng.choice(["f", "m"], 600), count),
            "weight": rng.normal(70, 9, len(patient)).round(1),
        }
    )
    visits = write_csv(table, tmp_path / "visits.csv")
    run = done(started(spark, visits, tmp_path / "lake"), "encode")
    record = run.record("encode")
    assert record.facts["composite_keys"] == [["patient", "visit"]]
    said = "\n".join(record.notes)
    assert "patient and visit are unique together in every row" in said
    assert "'sex': the same in all rows of one 'patient'" in said
