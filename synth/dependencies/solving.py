"""Missing terms of exact sums and lines: what a rule settles without any model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.arithmetic import Sum
from synth.dependencies.dependency import Columns
from synth.dependencies.grid import grid_of
from synth.dependencies.linear import Linear
from synth.statistics.column_state import FULL_PRECISION
from synth.table.schema import type_of_arrow

if TYPE_CHECKING:
    from synth.dependencies.plan import Step


def solved(steps: Iterable[Step], columns: Columns) -> dict[str, pa.Array]:
    """The columns, with a term filled in where it is the only one of a sum or a line missing.

    A line that was rounded is led back only where it leads to the same target again.
    """
    found = dict(columns)
    for step in steps:
        rule = step.found.dependency
        if isinstance(rule, Sum) and step.mode != "exceptions":
            for place, name in enumerate(rule.sources):
                if found[name].null_count:
                    term = _solved_for(rule, place, type_of_arrow(found[name].type))
                    found[name] = pc.coalesce(found[name], term.predict(found))
        if isinstance(rule, Linear) and step.mode != "exceptions":
            found[rule.sources[0]] = _led_back(rule, found)
    return found


def _led_back(rule: Linear, columns: Columns) -> pa.Array:
    own = columns[rule.sources[0]]
    if not own.null_count:
        return own
    grid = grid_of(own)
    led = rule.inverse(FULL_PRECISION if grid is None else grid).predict(columns)
    kept = pa.array(rule.holds({**columns, rule.sources[0]: led}))
    return pc.coalesce(own, pc.if_else(kept, led, pa.scalar(None, led.type)))


def _solved_for(rule: Sum, place: int, type_name: str) -> Sum:
    """The sum with the source at ``place`` on the left: ``c = a - b`` gives ``b = a - c``."""
    own = rule.signs[place]
    others = [at for at in range(len(rule.sources)) if at != place]
    return Sum(
        rule.sources[place],
        (rule.target, *(rule.sources[at] for at in others)),
        (own, *(-own * rule.signs[at] for at in others)),
        rule.decimals,
        type_name,
    )
