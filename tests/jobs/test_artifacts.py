import json
from pathlib import Path

import pyarrow as pa

from jobs.artifacts import dependency_facts, load_encoder, sample_plan, settled_schema
from synth.dependencies.evidence import Found
from synth.dependencies.order import Order
from synth.dependencies.plan import Plan, Rejected, Step
from synth.generators.marginal import MarginalKind
from synth.table.schema import Column, TableSchema
from tests.jobs.runs import bare_run, book_all
from tests.synth.fits import encoded


def test_the_settled_schema_is_the_one_that_profile_left(tmp_path: Path) -> None:
    run = bare_run(tmp_path)
    schema = TableSchema((Column("id", "bigint", key=True), Column("pay", "double", False, True)))
    book_all(run, {"profile": {"schema": schema.to_json()}}, "ingest", "profile")
    assert settled_schema(run) == schema


def test_the_encoder_is_the_one_that_encode_left(tmp_path: Path) -> None:
    run = bare_run(tmp_path)
    encoder, _, _ = encoded(pa.table({"a": [1, 2, 3] * 40}), MarginalKind())
    run.folder.mkdir(parents=True)
    run.path("encoder.json").write_text(encoder.dumps(), encoding="utf-8")
    assert load_encoder(run).dumps() == encoder.dumps()


def test_as_many_rows_are_made_as_are_asked_for_or_were_clean(tmp_path: Path) -> None:
    def plan_of(**changes: object):  # type: ignore[no-untyped-def]
        run = bare_run(tmp_path, **changes)
        book_all(run, {}, "ingest", "clean", rows=570)
        return sample_plan(run)

    plan = plan_of(sample__block_rows=256)
    assert (plan.table, plan.rows, plan.blocks, plan.temperature) == ("people", 570, 3, 1.0)
    assert plan.seed == 11495328383017411086  # the rows of a run are the same in any version
    assert plan_of(random_seed=1).seed != plan.seed
    other = plan_of(sample__rows=20, sample__given={"city": "Rome"})
    assert (other.rows, other.given, other.seed) == (20, {"city": "Rome"}, plan.seed)
    assert plan_of(sample__temperature=0.5).temperature == 0.5


def test_dependencies_are_told_with_their_evidence_the_used_ones_first() -> None:
    def found(source: str, target: str, exceptions: int) -> Found:
        return Found(Order(target, (source,)), 600, exceptions, 590, 600, 590)

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
                "used": "repair",
                "why_not": None,
                "rows": 600,
                "exceptions": 0,
            },
            {
                "rule": "age is at most pay",
                "kind": "order",
                "target": "pay",
                "used": None,
                "why_not": "it does not hold in every row",
                "rows": 600,
                "exceptions": 3,
            },
        ]
    )
