"""What is asked of a time that is encoded by its lag restricts the time before it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from synth import Synthesizer
from synth.encode.elapsed import ElapsedEncoding
from synth.sampling.blocks import SamplePlan, passing_of
from synth.sampling.routes import Lagged
from synth.table.errors import InputError

ROWS = 2500


@pytest.fixture(scope="module")
def orders() -> Synthesizer:
    """Ordered, shipped within three days, delivered within a week; some never were."""
    rng = np.random.default_rng(0)
    ordered = pd.Series(
        pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 5 * 10**7, ROWS), "s")
    )
    shipped = ordered + pd.to_timedelta(rng.integers(1, 72 * 3600, ROWS), "s")
    delivered = shipped + pd.to_timedelta(rng.integers(3600, 7 * 86400, ROWS), "s")
    frame = pd.DataFrame({"ordered": ordered, "shipped": shipped, "delivered": delivered})
    frame.loc[rng.random(ROWS) < 0.1, "delivered"] = pd.NaT
    return Synthesizer(generator="marginal", progress=False).fit(frame)


@pytest.mark.parametrize("name", ["shipped", "delivered"])
def test_a_range_of_an_hour_is_met_by_the_rows_around_it(orders: Synthesizer, name: str) -> None:
    low, high = pd.Timestamp("2023-06-01 10:00"), pd.Timestamp("2023-06-01 18:00")
    made = orders.sample(200, given={name: {"between": [low, high]}})
    assert made[name].between(low, high).all()
    assert (made["shipped"] - made["ordered"]).between(pd.Timedelta(0), pd.Timedelta("72h")).all()
    lag = (made["delivered"] - made["shipped"]).dropna()
    assert lag.between(pd.Timedelta("1h"), pd.Timedelta("7D")).all()


def test_the_first_time_lies_within_all_lags_before(orders: Synthesizer) -> None:
    encoder = orders.model.encoder
    assert isinstance(encoder.encodings[2], ElapsedEncoding)
    route = Lagged.of(encoder, "delivered")
    assert route is not None and (route.source, route.target) == ("ordered", "delivered")
    assert Lagged.of(encoder, "ordered") is None
    day = pd.Timestamp("2023-06-11")
    given = {"delivered": {"between": [day, day]}}
    passing = passing_of(orders.model, SamplePlan("t", 10, 0, given=given))
    assert passing is not None
    wanted = route.wanted(passing.conditions[0], 0)
    assert wanted.low is not None and wanted.high is not None
    first, last = (pd.Timestamp(end, unit="us") for end in (wanted.low, wanted.high))
    assert pd.Timedelta("9D") < day - first < pd.Timedelta("10D1h")
    assert pd.Timedelta("-1D") <= day - last < pd.Timedelta("6h")


def test_what_no_lag_leads_to_is_refused_and_missing_ones_are_free(orders: Synthesizer) -> None:
    with pytest.raises(InputError, match="given 'shipped'"):
        orders.sample(10, given={"shipped": {"between": ["2030-01-01", "2030-02-01"]}})
    made = orders.sample(300, given={"delivered": None})
    assert made["delivered"].isna().all()
    assert made["ordered"].max() - made["ordered"].min() > pd.Timedelta("300D")


def test_times_are_given_beside_those_before_them(orders: Synthesizer) -> None:
    rows = orders.sample(60, seed=5)
    made = orders.sample(given=rows)
    there = rows["delivered"].notna()
    assert made[["ordered", "shipped"]].equals(rows[["ordered", "shipped"]])
    assert made["delivered"][there].equals(rows["delivered"][there])
    first = rows.iloc[0]
    one = orders.sample(5, given={"shipped": first["shipped"], "ordered": first["ordered"]})
    assert set(one["shipped"]) == {first["shipped"]}
    assert set(one["ordered"]) == {first["ordered"]}
    beyond = first["shipped"] + pd.Timedelta("30D")
    with pytest.raises(InputError, match=r"'ordered' and 'shipped': .* which these"):
        orders.sample(5, given={"ordered": first["ordered"], "shipped": beyond})
    rows.loc[3, "ordered"] = pd.NaT
    with pytest.raises(InputError, match=r"given 'shipped': shipped is encoded by .* give that"):
        orders.sample(given=rows)
