"""Workers add what they have; one that is alone needs no torch for that."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synth.learning.task import ArrayCodes, Worker, fit_generator
from synth.learning.workers import sum_over_workers, workers
from tests.processes import both_printed
from tests.synth.generators.kinds import Case, Prepared, people
from tests.synth.workers import dealt

SHARED = """
import sys
import numpy as np
from synth.learning.workers import sum_over_workers
from tests.synth.workers import joined
rank = joined(int(sys.argv[1]), sys.argv[2]).rank
own = np.array([1.0 + rank, 10.0])
print(sum_over_workers(own, "cpu").tolist(), own.tolist() == [1.0 + rank, 10.0])
"""
LEARNED = """
import json, sys
from tests.synth.learning.test_workers import CASES, learned
from tests.synth.workers import joined
worker = joined(int(sys.argv[1]), sys.argv[2])
print(json.dumps([learned(case, worker) for case in CASES]))
"""


@dataclass(frozen=True)
class Learned:
    """A kind with its settings, and how far figures of two fits may lie apart.

    After half as many steps again on 3,000 rows they lay 0.001 (autoregressive), 0.013 (tvae),
    0.01 nats (diffusion) and 0.0004 (ctgan) apart.
    """

    name: str
    settings: dict[str, Any]
    margin: float
    figure: str = "best_validation_loss"  # in nats


NETWORK = {"steps": 80, "evaluation_steps": 40, "learning_rate": 5e-3, "patience": 99}
DUEL = {"steps": 60, "evaluation_steps": 30, "width": 16, "critic_width": 16, "noise": 8}
CASES = (
    Learned("autoregressive", {**NETWORK, "hidden": 16}, 0.03),
    Learned("autoregressive", {**NETWORK, "hidden": 16, "accumulation": 3}, 0.03),
    Learned("tvae", {**NETWORK, "width": 32, "latent": 4}, 0.1),
    Learned("diffusion", {**NETWORK, "hidden": 32, "flow_hidden": 16}, 0.1),
    Learned(
        "ctgan",
        {**DUEL, "learning_rate": 2e-3, "candidates": 1},
        0.02,
        "best_code_histogram_distance",
    ),
)
ROWS = 120  # of a step, of all workers together


def learned(case: Learned, worker: Worker) -> tuple[float, list[list[int]]]:
    """The figure of a worker's fit, alone or with the other, and rows of its generator."""
    settings = {**case.settings, "batch_rows": ROWS // worker.world}
    own = Prepared.of(Case(case.name, settings), people(2000))
    task = replace(own.task(), validation=ArrayCodes(own.codes))
    found = fit_generator(own.kind, task if worker.world == 1 else dealt(task, worker))
    drawn = found.generator.sample(20, np.random.default_rng(0))
    return float(found.facts[case.figure]), drawn.tolist()


def test_one_that_is_alone_has_its_own() -> None:
    own = np.array([2.0])
    assert workers() == 1 and sum_over_workers(own, "cpu") is own


def test_workers_add_what_they_have_counted(tmp_path: Path) -> None:
    said = both_printed(SHARED, tmp_path / "meeting")
    assert said == ["[3.0, 20.0] True"] * 2


@pytest.mark.slow
def test_two_workers_come_as_far_as_one_on_as_many_rows(tmp_path: Path) -> None:
    said = both_printed(LEARNED, tmp_path / "meeting")
    assert said[0] == said[1]  # they come to one generator
    for case, (together, _) in zip(CASES, json.loads(said[0]), strict=True):
        alone, _ = learned(case, Worker())
        assert together == pytest.approx(alone, abs=case.margin), case
