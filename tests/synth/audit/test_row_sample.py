"""A sample of rows that adds: the same however the table is cut into parts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from synth.audit.row_sample import ORDER, RowSample
from synth.table.schema import TableSchema

ROWS = 5000


def table() -> pa.Table:
    rng = np.random.default_rng(0)
    numbers = pa.array(np.arange(ROWS))
    hashes = pa.array(rng.integers(-(2**63), 2**63 - 1, ROWS))
    texts = pa.array([None if i % 7 == 0 else f"t{i}" for i in range(ROWS)])
    return pa.table({"n": numbers, "t": texts, ORDER: hashes})


def sampled(parts: list[pa.Table], rows: int) -> pa.RecordBatch:
    schema = TableSchema.from_arrow(table().drop_columns([ORDER]).schema)
    total = RowSample(schema, rows)
    for part in parts:
        own = RowSample(schema, rows)
        for batch in part.to_batches(max_chunksize=700):
            own.update(batch)
        total.merge(RowSample.from_bytes(own.to_bytes(), schema, rows))
    return total.table()


def test_parts_add_up_to_the_sample_of_the_whole() -> None:
    whole = table()
    alone = sampled([whole], 300)
    cut = sampled([whole.slice(0, 100), whole.slice(100, 3000), whole.slice(3100)], 300)
    assert alone == cut
    smallest = np.argsort(np.asarray(whole[ORDER]))[:300]
    assert alone.column("n").to_pylist() == smallest.tolist()
    assert alone.column("t").null_count > 0


def test_a_small_table_is_its_own_sample() -> None:
    assert sampled([table()], 2 * ROWS).num_rows == ROWS
    assert sampled([table().slice(0, 0)], 10).num_rows == 0


def test_equal_rows_are_cut_at_the_asked_number() -> None:
    same = table().set_column(2, ORDER, pa.array(np.zeros(ROWS, np.int64)))
    found = sampled([same.slice(0, 2000), same.slice(2000)], 50)
    assert found.column("n").to_pylist() == list(range(50))
