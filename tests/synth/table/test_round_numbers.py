"""Round numbers between two values."""

import numpy as np
import pytest

from synth.table.round_numbers import cut_between, round_between


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


def test_many_at_once_and_none_that_is_taken() -> None:
    low, high = np.array([99, 1_985, 40_003]), np.array([102, 2_015, 40_008])
    assert round_between(low, high, "int").tolist() == [100, 2000, 40_005]
    taken = np.array([100, 2000, 40_005])
    assert round_between(low, high, "int", taken).tolist() == [101, 2010, 40_006]
    full = np.arange(99, 103)
    assert round_between(low[:1], high[:1], "int", full).tolist() == [100]  # all are taken


@pytest.mark.parametrize("kind", ["double", "float"])
def test_floats_of_any_size(kind: str) -> None:
    low = np.array([-1e308, 0.0, 1e-300, 5.0, 1e300])
    high = np.array([1e308, 5e-324, 2e-300, np.nextafter(5.0, 6), 1.1e300])
    cuts = round_between(low, high, kind)
    assert ((low < cuts) & (cuts <= high)).all() and np.isfinite(cuts).all()
