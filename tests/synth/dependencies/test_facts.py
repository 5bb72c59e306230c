import json

import pyarrow as pa

from synth.dependencies.evidence import Found
from synth.dependencies.facts import dependency_facts, with_broken
from synth.dependencies.order import Order
from synth.dependencies.plan import Plan, Rejected, Step
from synth.dependencies.violations import Violations
from synth.table.schema import Column, TableSchema


def found(source: str, target: str, exceptions: int) -> Found:
    return Found(Order(target, (source,)), 600, exceptions, 590, 600, 590)


def test_dependencies_are_told_with_their_evidence_the_used_ones_first() -> None:
    plan = Plan(
        (Step(found("joined", "left", 0), "repair"),),
        (Rejected(found("age", "pay", 3), "it does not hold in every row"),),
    )
    facts = dependency_facts(plan)
    assert (
        json.loads(json.dumps(facts))
        == facts
        == [
            {
                "rule": "joined is at most left",
                "kind": "order",
                "target": "left",
                "sources": ["joined"],
                "used": "repair",
                "why_not": None,
                "rows": 600,
                "exceptions": 0,
            },
            {
                "rule": "age is at most pay",
                "kind": "order",
                "target": "pay",
                "sources": ["age"],
                "used": None,
                "why_not": "it does not hold in every row",
                "rows": 600,
                "exceptions": 3,
            },
        ]
    )


def test_broken_rows_are_told_of_the_rules_that_are_used() -> None:
    plan = Plan(
        (Step(found("joined", "left", 0), "repair"),),
        (Rejected(found("age", "pay", 3), "it does not hold in every row"),),
    )
    schema = TableSchema((Column("joined", "bigint"), Column("left", "bigint")))
    state = Violations(schema, plan)
    state.update(pa.RecordBatch.from_pydict({"joined": [1, 5, 9], "left": [2, 4, 9]}))
    used, unused = with_broken(dependency_facts(plan), state)
    assert (used["broken"], used["unknown"]) == (1, 0)
    assert "broken" not in unused
