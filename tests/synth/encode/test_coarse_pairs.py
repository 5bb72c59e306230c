"""Pairs in ranges, by hand: coarse enough to be met, and empty only where all around is."""

import json

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
