"""From whole tables to all that is counted: passes, the law of states, counts by hand."""

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import TableEncoder
from synth.metrics.scans import S, WholeTables, scanned
from synth.profiling.table_profile import TableProfile

ROWS = 400
TABLE = pa.table(
    {
        "city": [None if row % 10 == 0 else f"city {row % 3}" for row in range(ROWS)],
        "age": [row % 4 for row in range(ROWS)],
        "paid": pa.array([Decimal(row % 7).scaleb(-2) for row in range(ROWS)], pa.decimal128(8, 2)),
    }
)


@pytest.fixture(scope="module")
def encoder() -> TableEncoder:
    return TableEncoder.fit(TableProfile.of(TABLE))


class Scans:
    """Passes over parts of a table, each state written and read as on its way from an executor."""

    def __init__(self, *ends: int):
        self.ends = (0, *ends, ROWS)
        self.done: list[str] = []

    def __call__(self, role: str, new: Callable[[], S], load: Callable[[bytes], S]) -> S:
        self.done.append(role)
        states = []
        for start, end in zip(self.ends, self.ends[1:], strict=False):
            state = new()
            for batch in TABLE.slice(start, end - start).to_batches():
                state.update(batch)
            states.append(load(state.to_bytes()))
        total = states[0]
        for state in states[1:]:
            total.merge(state)
        return total


def whole(encoder: TableEncoder, scan: Scans) -> WholeTables:
    said: list[str] = []
    return scanned(scan, ("train", "synthetic"), encoder, said.append)


def test_rows_are_counted_by_the_encoders_bins(encoder: TableEncoder) -> None:
    found = whole(encoder, Scans())
    assert found.rows == {"train": ROWS, "synthetic": ROWS}
    counts = found.counts["train"]
    cities, ages, _ = encoder.bins()
    by_city = dict(zip(cities.labels, counts.column(0).tolist(), strict=True))
    assert by_city == {"city 0": 120, "city 1": 120, "city 2": 120, "(rare)": 0, "(null)": 40}
    by_age = dict(zip(ages.labels, counts.column(1).tolist(), strict=True))
    assert by_age == {"0": 100, "1": 100, "2": 100, "3": 100}
    assert all(int(cells.sum()) == ROWS for cells in found.triples["train"].cells)


def test_the_train_part_is_scanned_twice_and_others_once(encoder: TableEncoder) -> None:
    scan = Scans()
    found = whole(encoder, scan)
    assert scan.done == ["train", "train", "synthetic"]
    for by_role in (found.counts, found.profiles, found.triples, found.products):
        assert list(by_role) == ["train", "synthetic"]


def test_one_scan_counts_what_two_do(encoder: TableEncoder) -> None:
    found = whole(encoder, Scans())  # of the same rows in both roles
    assert found.counts["train"].to_bytes() == found.counts["synthetic"].to_bytes()
    assert found.triples["train"].to_bytes() == found.triples["synthetic"].to_bytes()
    assert found.profiles["train"].to_bytes() == found.profiles["synthetic"].to_bytes()
    assert found.products["train"].to_bytes() == found.products["synthetic"].to_bytes()


def test_states_of_parts_add_and_survive_their_bytes(encoder: TableEncoder) -> None:
    one, parts = whole(encoder, Scans()), whole(encoder, Scans(150, 151))
    for role in ("train", "synthetic"):
        assert one.counts[role].to_bytes() == parts.counts[role].to_bytes()
        assert one.triples[role].to_bytes() == parts.triples[role].to_bytes()
        assert one.profiles[role]["age"].nulls == parts.profiles[role]["age"].nulls == 0
        np.testing.assert_allclose(
            one.products[role].correlations(), parts.products[role].correlations(), atol=1e-12
        )


def test_correlations_are_those_of_the_values_themselves(encoder: TableEncoder) -> None:
    found = whole(encoder, Scans()).products["train"].correlations()
    frame = TABLE.select(["age", "paid"]).to_pandas().astype(float)
    np.testing.assert_allclose(found, np.corrcoef(frame.to_numpy().T), atol=1e-12)
