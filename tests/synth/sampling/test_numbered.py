"""Rows that can be told apart by their block and their place in it."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

import pyarrow as pa

from synth.sampling.blocks import BlockSampler
from synth.sampling.numbered import BLOCK, ROW, NumberedSampler


def test_each_row_has_its_block_and_its_place() -> None:
    def halves(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """A sampler whose blocks come in two batches."""
        for batch in batches:
            for block in batch.column(0).to_pylist():
                for rows in (2, 1):
                    yield pa.RecordBatch.from_pydict({"n": [10 * block] * rows})

    sampler = NumberedSampler(cast(BlockSampler, halves))
    blocks = [pa.RecordBatch.from_pydict({"id": [4, 7]}), pa.RecordBatch.from_pydict({"id": [5]})]
    made: list[dict[str, Any]] = [row for batch in sampler(blocks) for row in batch.to_pylist()]
    assert [(row["n"], row[BLOCK], row[ROW]) for row in made] == [
        (10 * block, block, place) for block in (4, 7, 5) for place in (0, 1, 2)
    ]
