"""Missing values drawn from a fitted model, given the values that are there."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.encode import TableEncoder
from synth.model_folder import Model


def impute(model: Model, table: pa.Table, rng: np.random.Generator) -> pa.Table:
    """The table, of the encoder's schema, with every null of a learned column filled."""
    batches = [_fill(model, batch, rng) for batch in table.to_batches()]
    return pa.Table.from_batches(batches, schema=table.schema)


def _fill(model: Model, batch: pa.RecordBatch, rng: np.random.Generator) -> pa.RecordBatch:
    encoder = model.encoder
    given = np.ones((batch.num_rows, len(encoder.sub_columns)), bool)
    for place, own in enumerate(encoder.codes_of):
        given[np.asarray(batch.column(place).is_null()), own] = False
    if given.all():
        return batch
    codes, _ = model.generator.complete(
        encoder.encode(batch), given, rng, never=null_codes(encoder)
    )
    drawn = encoder.decode(codes, rng)
    for place, (name, own) in enumerate(zip(encoder.schema.names, encoder.codes_of, strict=True)):
        array = batch.column(place)
        learned = own.start < own.stop or name in encoder.plan.dropped
        if array.null_count and learned:
            filled = pc.coalesce(array, drawn.column(place))
            batch = batch.set_column(place, batch.schema.field(name), filled)
    return batch


def null_codes(encoder: TableEncoder) -> list[np.ndarray]:
    """Bool ``(K,)`` per sub-column: the codes that stand for a missing value."""
    found = [np.zeros(size, bool) for size in encoder.cardinalities]
    for place, own in enumerate(encoder.codes_of):
        if own.start == own.stop:
            continue
        column = encoder.schema.columns[place]
        null = encoder.encodings[place].encode(pa.nulls(1, column.arrow_type))[0, 0]
        coded = np.zeros((1, own.stop - own.start), np.int32)
        coded[0, 0] = null
        decoded = encoder.decode_column(place, coded, np.random.default_rng(0))
        found[own.start][null] = bool(decoded.is_null()[0].as_py())
    return found
