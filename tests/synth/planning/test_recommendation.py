"""What is recommended, as a whole."""

from __future__ import annotations

import json

from jobs.stages import STAGES
from synth.planning.choice import Suggestion, TableFacts
from synth.planning.recommendation import Recommendation
from synth.planning.stage_costs import stage_costs
from tests.synth.planning.works import measured, work


def recommended(**more: object) -> Recommendation:
    return Recommendation(
        "people.csv",
        TableFacts(50_000, 15, 6, 9, ()),
        "autoregressive",
        ("the best",),
        (Suggestion("train.use_gpu", True, "it is here"),),
        stage_costs(STAGES, work(), measured(**more)),
        8.0,
        {"scan_seconds": 4.0},
    )


def test_the_whole_is_the_sum_with_sparks_start_and_the_largest_memory() -> None:
    found = recommended()
    stages = [cost.seconds for cost in found.costs]
    assert found.seconds == 8.0 + sum(stages)
    assert found.most_seconds > found.seconds
    assert found.driver_bytes == max(cost.memory.driver for cost in found.costs)
    assert found.worker_bytes == max(cost.memory.worker for cost in found.costs)


def test_a_stage_that_is_not_known_makes_the_whole_unknown() -> None:
    found = recommended(rehearsal=None, length=None)
    assert found.seconds is None and found.to_json()["most_seconds"] is None


def test_it_is_json() -> None:
    told = json.loads(json.dumps(recommended().to_json()))
    assert told["generator"] == "autoregressive" and len(told["stages"]) == 9
    assert told["settings"] == [{"setting": "train.use_gpu", "value": True, "reason": "it is here"}]
