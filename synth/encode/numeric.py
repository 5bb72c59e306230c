"""Numbers, dates and times: exact for frequent values, by rank between, null and NaN as codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from synth.encode.bounds import outside_objection
from synth.encode.cell_search import CellSearch
from synth.encode.cells import MOSTLY, Cells, protected_cells
from synth.encode.clock import clock_cells, clock_grid, clock_levels
from synth.encode.free_points import FreePoints
from synth.encode.grid import Grid
from synth.encode.kind import ColumnKind
from synth.encode.labels import range_labels, unit_of
from synth.encode.levels import Levels, arrange, mid_ranks
from synth.encode.portion import Portion, Wanted, grid_points, numeric_portion
from synth.encode.settings import EncoderSettings
from synth.encode.tails import Tails
from synth.encode.usual_grid import usual_grid
from synth.statistics.column_state import NumberState
from synth.statistics.entities import shared_from
from synth.table.bins import NAN, NULL, ColumnBins
from synth.table.numbers_json import array_from_plain, to_plain
from synth.table.schema import Column, decimal_parts
from synth.table.sub_column import SubColumn
from synth.table.values import from_numbers, is_whole, to_numbers

FORMAT_OF_MINUTES = 10  # of models: an earlier version would take a minute for the next cell
PAIR_BINS = 10  # rank bins of a column in contingency tables; the field's usual number


@dataclass(frozen=True)
class NumericEncoding(ColumnKind):
    """Cells in the order of their values, then a code for null and one for NaN where they occur.

    ``step`` is the grid of a column of whole numbers (days of a month-end column, microseconds of a
    column of full hours), ``decimals`` that of a float column: decoded values lie on it, and on
    multiples of ``grid`` of its last decimal (prices of 0.05, multiples of 25 that nulls made
    floats).
    ``clock_step``: where every value reads as a clock time (517 for 5:17), or all but so few that
    none of the others is stored, their grid in minutes; else 0.
    """

    kind: ClassVar[str] = "numeric"
    holds_new_values: ClassVar[bool] = True

    column: Column
    cells: Cells
    levels: Levels
    has_null: bool
    has_nan: bool
    step: int
    decimals: int
    clock_step: int = 0
    grid: int = 1

    @classmethod
    def fit(
        cls, column: Column, state: NumberState, settings: EncoderSettings, *, tails: bool = True
    ) -> NumericEncoding:
        """The encoding of a column from the profile of the train part.

        Without ``tails`` nothing is drawn beyond what enough rows share.
        """
        least = shared_from(state, settings.min_entities)
        clock = clock_grid(state, least)
        step, decimals = usual_grid(state, least)
        is_float = state.frequent.values.dtype == np.float64
        if clock:
            cells = clock_cells(state, settings, clock)
            levels = clock_levels(cells, settings, clock)
        else:
            cells = protected_cells(state, settings, tails=tails)
            levels = arrange(cells.counts, settings, cells.pieces, groups=_groups(cells, settings))
        return cls(
            column,
            cells,
            levels,
            has_null=state.nulls > 0,
            has_nan=state.nans > 0,
            step=1 if is_float else step,
            decimals=decimals,
            clock_step=clock,
            grid=step if is_float else 1,
        )

    @property
    def model_format(self) -> int:
        return FORMAT_OF_MINUTES if self.clock_step and self.levels.places > 1 else 0

    @property
    def drawn_decimals(self) -> int:
        return self.decimals

    @property
    def sub_columns(self) -> tuple[SubColumn, ...]:
        extra = (None,) * (self.has_null + self.has_nan)
        ranks = mid_ranks(self.levels.group, self.cells.counts, self.levels.groups)
        name = self.column.name
        places, intervals = self.levels.places, self._intervals
        if places == 1:
            first = None if intervals is None else intervals + extra
            return (SubColumn(name, 0, len(ranks) + len(extra), ranks + extra, first),)
        inner = tuple(round((place + 0.5) / places, 6) for place in range(places))
        return (
            SubColumn(name, 0, len(ranks) + len(extra), ranks + extra),
            SubColumn(name, 1, places, inner, intervals),
        )

    def encode(self, array: pa.Array) -> np.ndarray:
        """int32 codes ``(rows, 1 or 2)``; a value between cells takes the nearest one."""
        cell, absent = self._cells_of(array)
        safe = np.where(absent < 0, cell, 0)
        group = np.where(absent < 0, self.levels.group[safe], self.levels.groups + absent)
        if self.levels.places == 1:
            return group.astype(np.int32)[:, None]
        place = np.where(absent < 0, self.levels.place[safe], 0)
        return np.stack([group, place], 1).astype(np.int32)

    def decode(self, codes: np.ndarray, rng: np.random.Generator) -> pa.Array:
        """Values of the column's own type; inside an interval uniform, on the column's grid."""
        group = codes[:, 0]
        place = codes[:, 1] if self.levels.places > 1 else np.zeros(len(codes), np.int32)
        inside = group < self.levels.groups
        cell = self._table[np.where(inside, group, 0), place]
        values = self.drawn(cell, rng.random(len(codes)))
        absent = group - self.levels.groups
        if self.has_nan:
            values[absent == int(self.has_null)] = np.nan
        valid = ~(absent == 0) if self.has_null else np.ones(len(codes), bool)
        return from_numbers(values, valid, self.column.type, self.decimals)

    def bins(self) -> ColumnBins:
        """One bin per cell, null and NaN last; pair bins are deciles of mass."""
        ranks = mid_ranks(
            np.arange(len(self.cells.counts)), self.cells.counts, len(self.cells.counts)
        )
        decile = [min(int(rank * PAIR_BINS), PAIR_BINS - 1) for rank in ranks]
        known = {d: i for i, d in enumerate(sorted(set(decile)))}
        pairs = [known[d] for d in decile]
        absent = [NULL] * self.has_null + [NAN] * self.has_nan
        pairs += [len(known) + i for i in range(len(absent))]
        gap: list[float | None] = [None] * len(absent)
        return ColumnBins(
            self.column.name,
            unit_of(self.column),
            ordinal=True,
            labels=(*range_labels(self.column, self.cells, self.step, self.decimals), *absent),
            lower=(*self._places(self.cells.lower), *gap),
            upper=(*self._places(self.cells.upper), *gap),
            pair_bins=tuple(pairs),
            sensitive=self.column.sensitive,
        )

    def bin_of(self, array: pa.Array) -> np.ndarray:
        cell, absent = self._cells_of(array)
        bins: np.ndarray = np.where(absent < 0, cell, len(self.cells.lower) + absent)
        return bins.astype(np.int32)

    @property
    def has_tails(self) -> bool:
        """Whether a law leads on from the first or the last cell."""
        side = Tails.none(0).side if self.cells.tails is None else self.cells.tails.side
        return bool(len(side)) and bool(side[0] < 0 or side[-1] > 0)

    @property
    def is_empty(self) -> bool:
        """Whether no value is held by enough rows."""
        return not len(self.cells.lower)

    def objection(self, values: pa.Array) -> str | None:
        """A value must lie within what was learned."""
        return outside_objection(
            self.column, self.cells, values, has_nan=self.has_nan, decimals=self.decimals
        )

    def portion(self, wanted: Sequence[Wanted]) -> Portion:
        return numeric_portion(self, wanted)

    @cached_property
    def code_values(self) -> tuple[pa.Array, int]:
        """The lowest value of each cell, then what is absent; and how many cells there are."""
        extra = ([0.0] if self.has_null else []) + ([np.nan] if self.has_nan else [])
        numbers = np.concatenate([self.cells.lower, np.array(extra, self.cells.lower.dtype)])
        valid = np.ones(len(numbers), bool)
        if self.has_null:
            valid[len(self.cells.lower)] = False
        return from_numbers(numbers, valid, self.column.type, self.decimals), len(self.cells.lower)

    @cached_property
    def points(self) -> tuple[pa.Array, np.ndarray, np.ndarray] | None:
        """All values of the intervals, where they are few; see ``grid_points``."""
        return grid_points(self)

    def to_json(self) -> dict[str, Any]:
        return {
            "lower": to_plain(self.cells.lower.tolist()),
            "upper": to_plain(self.cells.upper.tolist()),
            "counts": self.cells.counts.tolist(),
            "tails": self.cells.tails.to_json() if self.cells.tails else [],
            "group": self.levels.group.tolist(),
            "place": self.levels.place.tolist(),
            "has_null": self.has_null,
            "has_nan": self.has_nan,
            "step": self.step,
            "decimals": self.decimals,
            "clock_step": self.clock_step,
            **({"grid": self.grid} if self.grid > 1 else {}),
        }

    @classmethod
    def from_json(cls, column: Column, data: dict[str, Any]) -> NumericEncoding:
        kind = np.int64 if is_whole(column.type) else np.float64
        cells = Cells(
            array_from_plain(data["lower"], kind),
            array_from_plain(data["upper"], kind),
            np.array(data["counts"], np.int64),
            Tails.from_json(data["tails"], len(data["counts"])),
        )
        levels = Levels(np.array(data["group"], np.int32), np.array(data["place"], np.int32))
        names = ("has_null", "has_nan", "step", "decimals", "clock_step")
        rest = {name: data[name] for name in names}
        return cls(column, cells, levels, **rest, grid=data.get("grid", 1))

    @cached_property
    def _table(self) -> np.ndarray:
        return self.levels.table()

    @cached_property
    def _intervals(self) -> tuple[tuple[int, float] | None, ...] | None:
        """Those of the codes; of two levels those of each place of each group, group by group."""
        own = None if self.clock_step else self.cells.intervals(self.step)
        if own is None:
            return None
        by_place: list[tuple[int, float] | None] = [None] * (
            self.levels.groups * self.levels.places
        )
        at = self.levels.group.astype(np.int64) * self.levels.places + self.levels.place
        for place, interval in zip(at, own, strict=True):
            by_place[place] = interval
        return tuple(by_place)

    @cached_property
    def _search(self) -> CellSearch:
        return CellSearch(self.cells)

    def _cells_of(self, array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """``(cell, absent)``: absent is -1 for a value, 0 for the first absent code, then 1.

        A null in a column that had none in the train part has no code: it takes the first cell.
        """
        values, valid = to_numbers(array, self.column.type)
        absent = np.full(len(values), -1, np.int32)
        if self.has_null:
            absent[~valid] = 0
        missing = np.isnan(values) & valid if values.dtype == np.float64 else np.zeros_like(valid)
        if self.has_nan:
            absent[missing] = int(self.has_null)
        values = np.where(valid & ~missing, values, self.cells.lower[0])
        return self._search.cell_of(values), absent

    def drawn(self, cell: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """A value of each cell, by a number in [0, 1): on the grid, each as likely.

        Values that have a cell of their own are not drawn from the intervals about them.
        """
        lower, upper = self.cells.lower[cell], self.cells.upper[cell]
        between = self.points_grid.between(lower, upper, self.cells.places(cell, uniform))
        found: np.ndarray = np.where(lower == upper, lower, between)
        if self._free_points is not None:
            rows = np.flatnonzero(self._free_points.free[cell])
            points = self._free_points.drawn(cell[rows], uniform[rows])
            found[rows] = self.points_grid.at(points)
        return found

    @cached_property
    def points_grid(self) -> Grid:
        """The points on which values lie."""
        is_whole = self.cells.lower.dtype == np.int64
        step = self.clock_step or (self.step if is_whole else self.grid)
        return Grid(is_whole, step, self.decimals, clock=bool(self.clock_step))

    @cached_property
    def _free_points(self) -> FreePoints | None:
        """Of the intervals about values with a cell of their own; None where there are none."""
        cells, grid, atom = self.cells, self.points_grid, self.cells.is_atom
        if grid.is_dense or atom.all() or not atom.any():
            return None
        even = ~atom & grid.is_exact(cells.lower) & grid.is_exact(cells.upper)
        if cells.tails is not None:
            even &= cells.tails.side == 0
        own = cells.lower[atom]
        own = own[grid.is_exact(own)]
        points = grid.first(own).astype(np.int64)
        points = points[grid.at(points) == own]  # what is off the grid is not drawn anyway
        ends = [grid.first(np.where(even, edge, 0)) for edge in (cells.lower, cells.upper)]
        first, end = (edge.astype(np.int64) for edge in ends)
        return FreePoints.among(first, end, points, even)

    def _places(self, edges: np.ndarray) -> list[float]:
        """Where edges lie on the values' axis: decimals are counted in their last digit."""
        parts = decimal_parts(self.column.type) if is_whole(self.column.type) else None
        unit = 10 ** parts[1] if parts else 1
        return [float(edge) / unit for edge in edges]


def _groups(cells: Cells, settings: EncoderSettings) -> int:
    """Of intervals twice as many as of values: two columns of them are told by each other."""
    by_rank = cells.counts[~cells.is_atom].sum() >= MOSTLY * cells.counts.sum()
    return settings.coarse * (2 if by_rank else 1)
