"""Numbers keep their grid; clock times are drawn as such."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import EncoderSettings
from synth.encode.numeric import NumericEncoding
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import NumberState
from tests.synth.tables import batch_of

SETTINGS = EncoderSettings(min_entities=100, direct=16, coarse=8, fine=4, lossless=32)


def decoded(values: np.ndarray) -> np.ndarray:
    """A whole column through codes coarser than its values, and back."""
    table = pa.table({"time": values})
    profile = TableProfile.of(table)
    state = profile["time"]
    assert isinstance(state, NumberState)
    encoding = NumericEncoding.fit(profile.schema["time"], state, SETTINGS)
    codes = encoding.encode(batch_of(table).column("time"))
    made: np.ndarray = encoding.decode(codes, np.random.default_rng(0)).to_numpy()
    return made


def test_clock_times_stay_on_their_grid_of_minutes() -> None:
    rng = np.random.default_rng(0)
    for step in (1, 5, 15):
        minutes = rng.integers(0, 24 * 60 // step, 4000) * step
        made = decoded(minutes // 60 * 100 + minutes % 60)
        assert np.all(made % 100 < 60)
        assert np.all((made // 100 * 60 + made % 100) % step == 0)


@pytest.mark.parametrize("kind", [np.int64, np.float64])
def test_clock_times_stay_so_beside_few_other_numbers(kind: type) -> None:
    """Nulls make floats of them; a number that is none, in fewer rows than are shared, is left."""
    rng = np.random.default_rng(1)
    minutes = rng.integers(0, 24 * 60, 8_000)
    times = (minutes // 60 * 100 + minutes % 60).astype(kind)
    made = decoded(times)
    assert np.all(made % 100 < 60) and made.min() >= 0 and made.max() <= 2359
    times[:30] = rng.choice([-1, 1275, 2599, 9_999], 30)
    made = decoded(times)
    assert np.all(made % 100 < 60) and made.min() >= 0 and made.max() <= 2359
    times[:120] = 1275  # so many are learned, and the column is none of clock times
    assert np.any(decoded(times) == 1275)


@pytest.mark.parametrize(
    ("unit", "decimals"), [(25, 0), (0.05, 2), (0.25, 2), (0.5, 1), (1000, 0), (1e12, 0)]
)
def test_floats_stay_on_their_grid(unit: float, decimals: int) -> None:
    rng = np.random.default_rng(2)
    times = np.round(rng.integers(-200, 40_000, 6_000) * unit, decimals)
    values = np.where(rng.random(6_000) < 0.01, np.inf, times)
    made = decoded(values)
    made = made[np.isfinite(made)]
    assert np.allclose(made, np.round(made / unit) * unit, rtol=1e-12, atol=0)
    assert np.array_equal(made, np.round(made, decimals))
    assert len(np.setdiff1d(made, values))  # not all of them are those of rows


def test_the_grid_is_kept_with_the_encoding() -> None:
    profile = TableProfile.of(pa.table({"price": np.arange(4_000) * 0.25}))
    state = profile["price"]
    assert isinstance(state, NumberState)
    encoding = NumericEncoding.fit(profile.schema["price"], state, SETTINGS)
    assert encoding.grid == 25 and encoding.to_json()["grid"] == 25
    assert NumericEncoding.from_json(encoding.column, encoding.to_json()).grid == 25
    plain = TableProfile.of(pa.table({"price": np.arange(4_000) * 0.01}))["price"]
    assert isinstance(plain, NumberState)
    assert "grid" not in NumericEncoding.fit(encoding.column, plain, SETTINGS).to_json()


def test_multiples_of_fifty_are_no_clock() -> None:
    values = np.random.default_rng(0).integers(0, 45, 4000) * 50
    assert np.all(decoded(values) % 50 == 0)


def test_floats_of_32_bits_stay_on_their_grid() -> None:
    rng = np.random.default_rng(5)
    for unit, decimals in ((0.1, 1), (0.05, 2), (25.0, 0)):
        values = np.round(rng.integers(0, 30_000, 6_000) * unit, decimals).astype(np.float32)
        made = decoded(values)
        assert made.dtype == np.float32
        steps = made.astype(np.float64) / unit
        assert np.allclose(steps, np.round(steps), rtol=1e-6, atol=1e-4)
        assert len(np.setdiff1d(made, values))
