"""Numbers keep their grid; clock times are drawn as such."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

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


def test_multiples_of_fifty_are_no_clock() -> None:
    values = np.random.default_rng(0).integers(0, 45, 4000) * 50
    assert np.all(decoded(values) % 50 == 0)
