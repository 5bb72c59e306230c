import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.product_search import find
from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.table.schema import TableSchema

ROWS = 600
RNG = np.random.default_rng(5)


def found(**columns):
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    sample = Sample(table, TableSchema.from_arrow(table.schema), DependencySettings())
    return sorted(rule.describe() for rule in find(sample))


PRICE = RNG.lognormal(3, 1, ROWS).round(2)
QUANTITY = RNG.integers(1, 10, ROWS)
TAX = RNG.choice([0.07, 0.19], ROWS)


def test_a_price_by_a_quantity_and_what_tax_adds():
    net = (PRICE * QUANTITY).round(2)
    assert found(price=PRICE, quantity=QUANTITY, net=net) == ["net is price times quantity"]
    gross = (PRICE * QUANTITY * (1 + TAX)).round(2)
    rules = found(price=PRICE, quantity=QUANTITY, tax=TAX, gross=gross)
    assert rules == ["gross is price times quantity times (1 + tax)"]
    percent = found(price=PRICE, percent=100 * TAX, gross=(PRICE * (1 + TAX)).round(2))
    assert percent == ["gross is price times (1 + percent %)"]


def test_quotients_powers_and_missing_values():
    kilos, metres = RNG.normal(75, 12, ROWS).round(1), RNG.normal(1.7, 0.1, ROWS).round(2)
    kilos[RNG.random(ROWS) < 0.2] = np.nan
    bmi = (kilos / metres**2).round(1)
    assert found(kilos=kilos, metres=metres, bmi=bmi) == ["bmi is kilos by metres squared"]
    part, rest = RNG.gamma(2, 50, ROWS).round(2), RNG.gamma(2, 50, ROWS).round(2)
    total = (part + rest).round(2)
    assert found(part=part, total=total, share=(part / total).round(4)) == [
        "share is part by total"
    ]


def test_a_quotient_with_gaps_is_told_by_what_it_was_made_from():
    seats = RNG.choice([50, 100, 200, 500, 1000], ROWS)
    taken = (seats * RNG.beta(3, 2, ROWS)).astype(int)
    rules = found(seats=seats, taken=taken, percent=(100 * taken / seats).round(1))
    assert rules == ["percent is 100 times taken by seats"]


@pytest.mark.parametrize("seed", range(5))
def test_columns_that_have_nothing_to_do_with_each_other_are_no_product(seed):
    rng = np.random.default_rng(seed)
    assert not found(
        a=rng.normal(50, 1, 300).round(1),
        b=rng.normal(120, 1, 300).round(),
        c=rng.integers(1, 100, 300),
        d=rng.exponential(10, 300).round(2),
        e=rng.choice([0.07, 0.19], 300),
        f=rng.normal(1000, 3, 300).round(),
    )


def test_the_first_rows_leave_open_every_group_that_holds_and_hardly_another():
    from synth.dependencies.product_search import _constant, _possible

    logs = RNG.normal(0, 1, (80, 6))
    logs[RNG.random((80, 6)) < 0.2] = np.nan
    log = np.nan_to_num(logs[:, 0] + logs[:, 2] + logs[:, 5]) + RNG.normal(0, 0.015, 80)
    every = list(range(6))
    possible = _possible(log, logs, every, every)
    groups = [(a, b, c) for a in every for b in every for c in every]
    holds = {
        (a, b, c) for a, b, c in groups if _constant(log - logs[:, a] - logs[:, b], logs[:, [c]])
    }
    assert holds == {group for group in groups if sorted(group) == [0, 2, 5]}
    assert all(possible[group] for group in holds)
    assert possible.sum() < 0.2 * len(groups)
