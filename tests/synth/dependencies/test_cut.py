"""Round numbers between two values."""

import numpy as np
import pytest

from synth.dependencies.cut import cut_between


@pytest.mark.parametrize(
    ("low", "high", "kind", "cut"),
    [
        (99.97, 100.13, "double", 100.0),
        (-3.2, 0.4, "double", 0.0),
        (0.12, 0.19, "double", 0.1 + 0.05),
        (1e-9, 3e-9, "double", 2e-9),
        (99, 102, "int", 100),
        (100, 101, "int", 101),
        (-(2**62), 2**62, "bigint", 0),
        (1999, 2003, "decimal(8,2)", 2000),
        (18_200, 18_300, "date", 18_262),  # 2020-01-01
        (18_263, 18_264, "date", 18_264),
    ],
)
def test_the_roundest_between(low: float, high: float, kind: str, cut: float) -> None:
    assert cut_between(low, high, kind) == pytest.approx(cut)


def test_it_is_neither_value() -> None:
    rng = np.random.default_rng(0)
    for low in rng.normal(0, 10.0 ** rng.integers(-8, 8, 500)):
        high = low + abs(low) * 10.0 ** -rng.integers(0, 12) + 1e-300
        assert low < cut_between(low, high, "double") <= high


def test_a_time_is_cut_where_a_day_begins() -> None:
    ends = np.array(["2023-03-04T17:12:05", "2023-03-05T03:00"], "datetime64[us]").astype("int64")
    cut = cut_between(int(ends[0]), int(ends[1]), "timestamp")
    assert np.int64(cut).astype("datetime64[us]") == np.datetime64("2023-03-05")
