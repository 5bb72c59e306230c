from dataclasses import replace

import numpy as np

from synth.metrics.privacy.attacked import as_many, attacked_rows, too_few
from tests.synth.metrics.privacy.people import features, people


def test_rows_are_drawn_once_each() -> None:
    rows = features(people(50))
    found = attacked_rows(rows, 30, np.random.default_rng(0))
    assert len(found) == len(set(found)) == 30
    assert len(attacked_rows(rows, 80, np.random.default_rng(0))) == 50


def test_one_row_is_drawn_for_each_entity_and_any_of_its_rows() -> None:
    entities = np.repeat(np.arange(10), 5)
    rows = replace(features(people(50)), entities=entities)
    drawn = [attacked_rows(rows, 30, np.random.default_rng(seed)) for seed in range(20)]
    assert all(sorted(entities[found]) == list(range(10)) for found in drawn)
    assert len({int(found[entities[found] == 3][0]) for found in drawn}) > 2


def test_as_many_rows_of_both_parts_are_attacked() -> None:
    ours, others = as_many(features(people(50)), features(people(20)), 30, np.random.default_rng(0))
    assert others is not None and len(ours) == len(others) == 20
    ours, others = as_many(features(people(50)), None, 30, np.random.default_rng(0))
    assert others is None and len(ours) == 30


def test_the_note_says_how_many_there_were() -> None:
    assert "7 attacks" in too_few("linkability", 7)
