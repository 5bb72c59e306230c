from dataclasses import replace

import numpy as np
import pytest

from synth.metrics.metric import Metric
from synth.metrics.privacy import smoke as module
from synth.metrics.privacy.setting import Setting, prepare
from synth.metrics.privacy.smoke import SMOKE_KINDS, smoke_test
from tests.synth.metrics.privacy.rows import evidence_of, people


def figures(synthetic_seed: int, rows: int = 600) -> dict[str, Metric]:
    setting = prepare(evidence_of(people(rows, 0), people(rows, 1), people(rows, synthetic_seed)))
    assert isinstance(setting, Setting)
    return {metric.name: metric for metric in smoke_test(setting).metrics}


def test_fresh_rows_are_like_the_holdout() -> None:
    found = figures(2)
    assert found["near_copy_rate"].reference == pytest.approx(0.01)
    assert found["near_copy_rate"].interval[0] < 0.01 < found["near_copy_rate"].interval[1] + 0.01
    assert found["dcr_share"].value == pytest.approx(0.5, abs=0.07)
    assert found["nndr"].value == pytest.approx(found["nndr"].reference, abs=0.03)


def test_copies_stand_out() -> None:
    found = figures(0)
    assert found["near_copy_rate"].counts == (600, 600)
    assert found["dcr_share"].value > 0.99 and found["nndr"].value < 0.01
    assert figures(1)["dcr_share"].value < 0.01  # of the holdout


def test_a_sample_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUICK_ROWS", 100)
    evidence = evidence_of(people(300, 0), people(150, 1), people(300, 2))
    setting = prepare(evidence)
    measured = smoke_test(setting)
    assert "100 synthetic and 100 holdout rows" in measured.notes[0]
    full = smoke_test(prepare(replace(evidence, depth="full")))
    assert full.notes == []


def test_no_figure_has_a_bound_and_each_says_that_it_is_no_proof() -> None:
    assert all(kind.bound is None and "no proof" in kind.sentence for kind in SMOKE_KINDS)


def test_twins_of_the_train_part_are_nobodys_copy() -> None:
    twice = people(50, 0)
    setting = prepare(
        evidence_of(twice.take(np.arange(100) % 50), people(50, 1), twice.take(np.arange(50)))
    )
    found = {metric.name: metric for metric in smoke_test(setting).metrics}
    assert found["nndr"].value == 1 and np.isfinite(found["nndr"].interval).all()
