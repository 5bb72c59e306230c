"""Costs: linear in the work, scaled by what was measured here, honest where it was not."""

from __future__ import annotations

import pytest

from jobs.stages import STAGES
from synth.planning.rates import RAY_START, SPARK, TORCH_START, WHOLE_PROFILE
from synth.planning.stage_costs import StageCost, judge_seconds, stage_costs
from tests.synth.planning.works import LENGTH, TRIED, measured, work


def by_stage(**more: object) -> dict[str, StageCost]:
    own = {name: more.pop(name) for name in ("spark", "cpu", "rehearsal", "length") if name in more}
    return {cost.stage: cost for cost in stage_costs(STAGES, work(**more), measured(**own))}


def test_every_stage_has_its_cost_in_order() -> None:
    found = stage_costs(STAGES, work(), measured())
    assert [cost.stage for cost in found] == [
        "ingest", "profile", "clean", "split", "encode", "train", "sample", "evaluate", "publish",
    ]  # fmt: skip
    assert all(cost.seconds is not None and cost.seconds > 0 for cost in found)


def test_training_is_steps_by_what_a_step_took_and_at_most_all_of_them() -> None:
    train = by_stage()["train"]
    around = TRIED.closing_seconds + TORCH_START
    step = LENGTH.step_rows * 4e-5
    assert train.seconds == pytest.approx(around + 900 * step)
    assert train.most_seconds == pytest.approx(around + 5000 * step)
    assert "900 of at most 5,000 steps of 512 rows, 20 ms each" in train.rests_on
    under_ray = by_stage(under_ray=True)["train"]
    assert under_ray.seconds == pytest.approx(train.seconds + RAY_START)


def test_a_fit_without_steps_takes_what_was_tried() -> None:
    train = by_stage(length=None)["train"]
    assert train.seconds == train.most_seconds == TRIED.closing_seconds + TORCH_START


def test_what_was_not_tried_is_not_known() -> None:
    found = by_stage(rehearsal=None, length=None)
    assert found["train"].seconds is None and found["sample"].most_seconds is None
    assert found["encode"].seconds is not None
    assert found["train"].to_json()["seconds"] is None


def test_a_slow_scan_slows_spark_and_a_slow_core_the_judge() -> None:
    usual, slow = by_stage(), by_stage(spark=2.0)
    assert slow["clean"].seconds == pytest.approx(2 * usual["clean"].seconds)
    assert slow["train"] == usual["train"]
    busy = by_stage(cpu=3.0)
    more = busy["evaluate"].seconds - usual["evaluate"].seconds
    assert more == pytest.approx(2 * judge_seconds(work()))


def test_a_seed_that_is_not_copied_costs_its_fixed_part_alone() -> None:
    assert by_stage(is_copied=False)["ingest"].seconds == SPARK["ingest"].fixed


def test_a_profile_of_the_whole_costs_what_it_looks_at_besides() -> None:
    usual, whole = by_stage(spark=2.0), by_stage(spark=2.0, whole_profile=True)
    more = whole["profile"].seconds - usual["profile"].seconds
    assert more == pytest.approx(2 * WHOLE_PROFILE.seconds(work().seed_cells))
    assert whole["encode"] == usual["encode"]


def test_rows_are_drawn_by_all_cores_in_whole_blocks() -> None:
    rate = SPARK["sample"]
    two = by_stage(synthetic_rows=10 * 16_384)["sample"].seconds
    five = by_stage(synthetic_rows=10 * 16_384, cores=5)["sample"].seconds
    drawing = rate.seconds(10 * 16_384 * 15 / 1e6)
    assert two - drawing == pytest.approx(5 * 16_384 * 1e-5)
    assert five - drawing == pytest.approx(2 * 16_384 * 1e-5)


def test_the_judge_is_capped_by_its_rows_and_switched_off_by_settings() -> None:
    assert judge_seconds(work(train_rows=10**8)) == judge_seconds(work(train_rows=50_000))
    assert judge_seconds(work(two_sample=False, utility=False, privacy="off")) == 0
    assert judge_seconds(work(train_rows=10)) > 0
