import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.metric import Metric
from synth.metrics.privacy.membership import KINDS, measure
from synth.metrics.privacy.setting import prepare
from tests.synth.metrics.privacy.rows import evidence_of, people


def named(metrics: list[Metric], name: str) -> list[Metric]:
    return [metric for metric in metrics if metric.name == name]


def test_fresh_rows_pass() -> None:
    measured = measure(evidence_of(people(2000, 0), people(2000, 1), people(2000, 2)))
    auc, tpr = (named(measured.metrics, f"worst_attack_{what}")[0] for what in ("auc", "tpr"))
    assert auc.interval[0] < 0.5 < auc.value < 0.56 and tpr.interval[0] < 0.03
    assert auc.value == pytest.approx(auc.reference, abs=0.05)
    assert named(measured.metrics, "epsilon_lower_bound")[0].value == 0
    assert any(note.startswith("No leak found by these attacks") for note in measured.notes)
    areas = [metric.value for metric in named(measured.metrics, "membership_auc")]
    assert len(areas) == 20 and areas == sorted(areas, reverse=True)


def test_a_copy_of_the_train_rows_fails() -> None:
    measured = measure(evidence_of(people(1500, 0), people(1500, 1), people(1500, 0)))
    auc, tpr = (named(measured.metrics, f"worst_attack_{what}")[0] for what in ("auc", "tpr"))
    assert auc.interval[0] > 0.9 and tpr.interval[0] > 0.8
    assert named(measured.metrics, "epsilon_lower_bound")[0].value > 1
    assert any("better than chance" in note for note in measured.notes)


def test_the_holdout_posing_as_synthetic_shows_no_member() -> None:
    # Its own rows are the copies: the attacks find them, and none of the train part.
    measured = measure(evidence_of(people(800, 0), people(800, 1), people(800, 1)))
    areas = [metric.value for metric in named(measured.metrics, "membership_auc")]
    assert max(areas) < 0.6 and min(areas) < 0.1


def test_every_figure_has_its_kind_and_direction() -> None:
    measured = measure(evidence_of(people(1200, 0), people(1200, 1), people(1200, 2)))
    kinds = {kind.name: kind for kind in KINDS}
    assert {metric.name for metric in measured.metrics} == set(kinds)
    assert all(m.higher_is_better == kinds[m.name].higher_is_better for m in measured.metrics)
    curves = measured.facts["membership"]["curves"]
    assert curves[0]["worst"] and {"worst", "fpr", "tpr", "attack"} <= set(curves[-1])
    assert curves[-1]["attack"] == "ensemble"
    json.dumps(measured.facts)


def test_small_and_strange_tables_give_results_or_say_why_not() -> None:
    tiny = measure(evidence_of(people(40, 0), people(20, 1), people(40, 2)))
    assert named(tiny.metrics, "worst_attack_auc") and not named(tiny.metrics, "worst_attack_tpr")
    assert any("membership_tpr_1 is not measured" in note for note in tiny.notes)
    few = measure(evidence_of(people(40, 0), people(10, 1), people(40, 2)))
    assert few.metrics == [] and "10 rows" in few.notes[0]
    evidence = evidence_of(people(40, 0), people(20, 1), people(40, 2))
    none = measure(replace(evidence, holdout=None))
    assert none.metrics == [] and "not measured: there is no holdout" in none.notes[0]
    noise = pa.table({"x": np.random.default_rng(0).normal(size=200), "y": ["a"] * 200})
    assert measure(evidence_of(noise, noise.slice(0, 50), noise)).metrics


def test_entities_are_the_members_where_rows_are_of_entities() -> None:
    evidence = evidence_of(people(600, 0), people(300, 1), people(600, 0))
    assert evidence.holdout is not None
    owned = replace(
        evidence,
        train=replace(evidence.train, entities=np.arange(600) // 3),
        holdout=replace(evidence.holdout, entities=np.arange(300) // 3),
    )
    measured = measure(owned)
    assert measured.facts["membership"]["unit"] == "entity"
    assert measured.facts["membership"]["members"]["random"] == 50
    assert named(measured.metrics, "worst_attack_auc")[0].value > 0.95


def test_who_has_the_model_may_add_its_likelihood() -> None:
    evidence = evidence_of(people(300, 0), people(200, 1), people(300, 2))
    targets = prepare(evidence).targets
    measured = measure(evidence, log_likelihood=100.0 * targets.member)
    assert "model_likelihood" in {metric.detail for metric in measured.metrics}
    assert named(measured.metrics, "worst_attack_auc")[0].value > 0.95


def test_the_same_seed_gives_the_same_figures() -> None:
    evidence = evidence_of(people(200, 0), people(100, 1), people(200, 2))
    assert measure(evidence) == measure(evidence)
