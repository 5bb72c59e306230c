"""Which pairs of columns have bounds worth keeping, and that every synthetic row keeps them."""

import numpy as np
import pyarrow as pa
import pytest

from synth import Synthesizer
from synth.dependencies.distance import Distance
from synth.dependencies.distance_search import find
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from tests.synth.dependencies.tables import flights, schema_of
from tests.synth.encode.encoders import encoder_of, mixed

ROWS = 3000
RNG = np.random.default_rng(10)


def found(table: pa.Table) -> list[Distance]:
    return find(Sample(table, schema_of(table), DependencySettings()))


def days(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype(np.int32)).cast(pa.date32())


def staff() -> pa.Table:
    """Hired at 18 at the earliest, by 2023."""
    born = RNG.integers(-7000, 9000, 2 * ROWS)
    hired = born + 6575 + RNG.gamma(2, 2500, 2 * ROWS).astype(int)
    kept = hired < 19_700
    return pa.table({"hired": days(hired[kept]), "born": days(born[kept])})


def test_nobody_is_hired_before_18() -> None:
    table = staff()
    (rule,) = found(table)
    assert (rule.target, rule.sources) == ("hired", ("born",))
    assert rule.least is not None and 6575 <= rule.least <= 6700
    made = mixed(table, encoder_of(table))
    age = np.asarray(made["hired"].cast(pa.int32())) - np.asarray(made["born"].cast(pa.int32()))
    assert age.min() >= 6575
    # What was repaired lies where the others do, and not at the bound.
    assert (age <= 6580).mean() < 0.02


def test_pressures_keep_their_distance() -> None:
    low = np.rint(RNG.normal(80, 10, ROWS))
    table = pa.table({"low": low, "high": low + np.clip(np.rint(RNG.normal(45, 10, ROWS)), 20, 90)})
    (rule,) = found(table)
    assert (rule.target, rule.form, rule.least) == ("high", "difference", 20)
    made = mixed(table, encoder_of(table))
    assert (np.asarray(made["high"]) - np.asarray(made["low"])).min() >= 20


def test_prices_of_a_day_keep_their_order_and_their_ratio() -> None:
    opened = np.round(RNG.lognormal(4, 1, ROWS), 2)
    close = np.round(opened * np.exp(RNG.normal(0, 0.02, ROWS)), 2)
    high = np.round(np.maximum(opened, close) * (1 + RNG.uniform(0.001, 0.03, ROWS)) + 0.01, 2)
    low = np.round(np.minimum(opened, close) * (1 - RNG.uniform(0.001, 0.03, ROWS)) - 0.01, 2)
    table = pa.table({"open": opened, "high": high, "low": low, "close": close})
    encoder = encoder_of(table)
    made = {name: np.asarray(mixed(table, encoder)[name]) for name in table.column_names}
    assert (made["high"] > np.maximum(made["open"], made["close"])).all()
    assert (made["low"] < np.minimum(made["open"], made["close"])).all()
    assert (made["high"] / made["low"]).max() < 1.03 * (high / low).max()
    for values in made.values():
        assert np.abs(values - np.round(values, 2)).max() < 1e-9


@pytest.mark.parametrize("correlation", [0.0, 0.4])
def test_chance_is_no_bound(correlation: float) -> None:
    a, b = RNG.normal(size=(2, ROWS))
    assert not found(pa.table({"a": a, "b": correlation * a + (1 - correlation) * b}))


def test_a_side_that_chance_keeps_is_no_bound() -> None:
    """Bids are near the ask but for those of -1: how far the ask goes is nobody's bound."""
    ask = RNG.lognormal(8, 1, ROWS).round(2)
    bid = np.where(RNG.random(ROWS) < 0.2, -1.0, (ask + RNG.gamma(2, 0.3, ROWS)).round(2))
    (rule,) = found(pa.table({"ask": ask, "bid": bid}))
    assert rule.least is None and rule.most is not None and rule.most < 10


def test_codes_clocks_and_times_of_unlike_type_have_none() -> None:
    size = RNG.integers(0, 12, ROWS)
    assert not found(pa.table({"size": size, "larger": size + RNG.integers(0, 3, ROWS)}))
    assert not [rule for rule in found(flights()) if "time" in rule.target]
    born = RNG.integers(0, 9000, ROWS)
    seen = pa.array((born + 5) * 86_400_000_000).cast(pa.timestamp("us"))
    assert not found(pa.table({"born": days(born), "seen": seen}))


def test_a_rule_of_ones_own_holds_in_every_row() -> None:
    rule = {"kind": "distance", "sources": ["born"], "target": "hired", "least": 6570}
    model = Synthesizer(generator="marginal", progress=False)
    made = model.fit(staff(), dependencies=[rule]).sample(2000)
    age = np.asarray(made["hired"].cast(pa.int32())) - np.asarray(made["born"].cast(pa.int32()))
    assert age.min() >= 6570
    assert not model.fit(staff(), veto=["hired"]).model.encoder.plan.steps


def test_a_bound_that_chance_breaks_in_few_rows_is_found() -> None:
    """Twenty less than the systolic at most: of rows paired at random a thirtieth has more."""
    rng = np.random.default_rng(5)
    systolic = np.round(rng.normal(128, 14, 4_000))
    diastolic = np.minimum(systolic - 20, np.round(rng.normal(78, 9, 4_000)))
    table = pa.table({"systolic": systolic, "diastolic": diastolic})
    (rule,) = found(table)
    assert rule.describe() == "systolic is at least 20 more than diastolic"
