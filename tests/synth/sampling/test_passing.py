"""Conditions on what is determined: met in every row, by the rules, as the sources are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from synth import Synthesizer
from synth.sampling.conditions import read_conditions
from synth.sampling.passing import Passing
from synth.table.errors import InputError
from tests.synth.sampling.conditioned import follows, ruled, ruled_frame


@pytest.fixture(scope="module")
def fitted() -> Synthesizer:
    made = ruled()
    dropped = set(made.model.encoder.plan.dropped)
    assert dropped >= {"hour", "year", "band", "gross", "name", "region", "total"}
    assert dropped & {"real", "twice"}
    return made


@pytest.mark.parametrize(
    ("given", "meets"),
    [
        ({"hour": 17}, lambda s: s["hour"] == 17),
        ({"hour": [3, 4]}, lambda s: s["hour"].isin([3, 4])),
        ({"hour": {"between": [9, 17]}}, lambda s: s["hour"].between(9, 17)),
        ({"year": 2024}, lambda s: s["year"] == 2024),
        ({"band": "grown"}, lambda s: s["age"].between(30, 59)),
        ({"gross": 119.0}, lambda s: s["net"] == 100.0),
        ({"gross": {"between": [100, 110]}}, lambda s: s["gross"].between(100, 110)),
        ({"name": "Italy"}, lambda s: s["land"] == "IT"),
        ({"region": "NA"}, lambda s: s["land"] == "US"),
        ({"total": 40}, lambda s: s["total"] == 40),
        ({"total": 40, "left": 10}, lambda s: s["right"] == 30),
        ({"total": {"between": [60, None]}}, lambda s: s["total"] >= 60),
        ({"twice": 2.0, "real": 0.5}, lambda s: s["real"] == 0.5),
        ({"twice": 2.0}, lambda s: np.isclose(s["real"], 0.5)),
        ({"real": 0.5}, lambda s: np.isclose(s["twice"], 2.0)),
        ({"real": {"between": [0.5, 0.51]}}, lambda s: s["twice"].between(1.99, 2.03)),
        ({"age": {"between": [20, 40]}, "band": "grown"}, lambda s: s["age"].between(30, 40)),
        ({"at": {"between": ["2023-05-01", "2023-05-03"]}}, lambda s: s["at"].dt.month == 5),
        (
            {"at": {"between": ["2023-05-01 10:00", "2023-05-01 11:00"]}},
            lambda s: s["at"].between("2023-05-01 10:00", "2023-05-01 11:00"),
        ),
    ],
)
def test_every_row_meets_what_is_asked_and_every_rule(
    fitted: Synthesizer, given: dict[str, Any], meets: Any
) -> None:
    made = fitted.sample(300, given=given)
    assert len(made) == 300
    assert meets(made).all()
    assert follows(made)


def test_sources_are_distributed_as_among_the_seeds_rows_of_the_value(fitted: Synthesizer) -> None:
    seed = ruled_frame()
    made = fitted.sample(6000, given={"band": "grown", "region": "EU"})
    shares = [
        frame["age"].value_counts(normalize=True).reindex(range(30, 60), fill_value=0)
        for frame in (made, seed[seed["band"] == "grown"])
    ]
    assert (shares[0] - shares[1]).abs().sum() < 0.2
    lands = made["land"].value_counts(normalize=True)
    real = seed[seed["region"] == "EU"]["land"].value_counts(normalize=True)
    assert (lands - real).abs().max() < 0.03
    narrow = fitted.sample(3000, given={"gross": {"between": [80, 120]}})["net"]
    inside = seed[seed["gross"].between(80, 120)]["net"]
    assert np.quantile(narrow, 0.5) == pytest.approx(np.quantile(inside, 0.5), rel=0.03)


def test_a_sum_asked_for_leaves_its_terms_their_distribution(fitted: Synthesizer) -> None:
    made = fitted.sample(2000, given={"total": 30})["left"]
    assert made.between(0, 29).all()
    assert made.mean() == pytest.approx(14.5, abs=1.0)  # uniform


def test_shares_of_what_is_determined_are_met_and_others_fill_the_rest(
    fitted: Synthesizer,
) -> None:
    made = fitted.sample(4000, given={"region": {"NA": 0.5}, "band": {"old": 0.3, "young": 0.7}})
    assert (made["region"] == "NA").mean() == pytest.approx(0.5, abs=0.03)
    assert (made["land"] == "DE").mean() == pytest.approx(0.5 * 0.5 / 0.95, abs=0.03)
    assert (made["band"] == "old").mean() == pytest.approx(0.3, abs=0.03)
    assert follows(made)
    some = fitted.sample(2000, given={"land": {"US": 0.2}})
    assert (some["land"] == "US").mean() == pytest.approx(0.2, abs=0.03)
    # Every value is named: the model's own shares fill the rest.
    every = fitted.sample(16_000, given={"region": {"NA": 0.4, "EU": 0.2}})
    assert (every["region"] == "NA").mean() == pytest.approx(0.4 + 0.4 * 0.05, abs=0.012)


def test_rows_of_which_nothing_is_asked_are_as_the_models_own(fitted: Synthesizer) -> None:
    """Beside rows whose region and hour are given: every second one is free."""
    rows = 8000
    region = ["NA" if place % 4 == 0 else None for place in range(rows)]
    table = pd.DataFrame({"region": region, "age": [40] * rows})
    made = fitted.sample(given=table.where(table.notna(), None))
    asked = np.array([own is not None for own in region])
    assert (made["region"][asked] == "NA").all()
    lands = made["land"][~asked].value_counts(normalize=True)
    real = ruled_frame()["land"].value_counts(normalize=True)
    assert (lands.reindex(real.index, fill_value=0) - real).abs().max() < 0.03


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"region": "NA", "land": "DE"}, "no value of 'land' that the model knows meets"),
        ({"region": "NA", "land": {"DE": 0.5, "US": 0.5}}, "region is determined by land"),
        ({"age": {"between": [30, 40]}, "band": "old"}, "band is determined by age"),
        ({"total": 40, "left": 10, "right": 20}, "total is left \\+ right, which these values"),
        ({"total": 70, "left": 5}, "of 'right', and 65 lies outside what the model has learned"),
        ({"hour": 25}, "25 lies outside what the model has learned"),
        ({"name": "Spain"}, "'Spain' is not among the values that the model has learned"),
        (
            {"gross": 119.005},
            "no value of 'net' that the model knows meets what is asked; gross is 1.19 times net",
        ),
    ],
)
def test_what_no_row_can_be_is_refused(
    fitted: Synthesizer, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=f"given .*{message}"):
        fitted.sample(50, given=given)


def test_what_weights_cannot_tell_is_looked_at(fitted: Synthesizer) -> None:
    encoder = fitted.model.encoder
    passing = Passing(read_conditions({"total": 40, "land": ["DE", "US"]}, encoder), encoder)
    asked = passing.ask(500, np.random.default_rng(0))
    assert not asked.given.any()
    bound = {encoder.sub_columns[place].column for place in asked.weights}
    assert bound == {"land"}
    codes = fitted.model.generator.sample(500, np.random.default_rng(1))
    batch = encoder.decode(codes, np.random.default_rng(2))
    frame: pd.DataFrame = batch.to_pandas()
    wanted = (frame["total"] == 40) & frame["land"].isin(["DE", "US"])
    assert (asked.met(batch) == wanted).all()


def test_first_of_what_is_determined_is_led_by_its_sources() -> None:
    frame = ruled_frame()[["land", "region", "left", "right", "total", "age"]]
    fitted = Synthesizer(generator="marginal", progress=False)
    fitted.fit(frame, first=["region", "total"])
    columns = list(dict.fromkeys(sub.column for sub in fitted.model.encoder.sub_columns))
    assert columns[:2] == ["land", "total"]  # the sum's reading leaves total values of its own
    made = fitted.sample(200, given={"total": 40, "region": "NA"})
    assert (made["left"] + made["right"] == 40).all()
    assert (made["land"] == "US").all()


@pytest.fixture(scope="module")
def ranged() -> Synthesizer:
    rng = np.random.default_rng(0)
    net = rng.lognormal(4, 0.6, 2_000)
    frame = pd.DataFrame({"net": net, "cents": 100 * net + 7, "amount": net.round(2)[::-1]})
    frame["tier"] = np.select([frame.amount < 20, frame.amount < 150], ["low", "mid"], "high")
    return Synthesizer(generator="marginal", seed=0, progress=False).fit(frame)


def test_an_open_range_is_not_taken_for_one_of_the_source(ranged: Synthesizer) -> None:
    above = ranged.sample(500, given={"cents": {"between": [3_000, None]}})
    assert (above["cents"] >= 3_000).all() and 50 < above["net"].median() < 75
    below = ranged.sample(500, given={"cents": {"between": [None, 6_000]}})
    assert (below["cents"] <= 6_000).all() and 30 < below["net"].median() < 45


@pytest.mark.parametrize("tier", ["low", "mid", "high"])
def test_a_band_is_asked_of_the_range_that_tells_it(
    ranged: Synthesizer, tier: str, caplog: pytest.LogCaptureFixture
) -> None:
    made = ranged.sample(500, given={"tier": tier})
    told = np.select([made["amount"] < 20, made["amount"] < 150], ["low", "mid"], "high")
    assert (made["tier"] == tier).all() and (told == tier).all()
    assert not [text for text in caplog.messages if "rejection" in text]
