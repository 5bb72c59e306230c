"""Fine places as positions: codes come back, margins are met, nothing falls outside."""

from __future__ import annotations

import numpy as np
import pytest

from synth.encode.statistics import CodeStatistics
from synth.generators.margins import margins
from synth.generators.positions import Positions
from tests.synth.fits import encoded
from tests.synth.generators.kinds import people


@pytest.fixture(scope="module")
def known() -> tuple[Positions, np.ndarray, CodeStatistics]:
    encoder, codes, statistics = encoded(people(8000))
    return Positions.of(encoder.sub_columns, statistics), codes, statistics


def test_the_middle_of_each_place_is_its_code(
    known: tuple[Positions, np.ndarray, CodeStatistics],
) -> None:
    positions, codes, _ = known
    begin, width = positions.intervals(codes)
    assert positions.fine and (width >= 0).all() and (begin + width < 1 + 1e-5).all()
    seen = (width > 0).all(1)
    assert seen.mean() > 0.99
    back = positions.codes(codes[seen][:, positions.first], (begin + width / 2)[seen])
    assert (back == codes[seen]).mean() > 0.999  # but for places of next to no share
    np.testing.assert_array_equal(back[:, positions.first], codes[seen][:, positions.first])


def test_uniform_positions_have_the_margins(
    known: tuple[Positions, np.ndarray, CodeStatistics],
) -> None:
    positions, codes, statistics = known
    rng = np.random.default_rng(0)
    first = np.repeat(codes[:, positions.first], 20, axis=0)
    drawn = positions.codes(first, rng.random((len(first), len(positions.fine))))
    wanted = margins(positions.sub_columns, statistics)
    for place, lead in zip(positions.fine, positions.leads, strict=True):
        table = np.zeros_like(wanted[place], float)
        np.add.at(table, (first[:, lead], drawn[:, place]), 1 / 20)
        assert np.abs(table - wanted[place]).sum() / len(codes) < 0.1


def test_ends_and_what_lies_outside_are_codes_of_the_group(
    known: tuple[Positions, np.ndarray, CodeStatistics],
) -> None:
    positions, codes, _ = known
    first = codes[:, positions.first]
    ends = [
        positions.codes(first, np.full((len(first), len(positions.fine)), at))
        for at in (-1.0, 0.0, 1.0, 7.0)
    ]
    np.testing.assert_array_equal(ends[0], ends[1])
    np.testing.assert_array_equal(ends[2], ends[3])
    sizes = [sub.cardinality for sub in positions.sub_columns]
    assert all((end >= 0).all() and (end < sizes).all() for end in ends)


def test_a_group_of_one_place_does_not_move(
    known: tuple[Positions, np.ndarray, CodeStatistics],
) -> None:
    positions, codes, _ = known
    moving = positions.moving(codes[:, positions.first])
    _, width = positions.intervals(codes)
    assert moving.any() and (width[~moving] == 1).all()


def test_they_are_saved_as_tables(known: tuple[Positions, np.ndarray, CodeStatistics]) -> None:
    positions, codes, _ = known
    again = Positions.loaded(positions.sub_columns, positions.tensors())
    np.testing.assert_array_equal(again.intervals(codes)[0], positions.intervals(codes)[0])
