"""Rows that meet conditions, by generators with and without weights of their own."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.generators.contract import Saved
from synth.sampling import meeting
from synth.sampling.blocks import SamplePlan, condition_notes, sample_block
from synth.sampling.model_folder import Model
from synth.table.errors import InputError
from tests.synth.sampling.conditioned import follows, ruled


class Whole:
    """A generator that draws whole rows only."""

    name = "whole"

    def __init__(self, model: Model):
        self.model = model

    def sample(self, rows: int, rng: np.random.Generator) -> np.ndarray:
        return self.model.generator.sample(rows, rng)

    def save(self) -> Saved:
        raise NotImplementedError


@pytest.fixture(scope="module")
def model() -> Model:
    return ruled().model


GIVEN = {
    "hour": [3, 4],
    "region": {"NA": 0.3},
    "age": {"between": [30, 60]},
    "gross": {"between": [50, None]},
}


@pytest.mark.parametrize("is_whole", [False, True])
def test_all_kinds_of_conditions_at_once(
    model: Model, is_whole: bool, caplog: pytest.LogCaptureFixture
) -> None:
    own = Model(model.encoder, Whole(model), model.hash, model.manifest) if is_whole else model
    plan = SamplePlan("people", 400, 1, given=GIVEN)
    with caplog.at_level(logging.WARNING):
        made = sample_block(own, plan, 0).to_pandas()
    assert made["hour"].isin([3, 4]).all() and made["age"].between(30, 60).all()
    assert (made["gross"] >= 50).all() and follows(made)
    assert (made["region"] == "NA").mean() == pytest.approx(0.3, abs=0.08)
    said = "generator 'whole' draws whole rows only"
    assert (said in caplog.text) == is_whole
    assert sample_block(own, plan, 0).to_pandas().equals(made)


def test_the_share_of_rows_kept_is_said(model: Model) -> None:
    plan = SamplePlan("people", 400, 1, given={"total": {"between": [60, None]}})
    (note,) = condition_notes(model, plan)
    assert "the condition on 'total' is met by rejection" in note


def test_a_condition_that_is_too_rare_ends_soon_with_its_rule(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting, "FIRST_ROWS", 2**14)
    monkeypatch.setattr(meeting, "MOST_ROWS", 2**15)
    plan = SamplePlan("people", 4000, 1, given={"total": 75})
    message = "given 'total': of [0-9,]+ rows drawn too few meet what is asked; total is left"
    with pytest.raises(InputError, match=message):
        sample_block(model, plan, 0)


def test_keys_count_on_over_the_rows_that_are_kept() -> None:
    rng = np.random.default_rng(0)
    at = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 10**7, 2000), unit="s")
    frame = pd.DataFrame({"person_id": np.arange(2000) + 10, "at": at, "hour": at.hour})
    fitted = Synthesizer(generator="marginal", progress=False).fit(frame, keys=["person_id"])
    made = fitted.sample(300, given={"hour": 5})
    assert made["person_id"].tolist() == list(range(1, 301))
    assert (made["at"].dt.hour == 5).all()
    assert isinstance(fitted.model.encoder.schema.arrow_schema(), pa.Schema)


def _bound_frame() -> pd.DataFrame:
    """Strict orders, a one-hot group, and a product."""
    rng = np.random.default_rng(0)
    low, color = rng.integers(0, 100, 3000), rng.choice(["red", "green", "blue"], 3000)
    price = np.round(3.5 * rng.integers(0, 20, 3000) + 1.99, 2)
    quantity = np.minimum(rng.geometric(0.35, 3000), 8)
    return pd.DataFrame(
        {
            "low": low,
            "high": low + rng.integers(1, 20, 3000),
            **{name: (color == name).astype(int) for name in ("red", "green", "blue")},
            "price": price,
            "quantity": quantity,
            "total": np.round(price * quantity, 2),
        }
    )


@pytest.fixture(scope="module")
def bound() -> Synthesizer:
    return Synthesizer(generator="marginal", progress=False).fit(_bound_frame())


@pytest.mark.parametrize(
    "given",
    [
        {"low": {"between": [50, 60]}, "high": {"between": [70, None]}},
        {"red": 1},
        {"red": {1: 0.6, 0: 0.4}},
        {"red": 0, "blue": 0},
        {"price": {"between": [10, 20]}},
        {"total": {"between": [100, 200]}},
    ],
    ids=str,
)
def test_rules_hold_beside_conditions(
    bound: Synthesizer, given: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    made = bound.sample(600, given=given)
    assert (made["high"] - made["low"]).between(1, 19).all()
    assert (made[["red", "green", "blue"]].sum(axis=1) == 1).all()
    assert np.allclose(made["total"], made["price"] * made["quantity"])
    assert "break a rule" not in caplog.text
    for name, wanted in given.items():
        ends = wanted["between"] if isinstance(wanted, dict) and "between" in wanted else None
        if ends:
            assert made[name].between(ends[0], ends[1] or np.inf).all()
        else:
            assert set(made[name]) == ({1, 0} if isinstance(wanted, dict) else {wanted})


def test_one_hot_columns_that_cannot_go_together_are_refused_at_once(bound: Synthesizer) -> None:
    with pytest.raises(InputError, match=r"'blue': .*no row that the model knows has both"):
        bound.sample(10, given={"red": 1, "blue": 1})


def test_a_key_of_few_rows_is_refused_where_others_follow_from_it() -> None:
    rng = np.random.default_rng(0)
    batch = np.concatenate([rng.integers(0, 60, 2900), np.arange(60, 160)])
    grams = rng.permutation(500)[:160]
    frame = pd.DataFrame({"batch": batch * 7, "grams": grams[batch], "load": grams[batch] // 10})
    fitted = Synthesizer(generator="marginal", progress=False).fit(frame)
    replaced = [step.found.dependency.replaces for step in fitted.model.encoder.plan.steps]
    key = next(name for name in replaced if name is not None)
    counts = frame[key].value_counts()
    often, rare = int(counts.index[0]), int(sorted(counts[counts == 1].index)[40])
    assert set(fitted.sample(10, given={key: often})[key]) == {often}
    with pytest.raises(InputError, match=f"given '{key}': .* too few rows .* share {rare}"):
        fitted.sample(10, given={key: rare})
    with pytest.raises(InputError, match=f"'{key}'"):
        fitted.sample(given=pd.DataFrame({key: [often, rare]}))
