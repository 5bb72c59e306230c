from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from synth.metrics.privacy.near_copies import KINDS, measure
from tests.synth.metrics.privacy.rows import evidence_of, people


def excess(train: pa.Table, holdout: pa.Table, synthetic: pa.Table) -> float:
    measured = measure(evidence_of(train, holdout, synthetic))
    return next(m.value for m in measured.metrics if m.name == "near_copy_excess")


@pytest.mark.parametrize("seed", range(6))
def test_fresh_rows_pass(seed: int) -> None:
    assert (
        excess(people(1500, 3 * seed), people(700, 3 * seed + 1), people(1500, 3 * seed + 2)) == 0
    )


def test_the_holdout_posing_as_synthetic_passes() -> None:
    assert excess(people(1500, 0), people(700, 1), people(700, 1)) == 0


def test_rows_of_the_densest_region_pass_though_they_are_near_to_many() -> None:
    # A generator that makes only usual rows comes near to train rows without having seen them.
    usual = people(20_000, 2)
    dense = usual.filter(np.abs(np.asarray(usual["score"])) < 0.1).slice(0, 1500)
    assert excess(people(1500, 0), people(700, 1), dense) == 0


def test_a_copy_of_the_train_rows_fails() -> None:
    measured = measure(evidence_of(people(1500, 0), people(700, 1), people(1500, 0)))
    figures = {metric.name: metric for metric in measured.metrics}
    assert figures["near_copy_excess"].value > 0.9
    assert figures["near_copy_rate"].value == 1 and figures["nndr"].value < 0.05
    assert figures["dcr_share"].interval[0] > 0.5
    assert any(note.startswith("Near copies: 1,500 of 1,500") for note in measured.notes)


def test_a_table_of_few_coarse_values_passes_though_every_row_is_a_copy() -> None:
    def coarse(seed: int) -> pa.Table:
        rng = np.random.default_rng(seed)
        return pa.table({name: rng.choice(["a", "b", "c"], 600) for name in "xyz"})

    assert excess(coarse(0), coarse(1), coarse(2)) == 0


def test_one_entity_of_many_copied_rows_is_one() -> None:
    evidence = evidence_of(people(600, 0), people(300, 1), people(600, 0).slice(0, 30))
    assert evidence.holdout is not None
    owned = replace(
        evidence,
        train=replace(evidence.train, entities=np.maximum(np.arange(600) // 30, 0)),
        holdout=replace(evidence.holdout, entities=np.arange(300) // 10),
    )
    measured = measure(owned)
    assert measured.metrics[0].value == 0 and "entities" in measured.notes[-1] + measured.notes[0]


def test_every_figure_has_its_kind_and_an_interval_around_it() -> None:
    measured = measure(evidence_of(people(300, 0), people(100, 1), people(300, 2)))
    assert [metric.name for metric in measured.metrics] == [kind.name for kind in KINDS]
    for metric, kind in zip(measured.metrics, KINDS, strict=True):
        assert metric.higher_is_better == kind.higher_is_better
        assert metric.interval[0] <= metric.value <= metric.interval[1]
    assert "arXiv 2505.01524" in KINDS[-1].sentence


def test_without_a_holdout_it_is_said() -> None:
    evidence = evidence_of(people(60, 0), people(30, 1), people(60, 2))
    measured = measure(replace(evidence, holdout=None))
    assert measured.metrics == [] and "Near copies are not measured" in measured.notes[0]
