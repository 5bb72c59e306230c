"""Sums and differences in other units are found; numbers that lie close are none."""

import numpy as np
import pyarrow as pa
import pytest

from tests.synth.dependencies.tables import plan_of, same, used

ROWS = 2_000


RNG = np.random.default_rng(12)


START = RNG.integers(1_650_000_000_000, 1_700_000_000_000, ROWS)


END = START + RNG.integers(200, 90_000, ROWS)


LOW = RNG.normal(8, 6, ROWS).round(1)


HIGH = LOW + RNG.gamma(2, 4, ROWS).round(1)


METRES = RNG.integers(1_000, 90_000, (2, ROWS))


@pytest.mark.parametrize(
    ("a", "b", "target", "sources"),
    [
        (START, END, ((END - START) / 1000).round(1), ("b", "a")),
        (START, END, ((END - START) / 1000).round().astype(int), ("b", "a")),
        (START, END, (END - START) // 1000, ("b", "a")),
        (START, END, (END - START) / 60_000, ("b", "a")),
        (LOW, HIGH, (LOW + HIGH) / 2, ("a", "b")),
        (LOW, HIGH, ((LOW + HIGH) / 2).round(1), ("a", "b")),
        (METRES[0], METRES[1], ((METRES[1] - METRES[0]) / 1000).round(1), ("b", "a")),
        (METRES[0], METRES[1], ((METRES[0] + METRES[1]) * 1.609344).round(3), ("a", "b")),
    ],
)
def test_it_is_found_and_exact(
    a: np.ndarray, b: np.ndarray, target: np.ndarray, sources: tuple[str, str]
) -> None:
    table = pa.table({"a": a, "b": b, "c": target})
    found = used(plan_of(table))
    assert found["c"] == ("drop", "scaled_sum", sources), found
    if target.dtype.kind == "i" or not np.array_equal(target, (LOW + HIGH) / 2):
        same(table)


def test_close_numbers_are_none() -> None:
    noise = RNG.normal(0, 0.2, ROWS)
    table = pa.table({"a": LOW, "b": HIGH, "c": ((LOW + HIGH) / 2 + noise).round(1)})
    assert "scaled_sum" not in {kind for _, kind, _ in used(plan_of(table)).values()}
