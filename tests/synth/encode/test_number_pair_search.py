"""Which pairs of numbers are told by each other, by what, and which are left as they are."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.encode.number_pair import NumberPair
from synth.encode.number_pair_search import find
from synth.table.schema import TableSchema
from tests.synth.dependencies.tables import flights
from tests.synth.encode.encoders import encoder_of

ROWS = 3000
RNG = np.random.default_rng(4)


def found(**columns: np.ndarray) -> list[NumberPair]:
    table = pa.table(columns)
    return find(Sample(table, TableSchema.from_arrow(table.schema), DependencySettings()))


def told(**columns: np.ndarray) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The kind and the sources of each target, as the plan has them."""
    steps = encoder_of(pa.table(columns)).plan.encoded
    return {s.target: (s.found.dependency.kind, s.found.dependency.sources) for s in steps}


def test_a_difference_or_a_ratio_whichever_predicts_better() -> None:
    base = np.round(RNG.lognormal(6, 1.5, ROWS), 2)
    by_size = np.round(base * RNG.uniform(0.97, 1.03, ROWS), 2)
    by_much = np.round(base + RNG.uniform(0, 3, ROWS), 2)
    assert told(base=base, near=by_size) == {"near": ("ratio", ("base",))}
    assert told(base=base, near=by_much) == {"near": ("increment", ("base",))}


def test_prices_of_a_day_are_a_forest() -> None:
    opened = np.round(RNG.lognormal(4, 1, ROWS), 2)
    close = np.round(opened * np.exp(RNG.normal(0, 0.02, ROWS)), 2)
    high = np.round(np.maximum(opened, close) * (1 + RNG.uniform(0, 0.03, ROWS)), 2)
    low = np.round(np.minimum(opened, close) * (1 - RNG.uniform(0, 0.03, ROWS)), 2)
    plan = told(open=opened, high=high, low=low, close=close)
    assert {name: kind for name, (kind, _) in plan.items()} == dict.fromkeys(
        ("high", "low", "close"), "ratio"
    )


def test_the_parent_has_the_coarser_grid_or_comes_first() -> None:
    a = RNG.integers(0, 10**6, ROWS)
    b = a + RNG.integers(0, 900, ROWS)
    assert told(b=b, a=a) == {"a": ("increment", ("b",))}
    assert told(a=a + RNG.integers(0, 100, ROWS) / 100, b=b) == {"a": ("increment", ("b",))}
    holed = pa.array(a, mask=RNG.random(ROWS) < 0.1)
    assert told(a=holed, b=b) == {"b": ("increment", ("a",))}


def test_another_parent_stands_in_for_a_missing_one() -> None:
    a = RNG.integers(0, 10**6, ROWS)
    b = a + RNG.integers(1, 2000, ROWS)
    c = b + RNG.integers(1, 900, ROWS)
    first, second, last = (
        pa.array(v, mask=RNG.random(ROWS) < s) for v, s in ((a, 0.05), (b, 0.1), (c, 0.2))
    )
    assert told(a=first, b=second, c=last)["c"] == ("increment", ("b", "a"))


def test_a_value_of_many_rows_is_an_atom_where_no_usual_lag_leads_to_it() -> None:
    price = np.round(RNG.lognormal(4, 1, ROWS), 2)
    paid = np.round(price * RNG.choice([0.8, 0.9], ROWS), 2)
    price[:200], paid[:200] = 9.99, 7.99  # many rows hold it, and it follows all the same
    paid[-150:] = 0.0  # free
    (relation,) = found(price=price, paid=paid)
    assert relation.atoms == (0.0,)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.75])
def test_what_is_merely_correlated_stays_as_it_is(correlation: float) -> None:
    a, b = RNG.normal(size=(2, ROWS))
    assert not found(a=np.round(a, 3), b=np.round(correlation * a + (1 - correlation) * b, 3))


def test_few_values_clocks_and_zeros_stay_as_they_are() -> None:
    age = RNG.integers(18, 90, ROWS)
    assert not found(age=age, later=age + RNG.integers(0, 3, ROWS))
    gain = np.where(RNG.random(ROWS) < 0.95, 0, RNG.integers(100, 99_999, ROWS))
    assert not found(gain=gain, more=np.where(gain > 0, gain + RNG.integers(0, 50, ROWS), 0))
    times = flights()
    relations = find(Sample(times, TableSchema.from_arrow(times.schema), DependencySettings()))
    assert not [r for r in relations if "time" in r.target]
    zones = np.repeat(RNG.integers(1, 10**6, 50), ROWS // 50)  # each with 60 rows of its own
    assert not found(zone=zones, inside=zones + RNG.integers(0, 900, len(zones)))
