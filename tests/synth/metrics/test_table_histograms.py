"""From rows to counts in one pass: the law of states, and counts by hand."""

import pyarrow as pa
import pytest

from synth.encode import TableEncoder
from synth.metrics.table_histograms import TableHistograms
from synth.profile.table_profile import TableProfile
from tests.synth.tables import batch_of

ROWS = 400
TABLE = pa.table(
    {
        "city": [None if row % 10 == 0 else f"city {row % 3}" for row in range(ROWS)],
        "age": [row % 4 for row in range(ROWS)],
    }
)


@pytest.fixture(scope="module")
def encoder() -> TableEncoder:
    return TableEncoder.fit(TableProfile.of(TABLE))


def counted(encoder: TableEncoder, *parts: pa.Table) -> TableHistograms:
    state = TableHistograms(encoder)
    for part in parts:
        state.update(batch_of(part))
    return state


def test_rows_are_counted_by_the_encoders_bins(encoder: TableEncoder) -> None:
    counts = counted(encoder, TABLE).counts
    assert counts.rows == ROWS
    cities, ages = encoder.bins()
    by_city = dict(zip(cities.labels, counts.column(0).tolist(), strict=True))
    assert by_city == {"city 0": 120, "city 1": 120, "city 2": 120, "(rare)": 0, "(null)": 40}
    by_age = dict(zip(ages.labels, counts.column(1).tolist(), strict=True))
    assert by_age == {"0": 100, "1": 100, "2": 100, "3": 100}


def test_states_of_parts_add_and_survive_their_bytes(encoder: TableEncoder) -> None:
    left, right = counted(encoder, TABLE.slice(0, 150)), counted(encoder, TABLE.slice(150))
    left.merge(TableHistograms.from_bytes(right.to_bytes(), encoder))
    assert left.to_bytes() == counted(encoder, TABLE).to_bytes()
    assert left.to_bytes() == counted(encoder, TABLE.slice(150), TABLE.slice(0, 150)).to_bytes()
