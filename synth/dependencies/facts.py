"""What a report tells of a plan's rules: plain data in which no value of a column stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth.dependencies.plan import Plan
from synth.dependencies.violations import Violations


def dependency_facts(plan: Plan) -> list[dict[str, Any]]:
    """Each dependency with its evidence, the used ones first, in the order of the plan's steps."""
    used = [(step.found, step.mode, None) for step in plan.steps]
    left = [(rejected.found, None, rejected.why) for rejected in plan.rejected]
    return [
        {
            "rule": found.dependency.describe(),
            "kind": found.dependency.kind,
            "target": found.dependency.target,
            "sources": list(found.dependency.sources),
            "used": mode,
            "why_not": why,
            "rows": found.rows,
            "exceptions": found.exceptions,
        }
        for found, mode, why in [*used, *left]
    ]


def with_broken(facts: Sequence[dict[str, Any]], counted: Violations) -> list[dict[str, Any]]:
    """The same, with how many rows of a table break each rule that is used, or have no key of it.

    ``facts`` are those of the plan that was counted.
    """
    used = [
        {**fact, "broken": int(broken), "unknown": int(unknown)}
        for fact, broken, unknown in zip(facts, counted.broken, counted.unknown, strict=False)
    ]
    return [*used, *facts[len(used) :]]
