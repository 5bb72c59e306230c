"""One more scan of a profiled table: which of its values enough entities hold.

A :class:`synth.profiling.table_profile.TableProfile` counts rows. Where rows belong to entities,
the values that it found are counted once more, by entities, and it is told: a value of too few is
treated as if as few rows held it, and intervals of numbers get as many rows as it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.table_forms import NO_FORMS, TableForms
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState, MomentState, NumberState, TextState
from synth.statistics.entities import ByEntity, Entities, HeldBy
from synth.statistics.frequent import FrequentTexts
from synth.statistics.pack import pack, unpack
from synth.statistics.shapes import shapes
from synth.statistics.wide_state import REACH, WideState
from synth.table.door import called, learned_from
from synth.table.errors import InputError
from synth.table.row_codes import row_codes
from synth.table.values import calendar_parts, to_numbers
from synth.table.wide_decimals import unscaled

ENTITY = "_lakesynth_entity"  # a column of 64-bit hashes beside the table's own
POINTS = 2048  # of a summary of quantiles: intervals are no finer


class _Numbers:
    """Cells of numbers: each value that is counted, and what lies between two of them."""

    def __init__(self, state: NumberState):
        self.state = state
        self.whole = state.frequent.is_exact
        points = state.frequent.values
        if not self.whole:
            items, _ = state.quantiles.items_of(points.dtype)
            points = np.union1d(points, items[:: max(1, len(items) // POINTS)])
        self.points = points
        self.number = 2 * len(points) + 1

    def of(self, values: np.ndarray) -> np.ndarray:
        """The cell of each number: odd for a point, even for what lies before it."""
        place = np.searchsorted(self.points, values)
        if not len(self.points):
            return place
        here = self.points[np.minimum(place, len(self.points) - 1)] == values
        cells: np.ndarray = 2 * place + here
        return cells

    def tell(self, held: HeldBy, rows: np.ndarray) -> None:
        """Give the state what was found: ``rows`` are those of each cell."""
        frequent = self.state.frequent
        place = 2 * np.searchsorted(self.points, frequent.values) + 1
        by = held.counted(self.number)[place]
        lowered = np.where(by < held.least, np.minimum(frequent.counts, by), frequent.counts)
        frequent.counts = lowered
        rows = rows.copy()
        rows[place[by < held.least]] = lowered[
            by < held.least
        ]  # as synth.statistics.spread has them
        amid = held.longest_of_few(rows, whole=self.whole) + 1
        self.state.by_entity = ByEntity(held.least, max(held.least, amid))


class _Texts:
    """Cells of texts: each value that is counted."""

    def __init__(self, frequent: FrequentTexts):
        self.frequent = frequent
        self.values = pa.array(list(frequent.counts), pa.string())
        self.number = len(self.values)

    def of(self, texts: pa.Array) -> np.ndarray:
        """The cell of each text, -1 for one that is not among them."""
        found = pc.fill_null(pc.index_in(texts, value_set=self.values), -1)
        return np.asarray(found).astype(np.int64)

    def tell(self, held: HeldBy, rows: np.ndarray) -> None:
        """Lower the counts of values that too few entities hold."""
        by = held.counted(self.number).tolist()
        counts = self.frequent.counts
        for (value, count), own in zip(list(counts.items()), by, strict=True):
            if own < held.least:
                counts[value] = min(count, own)


@dataclass(frozen=True)
class _Part:
    """One of the things that a state counts: its cells, and what of an array falls into them.

    ``read`` gives ``(values, valid)`` of an array; rows that are not valid have no cell.
    """

    cells: _Numbers | _Texts
    read: Callable[[pa.Array], tuple[Any, np.ndarray]]

    def of(self, array: pa.Array) -> np.ndarray:
        """int64 cell of each row, -1 for none."""
        values, valid = self.read(array)
        found = np.full(len(array), -1, np.int64)
        own = values.filter(pa.array(valid)) if isinstance(values, pa.Array) else values[valid]
        found[valid] = self.cells.of(own)
        return found


class EntitySupport:
    """A :class:`synth.statistics.state.State` over a table's columns and :data:`ENTITY`.

    ``profile`` is that of the columns as the ``forms`` read them. A cell's rows are counted, and
    of its entities at most ``least``.
    """

    def __init__(self, profile: TableProfile, least: int, forms: TableForms = NO_FORMS):
        self.least, self.forms = least, forms
        self._states = profile.columns_by_name()
        self._parts = [
            (name, part)
            for name, state in self._states.items()
            if state.count > 0
            for part in _parts_of(state)
        ]
        self._held = [HeldBy.nothing(least) for _ in self._parts]
        self._rows = [np.zeros(part.cells.number, np.int64) for _, part in self._parts]

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch of the table's own columns, and of their entities."""
        entity = np.asarray(batch.column(ENTITY)).astype(np.int64).view(np.uint64)
        learned = self.forms.read(batch)
        for place, (name, part) in enumerate(self._parts):
            cells = part.of(learned.column(name))
            kept = cells >= 0
            self._rows[place] += np.bincount(cells[kept], minlength=part.cells.number)
            self._held[place] = self._held[place].joined(cells[kept], entity[kept])

    def merge(self, other: EntitySupport) -> None:
        """Add the rows that another state has seen."""
        for place, held in enumerate(other._held):
            self._rows[place] = self._rows[place] + other._rows[place]
            self._held[place] = self._held[place].joined(held.cells, held.entities)

    def to_bytes(self) -> bytes:
        """The counts; profile and forms are not part of them."""
        fields: dict[str, Any] = {}
        for place, (held, rows) in enumerate(zip(self._held, self._rows, strict=True)):
            own = {"cells": held.cells, "entities": held.entities.view(np.int64), "rows": rows}
            fields |= {f"{place}/{key}": value for key, value in own.items()}
        return pack(fields)

    @classmethod
    def from_bytes(
        cls, data: bytes, profile: TableProfile, least: int, forms: TableForms = NO_FORMS
    ) -> EntitySupport:
        """What :meth:`to_bytes` wrote, of the same profile."""
        state, fields = cls(profile, least, forms), unpack(data)
        for place in range(len(state._parts)):
            cells, entities, rows = (
                fields[f"{place}/{key}"].astype(np.int64) for key in ("cells", "entities", "rows")
            )
            state._held[place] = HeldBy(least, cells, entities.view(np.uint64))
            state._rows[place] = rows
        return state

    def tell(self) -> None:
        """Let the profile know: what it calls shared is then what enough entities hold."""
        for (_, part), held, rows in zip(self._parts, self._held, self._rows, strict=True):
            part.cells.tell(held, rows)
        for state in self._states.values():
            if isinstance(state, TextState):  # of neighbours among texts nobody speaks
                state.by_entity = ByEntity(self.least, self.least)


@dataclass(frozen=True)
class RowEntities:
    """Of whom the rows of a table in memory are: ``codes`` int64, a number for each entity.

    ``least``: so many of them must hold what is stored.
    """

    codes: np.ndarray
    least: int

    @classmethod
    def of(cls, rows: pa.Table, names: Sequence[str], least: int) -> RowEntities:
        """By the values of these columns; InputError where they tell too few entities apart."""
        found = cls(row_codes(rows.select(list(names))), least)
        require_entities(Entities.of_rows(found.codes, least), learned_from(), names)
        return found

    def least_rows(self, places: np.ndarray | None = None) -> int:
        """So many of the rows, or of those at these places, are surely of enough entities."""
        codes = self.codes if places is None else self.codes[places]
        return Entities.of_rows(codes, self.least).least_rows

    def tell(self, profile: TableProfile, rows: pa.Table, forms: TableForms = NO_FORMS) -> None:
        """Let a profile of the rows, as the forms read them, know what enough entities hold."""
        support = EntitySupport(profile, self.least, forms)
        for batch in rows.append_column(ENTITY, pa.array(self.codes)).to_batches():
            support.update(batch)
        support.tell()


def require_entities(found: Entities, table: str, names: Sequence[str]) -> None:
    """InputError for a table of less than twice as many entities as must hold a value."""
    if found.number < 2 * found.least:
        raise InputError(
            f"{table} has {found.number:,} different {', '.join(names)} ({called('split.key')}); "
            f"at least {2 * found.least:,} are needed while {called('privacy.min_entities')} is "
            f"{found.least}: give rows of more, or set it lower"
        )


def note_on_entities(names: Sequence[str], least: int, rows: int, of: int) -> str:
    """What it costs that entities are counted: ``rows`` of the ``of`` are surely of ``least``."""
    return (
        f"{called('privacy.min_entities')} counts entities ({', '.join(names)}): a value is stored "
        f"where {least} of them hold it. Forms of texts, rules and pairs of codes are counted by "
        f"rows: they need {rows:,} of the {of:,}, one more than {least - 1} entities may have"
    )


def _parts_of(state: ColumnState) -> list[_Part]:
    type_name = state.column.type
    if isinstance(state, TextState):
        return [
            _Part(_Texts(state.frequent), _texts),
            _Part(_Texts(state.shapes), _shapes),
        ]

    def numbers(array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        values, valid = to_numbers(array, type_name)
        return values, (valid & ~np.isnan(values) if values.dtype == np.float64 else valid)

    found = [_Part(_Numbers(state), numbers)]
    if isinstance(state, MomentState):
        for part, at in ((state.week, 0), (state.clock, 2)):
            found.append(_Part(_Numbers(part), _calendar(type_name, at)))
    if isinstance(state, WideState):
        found += [_Part(_Numbers(state.near), _near), _Part(_Texts(state.exact), _unscaled_texts)]
    return found


def _texts(array: pa.Array) -> tuple[pa.Array, np.ndarray]:
    texts = array.cast(pa.string()) if pa.types.is_boolean(array.type) else array
    return texts, np.asarray(texts.is_valid())


def _shapes(array: pa.Array) -> tuple[pa.Array, np.ndarray]:
    texts, valid = _texts(array)
    coded = texts.dictionary_encode()
    return pa.array(shapes(coded.dictionary), pa.string()).take(coded.indices), valid


def _calendar(type_name: str, at: int) -> Callable[[pa.Array], tuple[np.ndarray, np.ndarray]]:
    def read(array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        values, valid = to_numbers(array, type_name)
        return calendar_parts(values, type_name)[at], valid

    return read


def _near(array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    values, valid = unscaled(array)
    near = np.asarray(np.abs(values) < REACH, bool) & valid
    return np.where(near, values, 0).astype(np.int64), near


def _unscaled_texts(array: pa.Array) -> tuple[pa.Array, np.ndarray]:
    values, valid = unscaled(array)
    return pa.array([str(value) for value in values], pa.string()), valid
