"""What may be written of a profile: counts, and values that enough rows share."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from synth.encode.labels import show, unit_of
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState, NumberState, TextState
from synth.statistics.edges import Piece
from synth.statistics.entities import rows_amid, shared_from
from synth.statistics.spread import spread
from synth.table.schema import decimal_parts
from synth.table.values import is_whole

SHOWN_VALUES = 20
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def protected_profile(profile: TableProfile, min_entities: int) -> dict[str, Any]:
    """The profile as JSON, without values of fewer than ``min_entities`` rows or sensitive columns.

    At or beyond the lowest and the highest that are shown lie ``min_entities`` rows. A quantile is
    a value that so many hold, or else a round number amid so many.
    """
    return {
        "rows": profile.rows,
        "min_entities": min_entities,
        "columns": [_column(profile[column.name], min_entities) for column in profile.schema],
    }


def _column(state: ColumnState, least: int) -> dict[str, Any]:
    distinct = state.distinct.estimate()
    facts: dict[str, Any] = {
        "name": state.column.name,
        "type": state.column.type,
        "sensitive": state.column.sensitive,
        "nulls": state.nulls,
        "distinct": round(distinct),
    }
    if state.column.sensitive:
        return facts
    if isinstance(state, NumberState):
        return facts | _numbers(state, least)
    return facts | _texts(state, least)


def _numbers(state: NumberState, least: int) -> dict[str, Any]:
    distinct, rows = spread(state)
    least, shown_from = rows_amid(state, least), shared_from(state, least)
    if rows.sum() < 2 * least:
        return {}
    piece = Piece.of(distinct, rows, least, state.column.type)
    shared = state.frequent.values[state.frequent.counts >= shown_from]

    def at(rank: int) -> int | float:
        """The value of that rank where enough rows hold it, else a round number near it."""
        own = distinct[np.clip(np.searchsorted(piece.reach, rank), piece.first, piece.last)]
        number: int | float = (own if own in shared else piece.near(rank)).item()
        return number

    low, high = at(1), at(piece.total)
    quantiles = {f"{share:.0%}": at(math.ceil(share * piece.total)) for share in QUANTILES}
    return {
        "nans": state.nans,
        **_moments(state, np.clip(distinct, low, high), rows),
        "low": show(state.column, low),
        "high": show(state.column, high),
        "quantiles": {name: show(state.column, value) for name, value in quantiles.items()},
        "frequent": [
            {"value": show(state.column, value), "rows": int(count)}
            for value, count in _most(state.frequent.values, state.frequent.counts, shown_from)
        ],
    }


def _moments(state: NumberState, values: np.ndarray, rows: np.ndarray) -> dict[str, str]:
    """Of whole numbers too with the digits after the point; of dates and times the mean alone.

    Those of the values as they are drawn in to what enough rows share: a single one would be told
    by them.
    """
    column, parts = state.column, decimal_parts(state.column.type)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = np.average(values.astype(np.float64), weights=rows)
        deviation = np.sqrt(np.average((values - mean) ** 2, weights=rows))
    if unit_of(column) != "number":
        return {"mean": show(column, round(mean))}
    unit = 10 ** (parts[1] if parts and is_whole(column.type) else 0)
    found = {"mean": mean, "deviation": deviation}
    return {name: f"{value / unit:.6g}" for name, value in found.items()}


def _most(values: np.ndarray, counts: np.ndarray, least: int) -> list[tuple[float, int]]:
    order = np.argsort(-counts, kind="stable")[:SHOWN_VALUES]
    return [(values[i], int(counts[i])) for i in order if counts[i] >= least]


def _texts(state: TextState, least: int) -> dict[str, Any]:
    least = shared_from(state, least)
    ranked = [(value, n) for value, n in state.frequent.ranked() if n >= least]
    return {"frequent": [{"value": value, "rows": n} for value, n in ranked[:SHOWN_VALUES]]}
