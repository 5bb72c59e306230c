from dataclasses import replace

import numpy as np

from synth.metrics.features import Features
from synth.metrics.privacy.scene import attack_scene
from tests.synth.metrics.privacy.people import tight


def rows_of(table: Features) -> set[bytes]:
    return {row.tobytes() for row in table.values}


def test_the_real_rows_are_of_the_holdout_and_then_of_people_who_are_not_attacked() -> None:
    evidence = tight(400)
    few = replace(evidence, holdout=evidence.real.take(np.arange(100)))
    scene = attack_scene(few, np.random.default_rng(0))
    assert (len(scene.targets), len(scene.real), scene.held) == (200, 300, 100)
    assert len(scene.made) == len(scene.real)
    assert rows_of(scene.targets) <= rows_of(few.train)
    assert not rows_of(scene.targets) & rows_of(scene.real)
    assert len(rows_of(scene.real) & rows_of(few.real)) == 100
    first = rows_of(scene.real.take(np.arange(60)))
    assert 5 < len(first & rows_of(few.real)) < 40  # mixed


def test_a_smaller_synthetic_table_is_met_by_as_many_real_rows() -> None:
    evidence = tight(400)
    few = replace(evidence, synthetic=evidence.synthetic.take(np.arange(90)))
    scene = attack_scene(few, np.random.default_rng(0))
    assert (len(scene.made), len(scene.real), scene.held) == (90, 90, 90)


def test_without_a_holdout_all_real_rows_are_of_people_who_are_not_attacked() -> None:
    scene = attack_scene(replace(tight(400), holdout=None), np.random.default_rng(0))
    assert (len(scene.targets), len(scene.real), scene.held) == (200, 200, 0)


def test_other_rows_of_an_attacked_entity_are_in_no_attackers_hands() -> None:
    evidence = tight(400)
    entities = np.repeat(np.arange(100), 4)
    numbered = evidence.train.values.copy()
    numbered[:, 1] = entities  # the height tells whose row it is
    train = Features(evidence.train.columns, numbered, entities)
    scene = attack_scene(replace(evidence, train=train, holdout=None), np.random.default_rng(0))
    assert len(scene.targets) == 50 and len(scene.real) == 200
    assert not set(scene.targets.values[:, 1]) & set(scene.real.values[:, 1])
