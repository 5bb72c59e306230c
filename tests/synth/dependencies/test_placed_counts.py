"""Counts by places are those by values, whatever the sizes, and given up where there are many."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.chunk import Places
from synth.dependencies.placed_counts import SPARE_LINES, PlacedCounts


@pytest.mark.parametrize("distinct", [3, 400], ids=["few cells", "many cells"])
def test_combinations_are_counted_over_chunks(distinct: int) -> None:
    rng, places = np.random.default_rng(0), {"a": Places(1000), "b": Places(1000)}
    counts, expected = PlacedCounts(places, 50_000), Counter[tuple[int, str]]()
    for low in (0, 2, 2):
        numbers = rng.integers(low, low + distinct, 500)
        texts = rng.integers(low, low + distinct, 500).astype(str)
        rows = [places["a"].of(pa.array(numbers)), places["b"].of(pa.array(texts))]
        assert counts.update([row for row in rows if row is not None])
        expected.update(zip(numbers.tolist(), texts.tolist(), strict=True))
    table = counts.table()
    assert table.column_names == ["a", "b", "rows"]
    lines = zip(*(table[name].to_pylist() for name in ("a", "b")), strict=True)
    found = dict(zip(lines, table["rows"].to_pylist(), strict=True))
    assert found == expected and len(table) == len(expected)


def test_more_combinations_than_may_be_are_told_when_they_are_added_up() -> None:
    places, most = {"a": Places(20), "b": Places(20)}, 20
    counts, told = PlacedCounts(places, most), []
    for turn in range(20):
        rows = [places["a"].of(pa.array(range(20))), places["b"].of(pa.array([turn] * 20))]
        told.append(counts.update([row for row in rows if row is not None]))
    assert told.index(False) <= SPARE_LINES


def test_what_does_not_fit_into_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="too many for a number"):
        PlacedCounts({str(i): Places(2**21) for i in range(4)}, 2**21)
