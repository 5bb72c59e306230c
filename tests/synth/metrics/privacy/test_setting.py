from dataclasses import replace

import numpy as np
import pyarrow as pa

from synth.metrics.privacy.setting import Setting, prepare
from tests.synth.metrics.privacy.rows import evidence_of, people


def test_targets_and_reference_are_of_the_right_tables_and_apart() -> None:
    evidence = evidence_of(people(300, 0), people(200, 1), people(300, 2))
    setting = prepare(evidence)
    assert isinstance(setting, Setting)
    targets = setting.targets
    assert len(setting.reference) == 100 and len(setting.attacked) == 200
    members = evidence.train.values[targets.train_rows]
    others = evidence.holdout.values[targets.holdout_rows]
    attacked = setting.attacked.features.values
    assert np.array_equal(attacked, np.concatenate([members, others]), equal_nan=True)
    known = {row.tobytes() for row in setting.reference.features.values}
    assert not known & {row.tobytes() for row in attacked}


def test_why_there_is_no_setting_is_said() -> None:
    evidence = evidence_of(people(300, 0), people(30, 1), people(300, 2))
    assert evidence.holdout is not None
    assert "no holdout" in prepare(replace(evidence, holdout=None))
    few = evidence.holdout.take(np.arange(12))
    assert "12 rows" in prepare(replace(evidence, holdout=few))
    owned = replace(evidence.holdout, entities=np.arange(30) % 3)
    assert "3 entities" in prepare(replace(evidence, holdout=owned))
    none = evidence.synthetic.take(np.arange(0))
    assert "fewer than 10" in prepare(replace(evidence, synthetic=none))
    same = pa.table({"x": ["a"] * 60, "y": pa.array([None] * 60, pa.float64())})
    assert "all reference rows are equal" in prepare(evidence_of(same, same, same))
    bare = replace(evidence, train=evidence.train.without(evidence.train.names))
    assert "but keys" in prepare(bare)


def test_what_attacks_do_not_see_is_said() -> None:
    evidence = evidence_of(people(300, 0), people(100, 1), people(200, 2))
    larger = {"train": 5000, "holdout": 100, "synthetic": 4000}
    notes = prepare(replace(evidence, rows_in_all=larger)).notes
    assert any("300 of 5,000 train rows" in note for note in notes)
    assert any("fewer rows than the train part" in note for note in notes)


def test_the_same_seed_gives_the_same_targets() -> None:
    evidence = evidence_of(people(900, 0), people(400, 1), people(300, 2))
    first, again, other = (prepare(replace(evidence, seed=seed)).targets for seed in (1, 1, 2))
    assert (first.train_rows == again.train_rows).all()
    assert not np.array_equal(first.train_rows, other.train_rows)
