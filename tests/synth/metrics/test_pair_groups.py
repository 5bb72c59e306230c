"""Columns counted together tell each pair once."""

from __future__ import annotations

from itertools import combinations
from math import prod

import pytest

from synth.metrics.pair_groups import MOST_CELLS, MOST_COLUMNS, pair_groups


@pytest.mark.parametrize(
    "sizes",
    [(), (4,), (3, 5), (10,) * 15, (2, 300, 4, 700, 90, 1, 12), (5_000, 9_000, 2), (7,) * 60],
)
def test_each_pair_is_told_by_one_group(sizes: tuple[int, ...]) -> None:
    groups = pair_groups(sizes)
    told = [pair for group in groups for pair, _ in group.pairs]
    assert sorted(told) == list(combinations(range(len(sizes)), 2))
    for group in groups:
        assert list(group.columns) == sorted(set(group.columns))
        assert len(group.columns) <= MOST_COLUMNS
        if len(group.columns) > 2:  # two columns may have as many cells as they have
            assert prod(sizes[column] for column in group.columns) <= MOST_CELLS
        for pair, axes in group.pairs:
            rest = [c for place, c in enumerate(group.columns) if place not in axes]
            assert tuple(rest) == pair


def test_fifteen_columns_are_a_third_as_many_groups_as_pairs() -> None:
    assert len(pair_groups((10,) * 15)) == 35
