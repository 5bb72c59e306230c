"""All kinds of columns, and which of them a column is."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pyarrow as pa

from synth.dependencies.dependency import Dependency
from synth.dependencies.registry import kind_of
from synth.encode.categorical import CategoricalEncoding, StandInEncoding
from synth.encode.kind import ColumnKind
from synth.encode.made import ConstantEncoding, KeyEncoding, MadeEncoding
from synth.encode.moment import MomentEncoding
from synth.encode.numeric import NumericEncoding
from synth.encode.parented import Parented
from synth.encode.settings import EncoderSettings
from synth.encode.wide import RoundedWideEncoding, WideEncoding, WideLabels, fit_wide
from synth.statistics.column_state import ColumnState, MomentState, NumberState, TextState
from synth.statistics.entities import shared_from
from synth.statistics.wide_state import WideState
from synth.table.errors import InputError
from synth.table.schema import KEY_TYPES, Column
from synth.table.values import from_numbers
from synth.table.wide_decimals import written

# Those with a parent stand in synth.dependencies.registry, by which they are looked for.
PLAIN_KINDS: dict[str, type[ColumnKind]] = {
    kind.kind: kind
    for kind in (
        NumericEncoding,
        MomentEncoding,
        CategoricalEncoding,
        StandInEncoding,
        MadeEncoding,
        KeyEncoding,
        ConstantEncoding,
        WideEncoding,
        RoundedWideEncoding,
        WideLabels,
    )
}
LEARNABLE_SHARE = 0.5  # a text column is learned when protected values hold this share of its rows


def kind_from_json(column: Column, data: dict[str, Any]) -> ColumnKind:
    """The kind of a column as its ``to_json`` and its name tell it."""
    name = data["kind"]
    kind = PLAIN_KINDS.get(name) or cast(type[Parented], kind_of(name)).encoding
    return kind.from_json(column, data)


def fit_kind(
    column: Column,
    state: ColumnState,
    settings: EncoderSettings,
    parented: Dependency | None,
    *,
    stands_in: bool = False,
) -> ColumnKind:
    """The kind of a column, fitted from its state; ``parented`` where it is to have a parent.

    ``stands_in``: its frequent values stand in for the others, however few they are.
    """
    if parented is not None:
        return cast(Parented, parented).fit(column, state, settings)
    if column.key:
        if column.type not in KEY_TYPES and not column.type.startswith("decimal"):
            raise InputError(
                f"key column {column.name!r} is of type {column.type}: a key is a whole number or "
                "a text; take it out of keys"
            )
        return KeyEncoding.fit(column, state, settings)
    if state.count == 0 and not (isinstance(state, NumberState) and state.nans):
        return ConstantEncoding(column, None)
    if isinstance(state, WideState):
        return _fit_wide(column, state, settings)
    if isinstance(state, NumberState):
        return _fit_numeric(column, state, settings)
    if _is_constant(state, settings):
        return ConstantEncoding(column, next(iter(state.frequent.counts)))
    if is_made_up(state, settings):
        made = StandInEncoding if stands_in else MadeEncoding
        return made.fit(column, state, settings)
    return CategoricalEncoding.fit(column, state, settings)


def is_made_up(state: ColumnState, settings: EncoderSettings) -> bool:
    """Whether too few rows share the values of a text column for them to be learned."""
    if not isinstance(state, TextState):
        return False
    least = shared_from(state, settings.min_entities)
    held = sum(c for c in state.frequent.counts.values() if c >= least)
    return held < LEARNABLE_SHARE * state.count


def _fit_numeric(column: Column, state: NumberState, settings: EncoderSettings) -> ColumnKind:
    if _is_constant(state, settings) and not state.nans:
        value = from_numbers(state.frequent.values, np.ones(1, bool), column.type, state.decimals)
        return ConstantEncoding(column, value.cast(pa.string())[0].as_py())
    encoding: MomentEncoding | NumericEncoding
    if isinstance(state, MomentState):
        encoding = MomentEncoding.fit(column, state, settings)
    else:
        encoding = NumericEncoding.fit(column, state, settings)
    if not encoding.is_empty:
        return encoding
    # Fewer values than can be protected: what is left is null, or NaN where nothing is null.
    return ConstantEncoding(column, "nan" if state.nans and not state.nulls else None)


def _fit_wide(column: Column, state: WideState, settings: EncoderSettings) -> ColumnKind:
    if _is_constant(state, settings) and state.low is not None:
        return ConstantEncoding(column, written(state.low, state.scale))
    encoding = fit_wide(column, state, settings)
    return ConstantEncoding(column, None) if encoding.is_empty else encoding


def _is_constant(state: ColumnState, settings: EncoderSettings) -> bool:
    one = state.counted.is_exact and len(state.counted.counts) == 1
    shared = state.counted.highest >= shared_from(state, settings.min_entities)
    return one and shared and state.nulls == 0
