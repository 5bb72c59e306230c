from dataclasses import replace

import numpy as np
import pytest

from synth.metrics.features import Features
from synth.metrics.privacy.space import fit_space
from synth.metrics.privacy.targets import (
    ROWS_OF_AN_ENTITY,
    Targets,
    choose_targets,
    split_holdout,
    units_of,
)
from tests.synth.metrics.privacy.rows import features, people


def chosen(train: Features, holdout: Features, seed: int = 0) -> Targets:
    space = fit_space(holdout, seed)
    rng = np.random.default_rng(seed)
    others, _ = split_holdout(units_of(holdout), rng)
    sides = (train, space.points(train)), (holdout, space.points(holdout))
    return choose_targets(*sides, others, rng)


def test_members_and_others_are_as_many_and_of_the_right_table() -> None:
    train, holdout = features(people(900, 0), people(400, 1))
    targets = chosen(train, holdout)
    assert targets.member.sum() == (~targets.member).sum() == 200
    assert len(targets.train_rows) == len(targets.holdout_rows) == 200
    assert targets.vulnerable[targets.member].sum() == 50
    assert (targets.unit == np.arange(400)).all()
    assert "200 random and 50 vulnerable rows" in targets.notes[0]


def test_half_of_the_holdout_is_left_to_the_attacker() -> None:
    _, holdout = features(people(90, 0), people(401, 1))
    targets, reference = split_holdout(units_of(holdout), np.random.default_rng(0))
    assert len(targets) == 200 and not set(targets) & set(reference)
    assert len(reference) == 201


def test_vulnerable_rows_are_the_far_ones() -> None:
    train, holdout = features(people(600, 0), people(600, 1))
    far = np.arange(0, 600, 20)
    height = train.names.index("height")
    train.values[far, height] += 1e6 * (1 + np.arange(len(far)))
    targets = chosen(train, holdout)
    vulnerable = targets.train_rows[targets.vulnerable[targets.member]]
    drawn = np.intersect1d(far, targets.train_rows)
    assert len(drawn) and np.isin(drawn, vulnerable).all()


def test_both_sides_are_chosen_alike() -> None:
    # The outermost of more rows lie farther out: an attack would mistake that for membership.
    train, holdout = features(people(6000, 0), people(800, 1))
    targets = chosen(train, holdout)
    space = fit_space(holdout, 0)
    sizes = [
        np.linalg.norm(space.points(table)[rows][targets.vulnerable[side]], axis=1).mean()
        for table, rows, side in (
            (train, targets.train_rows, targets.member),
            (holdout, targets.holdout_rows, ~targets.member),
        )
    ]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.1)


def test_entities_are_targets_with_all_their_rows_up_to_a_bound() -> None:
    train, holdout = features(people(600, 0), people(300, 1))
    owners = np.repeat(np.arange(200) * 11, 3)
    owners[300:360] = 5  # one of sixty rows
    train = replace(train, entities=owners)
    holdout = replace(holdout, entities=np.repeat(np.arange(100), 3))
    targets = chosen(train, holdout)
    assert targets.member.sum() == 50 == (~targets.member).sum()
    counts = np.bincount(targets.unit)
    assert counts.max() <= ROWS_OF_AN_ENTITY and (counts[50:] == 3).all()
    scores = np.arange(len(targets.unit), dtype=float)
    assert targets.of_units(scores)[-1] == scores[-3:].mean()
    assert targets.of_units(scores, "max")[-1] == scores[-1]
    assert "entities" in targets.notes[0]


def test_a_holdout_of_three_rows_is_no_crash() -> None:
    train, holdout = features(people(5, 0), people(3, 1))
    targets = chosen(train, holdout)
    assert targets.member.sum() == 1 and not targets.vulnerable.any()
