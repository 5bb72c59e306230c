"""Columns of many values that a rule tells but in a few rows: one code says so in their place.

A total is a function of its terms, and so associated with them more than anything else is: learned
value by value it would be drawn before them, and before all that they hang on, only to be
overwritten. What other columns tell of the terms would have to be read off a difference.
"""

from __future__ import annotations

from collections.abc import Sequence

from synth.dependencies.dependency import Dependency
from synth.dependencies.plan import Plan
from synth.encode.kind import ColumnKind


def spared(plan: Plan, encodings: Sequence[ColumnKind]) -> dict[str, Dependency]:
    """By target: the rule that a code of its own stands for, where only missing values break it.

    A target of one sub-column keeps its values, which cost little and tell of a source that lacks;
    so does one from which distances are counted, or that is told by one.
    """
    own = {encoding.column.name: encoding for encoding in encodings}
    parents = {name for encoding in encodings for name in encoding.parents}
    return {
        step.target: step.found.dependency
        for step in plan.steps
        if step.tells_nearly_all and step.target not in parents
        if len(own[step.target].sub_columns) > 1 and not own[step.target].parents
    }
