from pathlib import Path

import pyarrow as pa

from jobs.artifacts import load_encoder, sample_plan, settled_schema
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


def test_each_candidate_has_a_seed_and_a_temperature_of_its_own(tmp_path: Path) -> None:
    run = bare_run(tmp_path, sample__candidates=3, sample__temperatures=[1, 0.5, 0.25])
    book_all(run, {}, "ingest", "clean", rows=570)
    plans = [sample_plan(run, number) for number in (1, 2, 3)]
    assert [plan.temperature for plan in plans] == [1.0, 0.5, 0.25]
    assert plans[0].seed == 11495328383017411086  # that of an only one
    assert len({plan.seed for plan in plans}) == 3
