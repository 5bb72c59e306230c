from dataclasses import replace

import numpy as np
import pytest

from synth.metrics.evidence import Measured
from synth.metrics.privacy import leakage, membership, near_copies, overfitting, power
from tests.synth.metrics.privacy.rows import evidence_of, people


def by_name(measured: Measured) -> dict[tuple[str, str, str], float]:
    return {(m.name, m.detail, m.slice): m.value for m in measured.metrics}


def test_shared_work_gives_the_figures_of_each_alone() -> None:
    evidence = evidence_of(people(300, 0), people(200, 1), people(300, 2))
    together = by_name(leakage.measure(evidence))
    apart: dict[tuple[str, str, str], float] = {}
    for module in (membership, near_copies, overfitting, power):
        apart |= by_name(module.measure(evidence))
    assert together == pytest.approx(apart)


def test_every_figure_is_of_one_kind_and_of_privacy() -> None:
    names = [kind.name for kind in leakage.KINDS]
    assert len(names) == len(set(names))
    assert {kind.area for kind in leakage.KINDS} == {"privacy"}
    assert "anonymous" not in " ".join(kind.sentence for kind in leakage.KINDS)


def test_without_a_holdout_one_note_says_what_is_missing() -> None:
    evidence = evidence_of(people(60, 0), people(30, 1), people(60, 2))
    measured = leakage.measure(replace(evidence, holdout=None))
    assert measured.metrics == [] and len(measured.notes) == 1


def test_what_is_being_done_is_told() -> None:
    told: list[str] = []
    evidence = evidence_of(people(100, 0), people(60, 1), people(100, 2))
    leakage.measure(replace(evidence, follow=told.append))
    assert len(told) >= 5 and all(line.startswith("privacy: ") for line in told)


def test_the_likelihoods_of_who_has_the_model_are_an_attack_and_a_gap() -> None:
    evidence = evidence_of(people(300, 0), people(200, 1), people(300, 2))
    # the attack also looks at how likely a row is in the population, whose logs differ by dozens
    likelihood = {"train": np.full(300, 500.0), "holdout": np.full(200, 100.0)}
    measured = leakage.measure(replace(evidence, likelihood=likelihood))
    attacks = {m.detail: m.value for m in measured.metrics if m.name == "membership_auc"}
    assert attacks["model_likelihood"] == 1.0  # each target got the likelihood of its own side
    (gap,) = [m for m in measured.metrics if m.name == "likelihood_gap"]
    assert gap.value == 400.0
    alone = leakage.measure(replace(evidence, likelihood={"train": np.zeros(300)}))
    assert "likelihood_gap" not in {m.name for m in alone.metrics}
