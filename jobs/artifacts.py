"""What stages left in the run's folder and records, as the stages that read it take it."""

from __future__ import annotations

import json

from jobs.config import Config
from jobs.run import Run
from synth.encode import TableEncoder
from synth.sampling.blocks import SamplePlan
from synth.sampling.seeds import seed_of
from synth.table.schema import TableSchema


def settled_schema(run: Run) -> TableSchema:
    """The schema that the profile stage left."""
    return TableSchema.from_json(run.record("profile").facts["schema"])


def settled_config(run: Run) -> Config:
    """The run's configuration; columns that the profile took for sensitive are so in it too."""
    profiled = run.find_record("profile")
    if profiled is None:
        return run.config
    schema = TableSchema.from_json(profiled.facts["schema"])
    found = [column.name for column in schema if column.sensitive]
    columns = run.config.columns
    sensitive = tuple(dict.fromkeys((*columns.sensitive, *found)))
    return run.config.model_copy(
        update={"columns": columns.model_copy(update={"sensitive": sensitive})}
    )


def load_encoder(run: Run) -> TableEncoder:
    """The encoder that the encode stage left."""
    return TableEncoder.from_json(json.loads(run.path("encoder.json").read_text("utf-8")))


def sample_plan(run: Run, number: int = 1) -> SamplePlan:
    """Which rows this run makes, of the candidate of this number.

    The first candidate is drawn with the seed that an only one is drawn with.
    """
    given = run.config.sample
    rows = given.rows or run.record("clean").tables["clean"].rows
    return SamplePlan(
        run.table,
        rows,
        seed_of("sample", run.config.random_seed, *(() if number == 1 else ("candidate", number))),
        given.block_rows,
        given.each_temperature[number - 1],
        given.given,
    )
