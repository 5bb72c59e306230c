"""Lines that were rounded: down, up, to the nearest, to few steps; each row comes back."""

import numpy as np
import pyarrow as pa
import pytest

from tests.synth.dependencies.tables import plan_of, same, used

ROWS = 2_000
RNG = np.random.default_rng(6)
MILLISECONDS = RNG.integers(200, 90_000, ROWS)
SECONDS = RNG.integers(10, 9_000, ROWS)
CELSIUS = RNG.normal(12, 9, ROWS).round(1)
SHARE = RNG.random(ROWS).round(4)
YEARS = RNG.integers(1930, 2020, ROWS)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (MILLISECONDS, (MILLISECONDS / 1000).round(1)),
        (MILLISECONDS, (MILLISECONDS / 1000).round().astype(int)),
        (MILLISECONDS, MILLISECONDS // 1000),
        (SECONDS, SECONDS // 60),
        (SECONDS, SECONDS // 3600),
        (SECONDS, (SECONDS / 3600).round().astype(int)),
        (SECONDS, (SECONDS / 3600).round(1)),
        (SECONDS, -(-SECONDS // 60)),
        (CELSIUS, (CELSIUS * 1.8 + 32).round(1)),
        (CELSIUS, np.floor(CELSIUS * 1.8 + 32.05)),
        (SHARE, (100 * SHARE).round(1)),
        (SHARE, np.floor(100 * SHARE + 0.5 + 1e-9).astype(int)),
        (YEARS, YEARS // 10),
    ],
)
def test_a_rounded_line_is_exact(source: np.ndarray, target: np.ndarray) -> None:
    table = pa.table({"a": source, "b": target})
    assert used(plan_of(table))["b"][1:] == ("linear", ("a",))
    same(table)


@pytest.mark.parametrize("steps", [3, 7])
def test_steps_that_are_not_even_are_no_line(steps: int) -> None:
    """Quantiles, and grades of which the seed has exceptions."""
    amount = RNG.lognormal(4, 1, ROWS).round(2)
    rank = np.searchsorted(np.quantile(amount, np.arange(1, steps) / steps), amount)
    grade = RNG.permutation(SECONDS // 3600)
    table = pa.table({"amount": amount, "rank": rank, "seconds": SECONDS, "grade": grade})
    assert not {kind for _, kind, _ in used(plan_of(table)).values()} & {"linear"}


@pytest.mark.parametrize("more", [1, -1])
def test_one_of_two_neighbours_is_no_half(more: int) -> None:
    """Halves may be rounded either way: not every row may be one."""
    rank = RNG.integers(0, 20, ROWS)
    rooms = RNG.integers(1, 7, ROWS)
    table = pa.table(
        {
            "rank": rank,
            "score": rank + more * RNG.integers(0, 2, ROWS),
            "rooms": rooms,
            "beds": np.where(RNG.random(ROWS) < 0.5, rooms // 2, (rooms + 1) // 2),
        }
    )
    assert not [kind for _, kind, _ in used(plan_of(table)).values() if kind == "linear"]


def test_likenesses_at_once_are_those_of_each_pair():
    from synth.dependencies.linear_search import _alike_at_once, _likeness

    some = np.ones(ROWS, bool)
    some[5] = False
    whole = np.ones(ROWS, bool)
    columns = [
        (MILLISECONDS.astype(float), whole),
        (CELSIUS, whole),
        (SECONDS, whole),
        (SHARE, some),  # a null among the first rows
        (np.full(ROWS, 3.0), whole),  # says nothing
        (np.where(np.arange(ROWS) == 1, 2.0**60, SHARE), whole),  # no exact number
    ]
    alike = _alike_at_once(columns)
    for one in range(3):
        for other in range(3):
            assert alike[one, other] == pytest.approx(_likeness(columns[one], columns[other]))
    assert np.isnan(alike[3:]).all() and np.isnan(alike[:, 3:]).all()
