from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from synth.generators.autoregressive import contexts
from synth.generators.autoregressive.contexts import Context, frequent

# A column of one code, a value of two, and another value of two.
SIZES, GROUPS = (3, 4, 5, 2, 6), (None, None, 1, None, 3)
TELLERS = ((), (), (), (0, 2), (2,))
CODES = np.random.default_rng(0).integers(0, SIZES, (500, 5)).astype(np.int32)


def by_hand(places: tuple[int, ...], codes: np.ndarray = CODES) -> dict[tuple[int, ...], int]:
    values, counts = np.unique(codes[:, places], axis=0, return_counts=True)
    return {tuple(v): int(n) for v, n in zip(values.tolist(), counts.tolist(), strict=True)}


def test_a_context_is_a_code_or_a_value_within_the_group_of_what_it_tells() -> None:
    assert Context.of(3, 0, SIZES, GROUPS).codes == ((0, 3),)
    assert Context.of(3, 2, SIZES, GROUPS).codes == ((1, 4), (2, 5))
    assert Context.of(4, 2, SIZES, GROUPS).codes == ((1, 4), (2, 5), (3, 2))
    assert Context.of(4, 2, SIZES, GROUPS).size == 40


@pytest.mark.parametrize(("told", "teller"), [(3, 0), (3, 2), (4, 2)])
def test_each_context_has_a_number_the_same_in_numpy_and_torch(told: int, teller: int) -> None:
    context = Context.of(told, teller, SIZES, GROUPS)
    found = context.at(CODES.astype(np.int64))
    assert found.min() >= 0 and found.max() < context.size
    assert len(np.unique(found)) == len(by_hand(tuple(place for place, _ in context.codes)))
    of_torch = context.at(torch.from_numpy(CODES.astype(np.int64)))
    assert (of_torch.numpy() == found).all()


def test_what_fewer_rows_share_has_no_row_of_its_own() -> None:
    found = frequent(TELLERS, SIZES, GROUPS, np.array_split(CODES, 7), 13)
    assert [(own.context.told, own.context.teller) for own in found] == [(3, 0), (3, 2), (4, 2)]
    kept_of_the_last = 0
    for own in found:
        counts = by_hand(tuple(place for place, _ in own.context.codes))
        often = [context for context, rows in counts.items() if rows >= 13]
        sizes = [cardinality for _, cardinality in own.context.codes]
        assert own.kept.tolist() == sorted(np.ravel_multi_index(np.array(often).T, sizes).tolist())
        rows = own.rows()
        assert (rows[own.kept] == np.arange(1, len(own.kept) + 1)).all()
        assert np.count_nonzero(rows) == len(own.kept)
        kept_of_the_last = len(own.kept)
    assert 0 < kept_of_the_last < 40


def test_rows_of_all_workers_count() -> None:
    parts = np.array_split(CODES, 2)
    other = iter([frequent_counts(parts[1], teller) for teller in ((3, 0), (3, 2), (4, 2))])
    found = frequent(TELLERS, SIZES, GROUPS, [parts[0]], 13, lambda own: own + next(other))
    whole = frequent(TELLERS, SIZES, GROUPS, [CODES], 13)
    assert [own.kept.tolist() for own in found] == [own.kept.tolist() for own in whole]


def frequent_counts(codes: np.ndarray, pair: tuple[int, int]) -> np.ndarray:
    context = Context.of(*pair, SIZES, GROUPS)
    return np.bincount(context.at(codes.astype(np.int64)), minlength=context.size)


def test_no_row_is_read_where_nothing_is_told() -> None:
    def unread() -> Iterator[np.ndarray]:
        raise AssertionError("rows were read")
        yield CODES

    assert frequent(((),) * 5, SIZES, GROUPS, unread(), 1) == ()


def test_large_tables_keep_the_most_frequent_and_all_together_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    often = np.repeat(CODES[:1], 200, 0)
    codes = np.concatenate([CODES, often])
    monkeypatch.setattr(contexts, "MOST_CELLS", 2 * 6)  # one row, and that of all others
    found = {own.context: own for own in frequent(TELLERS, SIZES, GROUPS, [codes], 1)}
    last = Context.of(4, 2, SIZES, GROUPS)
    assert found[last].kept.tolist() == [last.at(often.astype(np.int64))[0]]
    monkeypatch.setattr(contexts, "MOST_CELLS", 1000)
    monkeypatch.setattr(contexts, "ALL_CELLS", 4 * 2 + 21 * 2)
    bounded = frequent(TELLERS, SIZES, GROUPS, [codes], 1)
    assert [own.context.told for own in bounded] == [3, 3]  # nothing is left for the third
    monkeypatch.undo()
    monkeypatch.setattr(contexts, "ALL_CONTEXTS", 3 + 20 + 39)  # the last one has 40
    few = frequent(TELLERS, SIZES, GROUPS, [codes], 1)
    assert [(own.context.told, own.context.teller) for own in few] == [(3, 0), (3, 2)]
