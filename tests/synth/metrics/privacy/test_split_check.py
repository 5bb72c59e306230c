from dataclasses import replace

import numpy as np
import pytest

from synth.metrics.evidence import Evidence
from synth.metrics.privacy.setting import prepare
from synth.metrics.privacy.split_check import split_notes, train_holdout_area
from tests.synth.metrics.privacy.rows import evidence_of, people


def evidence() -> Evidence:
    return evidence_of(people(800, 0), people(800, 1), people(400, 2))


@pytest.mark.parametrize("seed", range(5))
def test_a_random_split_is_not_accused(seed: int) -> None:
    own = evidence_of(people(600, 3 * seed), people(300, 3 * seed + 1), people(90, 99), seed)
    assert split_notes(prepare(own)) == []


def test_a_holdout_of_another_time_is_told() -> None:
    own = evidence()
    assert own.holdout is not None
    later = own.holdout.values.copy()
    later[:, own.holdout.names.index("height")] += 12
    setting = prepare(replace(own, holdout=replace(own.holdout, values=later)))
    area, error = train_holdout_area(setting)
    assert area > 0.6 and error == pytest.approx(np.sqrt(1601 / 12 / 800**2))
    assert "draw the holdout at random" in split_notes(setting)[0]


def test_rows_of_one_entity_do_not_give_their_table_away() -> None:
    own = evidence()
    assert own.holdout is not None
    same = np.repeat(np.arange(100), 8)
    setting = prepare(
        replace(
            own,
            train=replace(own.train, values=own.train.values[same], entities=same),
            holdout=replace(own.holdout, values=own.holdout.values[same], entities=same),
        )
    )
    area, error = train_holdout_area(setting)
    assert abs(area - 0.5) < 3 * error
