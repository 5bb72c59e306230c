import numpy as np

from synth.encode.levels import MOST_PLACES, arrange, mid_ranks
from synth.encode.settings import EncoderSettings


def test_few_cells_are_one_level() -> None:
    levels = arrange(np.array([5, 1, 3]), EncoderSettings())
    assert levels.group.tolist() == [0, 1, 2] and levels.places == 1


def test_every_cell_has_a_place_of_its_own_and_the_table_finds_it() -> None:
    counts = np.random.default_rng(0).zipf(1.5, 5000).clip(max=10_000)
    levels = arrange(counts, EncoderSettings())
    pairs = set(zip(levels.group.tolist(), levels.place.tolist(), strict=True))
    assert len(pairs) == 5000
    assert levels.places <= MOST_PLACES
    assert (levels.table()[levels.group, levels.place] == np.arange(5000)).all()


def test_a_heavy_cell_is_a_group_of_its_own() -> None:
    counts = np.ones(1000, np.int64)
    counts[400] = 500
    levels = arrange(counts, EncoderSettings())
    assert (levels.group == levels.group[400]).sum() == 1


def test_no_group_has_cells_of_two_pieces() -> None:
    pieces = np.repeat(np.arange(5), [30, 100, 7, 400, 63])
    levels = arrange(np.full(600, 10), EncoderSettings(), pieces)
    assert all(len(set(pieces[levels.group == group])) == 1 for group in range(levels.groups))
    assert 64 <= levels.groups <= 69
    many = arrange(np.full(600, 10), EncoderSettings(), np.arange(600))
    assert many.groups == 64


def test_twice_as_many_groups() -> None:
    assert arrange(np.full(1280, 10), EncoderSettings(), groups=128).groups == 128


def test_mid_ranks_checked_by_hand() -> None:
    # masses 1, 1, 2 of 4: middles at 1/8, 3/8, 3/4
    assert mid_ranks(np.arange(3), np.array([1, 1, 2]), 3) == (0.125, 0.375, 0.75)
