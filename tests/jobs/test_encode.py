"""What encode says of the train part, and what it refuses before anything is trained."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.artifacts import settled_schema
from jobs.config import ConfigError
from jobs.encode import encoder_settings
from jobs.run import Run
from lakehouse.feed import open_feed
from lakehouse.tables import read
from synth.forms.code import CodeForm
from synth.forms.registry import form_from_json
from tests.jobs.runs import bare_run
from tests.lakes import done, started, write_csv


def test_limits_of_the_encoder_are_those_of_the_configuration(tmp_path: Path) -> None:
    given = {"direct": 30, "lossless": 40, "coarse": 20, "fine": 10}
    changes = {f"encode__{name}": value for name, value in given.items()}
    run = bare_run(tmp_path, **changes, privacy__min_entities=7, privacy__rare_values="made")
    settings = encoder_settings(run.config, 7)
    assert {name: getattr(settings, name) for name in given} == given
    assert (settings.min_entities, settings.rare_values) == (7, "made")


def test_petastorm_has_row_groups_for_every_worker(spark: SparkSession, tmp_path: Path) -> None:
    """Also of the few rows that validate: a small table would lie in one file."""
    seed = write_csv(written(300), tmp_path / "people.csv")
    dealt = {"train__reader": "petastorm", "train__workers": 3}
    run = done(started(spark, seed, tmp_path / "dealt", **dealt), "encode")
    for part in ("train", "validation"):
        folder = run.path(f"codes/part={part}")
        assert open_feed(folder, batch_rows=1).rows
        assert len(list(folder.glob("*.parquet"))) >= 3
    other = done(started(spark, seed, tmp_path / "other", train__workers=3), "encode")
    assert len(list(other.path("codes/part=train").glob("*.parquet"))) == 1


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
        done(started(spark, seed, tmp_path / "a", dependencies__add=[text]), "encode")


def written(rows: int = 900) -> pa.Table:
    """Dates, amounts, codes and a date in digits, as people write them."""
    rng = np.random.default_rng(0)
    day = np.datetime64("2022-01-01") + rng.integers(0, 700, rows)
    later = day + rng.integers(1, 40, rows)
    return pa.table(
        {
            "asked": [f"{d.item():%d.%m.%Y}" for d in day],
            "done": [
                "open" if n % 40 == 0 else f"{d.item():%d.%m.%Y}" for n, d in enumerate(later)
            ],
            "digits": [int(f"{d.item():%Y%m%d}") for d in later],
            "price": [f"{p:,.2f} EUR" for p in rng.gamma(2, 900, rows)],
            "order": [f"ORD-{d.item().year}-{n:06d}" for n, d in enumerate(rng.permutation(day))],
        }
    )


def test_columns_are_learned_as_they_are_written(spark: SparkSession, tmp_path: Path) -> None:
    seed = write_csv(written(), tmp_path / "orders.csv")
    between = {"asked": {"between": ["01.02.2022", "30.06.2022"]}}
    run = started(
        spark, seed, tmp_path / "lake", train__generator="marginal", sample__given=between
    )
    done(run, "publish")
    said = " ".join(run.record("encode").notes)
    assert "column 'asked': dates written as DD.MM.YYYY" in said
    assert "column 'order': codes: ORD-" in said
    assert "the profile of the seed" not in said  # the train part shows what the seed does
    profile = json.loads(run.path("profile.json").read_text(encoding="utf-8"))
    assert profile["forms"]["asked"]["written"] == "dates written as DD.MM.YYYY"
    order = form_from_json(settled_schema(run)["order"], profile["forms"]["order"])
    assert isinstance(order, CodeForm)
    drawn = order.grammar.draw(50, np.random.default_rng(0)).to_pylist()
    assert all(re.fullmatch(r"ORD-202[23]-\d{6}", text) for text in drawn)
    assert not [found for found in profile["findings"] if "asked" in found["columns"]]
    rows = read(spark, run.record("publish").tables["synthetic"].ref)
    assert rows.columns == written().column_names
    made = rows.toArrow().to_pandas()
    asked = pd.to_datetime(made["asked"], format="%d.%m.%Y")
    assert asked.between("2022-02-01", "2022-06-30").all()
    done_on = pd.to_datetime(made["done"].where(made["done"] != "open"), format="%d.%m.%Y")
    assert (made["done"] == "open").any()
    assert (done_on - asked).dt.days.dropna().between(1, 60).all()
    assert pd.to_datetime(made["digits"].astype(str), format="%Y%m%d").notna().all()
    assert made["price"].str.fullmatch(r"\d{1,3}(,\d{3})*\.\d\d EUR").all()
    assert made["order"].str.fullmatch(r"ORD-202[23]-\d{6}").all()
    assert len(json.loads(run.path("report.json").read_text())["columns"]) >= 5


def test_a_form_that_does_not_fit_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    seed = write_csv(written(), tmp_path / "orders.csv")
    with pytest.raises(ConfigError, match=r"columns.forms names column 'askd', which .* lacks"):
        done(started(spark, seed, tmp_path / "a", columns__forms={"askd": "plain"}), "ingest")
    with pytest.raises(ConfigError, match=r"table orders: forms: column 'price'.*which is no form"):
        done(started(spark, seed, tmp_path / "b", columns__forms={"price": "colour"}), "encode")


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
