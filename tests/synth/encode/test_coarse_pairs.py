"""Pairs in ranges, by hand: coarse enough to be met, and empty only where all around is."""

import json
from itertools import pairwise, permutations

import numpy as np

from synth.encode.coarse_pairs import EMPTY, CoarsePairs, coarse_pairs

PLACED = np.ones(64, bool)


def table_of(codes: np.ndarray) -> np.ndarray:
    table = np.zeros((64, 64), np.int64)
    np.add.at(table, (codes[:, 0], codes[:, 1]), 1)
    return table


def along_a_road(rows: int = 4000) -> np.ndarray:
    rng = np.random.default_rng(0)
    first = rng.integers(0, 64, rows)
    return np.stack([first, np.clip(first + rng.integers(-2, 3, rows), 0, 63)], 1)


def test_ranges_hold_all_rows_and_far_from_the_road_is_empty() -> None:
    found = coarse_pairs(table_of(along_a_road()), PLACED, PLACED, 10)
    assert [pairs.counts.shape for pairs in found] == [(8, 8), (16, 16), (32, 32), (61, 63)]
    for pairs in found[:3]:
        assert (np.diff(pairs.own_range) >= 0).all() and (np.diff(pairs.partner_range) >= 0).all()
        assert pairs.counts[pairs.counts > 0].sum() > 3900
        apart = np.abs(np.subtract.outer(*map(np.arange, pairs.counts.shape)))
        assert (pairs.counts[apart <= 1] != EMPTY).all()
        assert (pairs.counts[apart > 2] <= 0).all()
    assert (found[2].counts == EMPTY).mean() > 0.7


def test_what_few_rows_share_is_not_told() -> None:
    codes = np.concatenate([along_a_road(), [[60, 2]] * 9])
    for pairs in coarse_pairs(table_of(codes), PLACED, PLACED, 10):
        at = pairs.counts[pairs.partner_range[60], pairs.own_range[2]]
        assert at in (0, EMPTY)
        assert not ((pairs.counts > 0) & (pairs.counts < 10)).any()


def test_independent_codes_of_few_rows_have_coarse_ranges_only() -> None:
    codes = np.random.default_rng(0).integers(0, 64, (700, 2))
    found = coarse_pairs(table_of(codes), PLACED, PLACED, 10)
    assert [pairs.counts.shape for pairs in found] == [(8, 8)]


def test_codes_without_a_place_are_ranges_of_their_own() -> None:
    placed = np.arange(64) < 62
    pairs = coarse_pairs(table_of(along_a_road()), placed, placed, 10)[0]
    assert pairs.own_range[61:].tolist() == [7, 8, 9]
    assert not (pairs.counts[8:] == EMPTY).any() and not (pairs.counts[:, 8:] == EMPTY).any()
    assert coarse_pairs(table_of(along_a_road()), np.zeros(64, bool), placed, 10) == ()


def test_few_codes_need_no_ranges() -> None:
    assert coarse_pairs(np.full((8, 6), 50), PLACED[:8], PLACED[:6], 10) == ()


def test_they_survive_json() -> None:
    pairs = coarse_pairs(table_of(along_a_road()), PLACED, PLACED, 10)[1]
    again = CoarsePairs.from_json(json.loads(json.dumps(pairs.to_json())))
    assert (again.counts == pairs.counts).all() and (again.own_range == pairs.own_range).all()
    assert (again.partner_range == pairs.partner_range).all()


def test_ranges_end_where_one_city_does_and_the_next_begins() -> None:
    # Three cities, of 0.2, 0.35 and 0.45 of the rows: no eighth of the rows ends with one of them.
    edges = np.array([0, 8, 22, 40])
    table = np.zeros((40, 40), np.int64)
    for first, last in pairwise(edges):
        table[first:last, first:last] = 12
    placed = np.ones(40, bool)
    for pairs in coarse_pairs(table, placed, placed, 10):
        for ranges in (pairs.partner_range, pairs.own_range):
            assert (np.diff(ranges)[edges[1:-1] - 1] == 1).all()
        inside = [np.unique(pairs.own_range[first:last]) for first, last in pairwise(edges)]
        for city, other in permutations(range(3), 2):
            assert (pairs.counts[np.ix_(inside[city], inside[other])] <= 0).all()


def test_a_cloud_has_no_breaks() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=6000)
    y = x + rng.normal(size=6000) / 2
    codes = [np.searchsorted(np.quantile(v, np.arange(1, 128) / 128), v) for v in (x, y)]
    table = np.zeros((128, 128), np.int64)
    np.add.at(table, tuple(codes), 1)
    placed = np.ones(128, bool)
    for pairs in coarse_pairs(table, placed, placed, 10):
        assert pairs.counts.shape[0] in (8, 16, 32, 64)
