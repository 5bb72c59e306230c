"""Given rows as executors take them: each block its own, wherever they lie; and their check."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from synth.encode import TableEncoder
from synth.forms.given import written_as_given
from synth.sampling.blocks import SamplePlan, cached_model, conditioned, mark
from synth.sampling.given_rows import read_rows
from synth.sampling.passing import Passing
from synth.sampling.seeds import block_generator
from synth.table.errors import InputError

logger = logging.getLogger(__name__)
MESSAGE = pa.schema([("message", pa.string())])


@dataclass(frozen=True)
class GivenRowsCheck:
    """Batches of given rows to what is wrong with the first that cannot be given, if anything."""

    encoder: TableEncoder

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """At most one row: the message."""
        for batch in batches:
            try:
                read_rows(pa.Table.from_batches([batch]), self.encoder, are_counted=False)
            except InputError as error:
                yield pa.RecordBatch.from_pydict({"message": [str(error)]}, MESSAGE)
                return


@dataclass(frozen=True)
class GivenBlockSampler:
    """Batches of given rows, led by the number of their block, to synthetic rows.

    The rows of a block come one after the other, in an order that their values fix. ``first_rows``
    has the place of each block's first row in the whole table. ``marks`` is a folder for an empty
    file per finished block; None for none.
    """

    folder: str
    model_hash: str
    plan: SamplePlan
    first_rows: Mapping[int, int]
    marks: str | None = None

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """A synthetic row for each given one, in their order."""
        model = cached_model(self.folder, self.model_hash)
        for block, parts in groupby(_parts(batches), key=lambda part: part[0]):
            table = pa.Table.from_batches([rows for _, rows in parts])
            conditions = read_rows(table, model.encoder, are_counted=False)
            rng = block_generator(self.plan.seed, model.hash, self.plan.table, block)
            batch, notes = conditioned(
                model,
                Passing(conditions, model.encoder),
                ", ".join(map(repr, table.column_names)),
                len(table),
                rng,
                self.first_rows[block],
                given_from=0,
            )
            for note in notes:
                logger.warning(note)
            batch = model.encoder.forms.write(batch, rng, self.first_rows[block])
            yield written_as_given(batch, table, model.encoder.forms)
            if self.marks is not None:
                mark(Path(self.marks), block)


def _parts(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The batches cut where a new block begins, without the block's number."""
    for batch in batches:
        blocks = batch.column(0).to_pylist()
        rows = pa.RecordBatch.from_arrays(batch.columns[1:], names=batch.schema.names[1:])
        start = 0
        for block, own in groupby(blocks):
            count = sum(1 for _ in own)
            yield block, rows.slice(start, count)
            start += count
