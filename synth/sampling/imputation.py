"""Missing values drawn from a fitted model, given the values that are there."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.columns import Columns
from synth.dependencies.dependency import words
from synth.encode import TableEncoder
from synth.generators.contract import FEW_DRAWS, Conditional, lacking
from synth.sampling.model_folder import Model

logger = logging.getLogger(__name__)
FEW_DRAWS_SAID = (
    "a row has only %.1f effective draws behind it: what is present in a row that lacks values of "
    "%s is rare, and they vary less than they should. Train with flexible; a flexible model fills "
    "up to 64 patterns of missing values exactly at a time, so impute in parts"
)
BROKEN_SAID = (
    "%d rows lacked a value of %s but had one of %s, which is kept: it was drawn without regard to "
    "the rule that %s, which these rows break"
)
LEFT_SAID = (
    "column %r is not learned (%s): %d missing values are left as they are; fill them yourself"
)


def impute(model: Model, table: pa.Table, rng: np.random.Generator) -> pa.Table:
    """The table, of the encoder's ``table_schema``, every null of a learned column filled.

    What is present stays. What is determined follows by its rule from the row itself, and is null
    where the rule says so; the one missing term of an exact sum follows from the others. Any other
    source is drawn whatever its target is: a log warning says where the row then breaks the rule.
    """
    filling = _Filling(model, rng)
    batches = [filling.fill(batch) for batch in table.to_batches()]
    filling.warn()
    return pa.Table.from_batches(batches, schema=table.schema)


class _Filling:
    """Fills batch after batch, and remembers what is to be said of them all."""

    def __init__(self, model: Model, rng: np.random.Generator):
        if not isinstance(model.generator, Conditional):
            raise lacking(model.generator, Conditional)
        self._model, self._rng, self._generator = model, rng, model.generator
        self._never = null_codes(model.encoder)
        self._written = set(model.encoder.forms.by_column)
        self._effective = float("inf")
        self._drawn: set[str] = set()
        self._broken: Counter[tuple[str, str, str]] = Counter()
        self._left: Counter[tuple[str, str]] = Counter()

    def fill(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        encoder, read = self._model.encoder, self._model.encoder.forms.read(batch)
        for name, why in _unfilled(encoder).items():
            self._left[name, why] += batch.column(name).null_count
        own = {name: read.column(name) for name in encoder.schema.names}
        absent = encoder.forms.known_nulls(batch)
        lacking = [name for name in _filled(encoder) if _missing(own[name], absent.get(name)).any()]
        if not lacking:
            return batch
        known = encoder.plan.solved(own)
        codes = self._completed(known, absent)
        filled = encoder.decode(codes, self._rng, known=known)
        made = {name: filled.column(name) for name in lacking}
        columns = {name: made.get(name, array) for name, array in own.items()}
        self._count_broken(own, known, columns)
        return self._written_back(batch, columns)

    def _written_back(self, batch: pa.RecordBatch, learned: Columns) -> pa.RecordBatch:
        """The table's own columns: what was present stands as it was written."""
        rows = pa.RecordBatch.from_arrays(list(learned.values()), names=list(learned))
        written = self._model.encoder.forms.write(rows, self._rng)
        arrays = [
            pc.coalesce(batch.column(name), written.column(name))
            if name in self._written
            else written.column(name)
            for name in batch.schema.names
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)

    def warn(self) -> None:
        """Say once what the filled values are not."""
        if self._effective < FEW_DRAWS:
            logger.warning(FEW_DRAWS_SAID, self._effective, ", ".join(sorted(self._drawn)))
        for (sources, target, rule), rows in self._broken.items():
            logger.warning(BROKEN_SAID, rows, sources, target, rule)
        for (name, why), rows in self._left.items():
            if rows:
                logger.warning(LEFT_SAID, name, why, rows)

    def _completed(self, known: Columns, absent: Mapping[str, np.ndarray]) -> np.ndarray:
        """The codes of all rows; those of missing values are drawn, in the rows that have any."""
        encoder = self._model.encoder
        codes = encoder.encode(pa.RecordBatch.from_pydict(dict(known)))
        given = np.ones(codes.shape, bool)
        for place, (name, own) in enumerate(
            zip(encoder.schema.names, encoder.codes_of, strict=True)
        ):
            lacks = ~encoder.has_codes(place, known)
            if name in absent:
                lacks &= _missing(known[name], absent[name])
            given[lacks, own] = False
        rows = ~given.all(1)
        if rows.any():
            codes[rows], effective = self._generator.complete(
                codes[rows], given[rows], self._rng, never=self._never
            )
            self._effective = min(self._effective, effective)
            free = np.flatnonzero(~given.all(0))
            self._drawn |= {repr(encoder.sub_columns[place].column) for place in free}
        return codes

    def _count_broken(self, own: Columns, known: Columns, filled: Columns) -> None:
        """Rows in which a source was drawn though its target was there, and does not lead to it."""
        for step in self._model.encoder.plan.steps:
            rule = step.found.dependency
            drawn = [
                name for name in rule.sources if known[name].null_count > filled[name].null_count
            ]
            if not step.binds or rule.role != "rule" or not drawn:
                continue
            lacked = np.logical_or.reduce([np.asarray(known[name].is_null()) for name in drawn])
            broken = lacked & np.asarray(own[rule.target].is_valid()) & step.broken(filled)
            if broken.any():
                sources = words(tuple(map(repr, drawn)))
                key = sources, repr(rule.target), rule.describe()
                self._broken[key] += int(broken.sum())


def _missing(array: pa.Array, absent: np.ndarray | None) -> np.ndarray:
    """Bool: rows whose null is a missing value."""
    null: np.ndarray = np.asarray(array.is_null())
    return null if absent is None else null & ~absent


def _filled(encoder: TableEncoder) -> list[str]:
    """The columns that a model, a rule or the one shape of their texts can fill."""
    forms = encoder.forms.forms
    shapes = {part.name for form in forms if not form.column.key for part in form.parts}
    return [
        name
        for name, own in zip(encoder.schema.names, encoder.codes_of, strict=True)
        if own.start < own.stop or name in encoder.plan.dropped or name in shapes
    ]


def _unfilled(encoder: TableEncoder) -> dict[str, str]:
    """The table's columns that nothing fills, and why; not those that held null alone."""
    filled, found = set(_filled(encoder)), {}
    learned = dict(zip(encoder.schema.names, encoder.encodings, strict=True))
    for column in encoder.table_schema:
        name, own = column.name, learned.get(column.name)
        is_empty = own is not None and own.is_null_alone
        if name not in filled and not is_empty and column.is_supported:
            found[name] = "a key" if column.key or own is None else own.reason or own.kind
    return found


def null_codes(encoder: TableEncoder) -> list[np.ndarray]:
    """Bool ``(K,)`` per sub-column: the codes that stand for a missing value."""
    found = [np.zeros(size, bool) for size in encoder.cardinalities]
    absent = {part.name for form in encoder.forms.forms for part in form.parts[1:]}
    for encoding, own in zip(encoder.encodings, encoder.codes_of, strict=True):
        if encoding.column.name in absent:
            continue  # a part that not every value of the table has
        if own.start < own.stop and encoding.null_code is not None:
            found[own.start][encoding.null_code] = True
    return found
