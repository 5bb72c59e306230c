"""What stages left in the run's folder and records, as the stages that read it take it."""

from __future__ import annotations

import json
from typing import Any

from jobs.run import Run
from synth.dependencies.plan import Plan
from synth.encode import TableEncoder
from synth.sampling.blocks import SamplePlan
from synth.sampling.seeds import seed_of
from synth.table.schema import TableSchema


def settled_schema(run: Run) -> TableSchema:
    """The schema that the profile stage left."""
    return TableSchema.from_json(run.record("profile").facts["schema"])


def load_encoder(run: Run) -> TableEncoder:
    """The encoder that the encode stage left."""
    return TableEncoder.from_json(json.loads(run.path("encoder.json").read_text("utf-8")))


def dependency_facts(plan: Plan) -> list[dict[str, Any]]:
    """Each dependency with its evidence, for the report; no value of a column is in it."""
    used = [(step.found, step.mode, None) for step in plan.steps]
    left = [(rejected.found, None, rejected.why) for rejected in plan.rejected]
    return [
        {
            "rule": found.dependency.describe(),
            "kind": found.dependency.kind,
            "target": found.dependency.target,
            "used": mode,
            "why_not": why,
            "rows": found.rows,
            "exceptions": found.exceptions,
        }
        for found, mode, why in [*used, *left]
    ]


def sample_plan(run: Run) -> SamplePlan:
    """Which rows this run makes."""
    given = run.config.sample
    rows = given.rows or run.record("clean").tables["clean"].rows
    return SamplePlan(
        run.table,
        rows,
        seed_of("sample", run.config.random_seed),
        given.block_rows,
        given.temperature,
        given.given,
    )
