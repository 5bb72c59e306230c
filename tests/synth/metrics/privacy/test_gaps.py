from dataclasses import replace

import numpy as np
import pytest

from synth.metrics.privacy import gaps as module
from synth.metrics.privacy.gaps import Gaps, choose_checked, gaps_to, joined, of_units, relative
from synth.metrics.privacy.setting import Setting, prepare
from tests.synth.metrics.privacy.rows import evidence_of, people


def setting_of(rows: int = 200, **changed: object) -> Setting:
    evidence = evidence_of(people(rows, 0), people(100, 1), people(rows, 0))
    setting = prepare(replace(evidence, **changed))
    assert isinstance(setting, Setting)
    return setting


def test_copied_rows_have_no_gap_and_others_have_one() -> None:
    setting = setting_of()
    checked = choose_checked(setting)
    gaps = gaps_to(setting, checked, setting.synthetic.points)
    assert (gaps.train == 0).all() and (gaps.holdout > 0).mean() > 0.95
    assert checked.notes == ()


def test_gaps_to_parts_are_those_to_the_whole() -> None:
    setting = setting_of()
    checked, points = choose_checked(setting), setting.synthetic.points
    whole = gaps_to(setting, checked, points)
    parts = [
        gaps_to(setting, checked, points[part]) for part in (slice(0, 0), slice(9), slice(9, 999))
    ]
    assert joined(parts).train == pytest.approx(whole.train)
    assert joined(parts).holdout == pytest.approx(whole.holdout)


def test_the_usual_distance_is_to_another_row() -> None:
    setting = setting_of()
    checked = choose_checked(setting)
    assert (checked.usual.holdout > 0).mean() > 0.95
    assert np.median(checked.usual.holdout) == pytest.approx(
        np.median(checked.usual.train), rel=0.2
    )
    half = Gaps(checked.usual.train / 2, checked.usual.holdout * 3)
    assert relative(checked, half).train == pytest.approx(np.full(200, 0.5))


def test_more_rows_than_are_checked_are_sampled_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUICK_ROWS", 150)
    checked = choose_checked(setting_of())
    assert len(checked.train) == 150 and len(checked.holdout) == 100
    assert checked.notes == ("Near copies are looked for around 150 of 200 train rows.",)


def test_an_entity_is_as_near_as_its_nearest_row() -> None:
    evidence = evidence_of(people(200, 0), people(100, 1), people(200, 0))
    assert evidence.holdout is not None
    setting = setting_of(
        train=replace(evidence.train, entities=np.arange(200) // 4),
        holdout=replace(evidence.holdout, entities=np.arange(100) // 2),
    )
    gaps = Gaps(np.arange(200.0), np.arange(100.0)[::-1])
    near = of_units(setting, choose_checked(setting), gaps)
    assert near.train.tolist() == list(range(0, 200, 4))
    assert near.holdout.tolist() == list(range(98, -1, -2))
