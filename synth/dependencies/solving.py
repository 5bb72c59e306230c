"""Missing terms of exact sums: what a rule settles without any model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from synth.dependencies.arithmetic import Sum
from synth.dependencies.dependency import Columns
from synth.schema import type_of_arrow

if TYPE_CHECKING:
    from synth.dependencies.plan import Step


def solved(steps: Iterable[Step], columns: Columns) -> dict[str, pa.Array]:
    """The columns, with a sum's term filled in where it is the only one that is missing."""
    found = dict(columns)
    for step in steps:
        rule = step.found.dependency
        if isinstance(rule, Sum) and step.mode != "exceptions":
            for place, name in enumerate(rule.sources):
                if found[name].null_count:
                    term = _solved_for(rule, place, type_of_arrow(found[name].type))
                    found[name] = pc.coalesce(found[name], term.predict(found))
    return found


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
