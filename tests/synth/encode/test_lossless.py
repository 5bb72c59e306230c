"""What a real table loses between encode and decode: nothing but values too rare to be stored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pytest

from synth.datasets import adult_path
from synth.encode import EncoderSettings, TableEncoder
from synth.profile.table_profile import TableProfile
from tests.synth.tables import batch_of

EXACT = 8192  # distinct values up to which a column comes back as it was


@pytest.fixture(scope="module")
def adult() -> pa.RecordBatch:
    """The census table, with a timestamp of few and a price of many distinct values."""
    table: pa.Table = pyarrow.csv.read_csv(adult_path())
    rng = np.random.default_rng(0)
    hours = rng.integers(0, 6000, len(table)).astype("timedelta64[h]")
    prices = np.round(rng.lognormal(4, 2, len(table)), 2)
    prices[rng.random(len(table)) < 0.1] = 9.99
    table = table.append_column("hour", pa.array(np.datetime64("2024-01-01T00", "us") + hours))
    table = table.append_column("price", pa.array(prices, mask=rng.random(len(table)) < 0.2))
    return batch_of(table)


def through(rows: pa.RecordBatch, min_entities: int) -> pa.RecordBatch:
    """The rows as codes, and back."""
    profile = TableProfile.of(pa.Table.from_batches([rows]))
    encoder = TableEncoder.fit(profile, EncoderSettings(min_entities=min_entities))
    return encoder.decode(encoder.encode(rows), np.random.default_rng(0))


def ks(one: pa.Array, two: pa.Array) -> float:
    """The Kolmogorov-Smirnov distance of two columns of numbers."""
    first, second = (np.sort(part.drop_null().to_numpy()) for part in (one, two))
    places: Sequence[float] = np.concatenate([first, second])
    shares = [np.searchsorted(part, places, "right") / len(part) for part in (first, second)]
    return float(np.abs(shares[0] - shares[1]).max())


def test_columns_of_some_thousand_values_come_back_exactly(adult: pa.RecordBatch) -> None:
    made = through(adult, min_entities=1)
    few = [name for name in adult.schema.names if pc.count_distinct(adult[name]).as_py() <= EXACT]
    assert set(adult.schema.names) - set(few) == {"fnlwgt", "price"}
    for name in few:
        assert made[name].equals(adult[name]), name


@pytest.mark.parametrize("min_entities", [1, EncoderSettings().min_entities])
def test_numbers_keep_their_distribution_and_their_nulls(
    adult: pa.RecordBatch, min_entities: int
) -> None:
    made = through(adult, min_entities)
    numbers = [f.name for f in adult.schema if f.type in (pa.int64(), pa.float64())]
    assert len(numbers) == 7
    for name in numbers:
        assert ks(adult[name], made[name]) < 0.002, name
        assert made[name].is_null().equals(adult[name].is_null())
    frequent, made_frequent = (
        pc.equal(part["price"], 9.99).fill_null(False) for part in (adult, made)
    )
    assert pc.all(pc.or_(pc.invert(frequent), made_frequent)).as_py()
    by_chance = pc.sum(made_frequent).as_py() - pc.sum(frequent).as_py()  # drawn between neighbours
    assert by_chance < 50
