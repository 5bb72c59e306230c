"""What an executor runs: batches of rows in, batches of codes out."""

import pickle

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import TableEncoder
from synth.encode.batches import CODES, BatchEncoder
from synth.encode.packed_codes import unpacked
from synth.profiling.table_profile import TableProfile
from tests.synth.tables import batch_of, mixed_table


@pytest.fixture(scope="module")
def encoder() -> TableEncoder:
    return TableEncoder.fit(TableProfile.of(mixed_table(600)))


def test_codes_are_those_of_the_encoder_a_row_as_one_value(encoder: TableEncoder) -> None:
    rows = batch_of(mixed_table(600))
    parts = [rows.slice(0, 250), rows.slice(250)]
    coded = list(BatchEncoder(encoder)(parts))
    assert [batch.num_rows for batch in coded] == [250, 350]
    assert all(batch.schema.names == [CODES] for batch in coded)
    kernel = BatchEncoder(encoder)
    assert kernel.names == [f"c{place}" for place in range(len(encoder.sub_columns))]
    made = np.concatenate([unpacked(batch.column(0), len(kernel.names)) for batch in coded])
    assert (made == encoder.encode(rows)).all()


def test_other_columns_are_handed_on_under_new_names(encoder: TableEncoder) -> None:
    part = pa.array([place % 2 for place in range(50)])
    rows = batch_of(mixed_table(50).append_column("a part", part))
    (coded,) = BatchEncoder(encoder, passed=("a part", "id"), passed_as=("part", "c"))([rows])
    assert coded.schema.names[-2:] == ["part", "c"]
    assert coded.column("part").equals(rows.column("a part"))
    assert coded.column("c").equals(rows.column("id"))


def test_no_rows_give_no_batches(encoder: TableEncoder) -> None:
    assert list(BatchEncoder(encoder)([])) == []


def test_it_travels_to_executors(encoder: TableEncoder) -> None:
    there = pickle.loads(pickle.dumps(BatchEncoder(encoder)))  # as Spark sends it
    rows = batch_of(mixed_table(20))
    assert next(there([rows])).equals(next(BatchEncoder(encoder)([rows])))
