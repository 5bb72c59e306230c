import numpy as np

from synth.metrics.features import FeatureColumn, Features
from synth.metrics.privacy.detectors import (
    copies_among,
    exact_copies_found,
    members_found,
    near_copies_found,
    row_bytes,
)
from synth.metrics.privacy.gaps import choose_checked, gaps_to
from synth.metrics.privacy.outcomes import attack
from tests.synth.metrics.privacy.attacks.sights import setting_of, sight_of


def rows(*values: list[float]) -> Features:
    columns = tuple(FeatureColumn(name, "double", True) for name in "ab")
    return Features(columns, np.array(values))


def test_rows_are_equal_in_every_value_and_nulls_are_equal() -> None:
    known = frozenset(row_bytes(rows([1.0, np.nan], [0.0, 2.0])))
    other_nan = np.frombuffer(np.array([0x7FF8000000000001], np.uint64).tobytes(), np.float64)[0]
    asked = rows([1.0, np.nan], [1.0, other_nan], [-0.0, 2.0], [1.0, 2.0], [0.0, np.nan])
    assert copies_among(asked, known) == 3


def test_copies_are_told_beside_those_of_the_holdout() -> None:
    assert exact_copies_found(60, 1000, (0, 1000)).broken
    assert not exact_copies_found(60, 1000, (55, 1000)).broken
    assert not exact_copies_found(0, 1000, (0, 1000)).broken


def test_a_copied_table_breaks_all_and_a_fresh_one_none() -> None:
    for copied, broken in ((1.0, True), (0.0, False)):
        setting = setting_of(copied)
        checked = choose_checked(setting)
        gaps = gaps_to(setting, checked, setting.synthetic.points)
        near = near_copies_found(setting, checked, gaps)
        members = members_found(attack(setting, sight_of(copied), draws=50))
        assert near.broken == broken and [one.broken for one in members] == [broken]
