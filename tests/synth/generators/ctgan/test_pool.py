"""Training by sampling: rows have the code that is given, and values come by their weight."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from synth.generators.ctgan.pool import Pool, Stock
from synth.learning.task import ArrayCodes
from synth.table.errors import InputError
from tests.synth.generators.ctgan.small import positions, rows

CODES = rows(4000)
PLACES = positions(CODES)
STARTS = torch.tensor([0, 3, 6, 9])  # of a, b, d, e among the first-level codes


def pool(codes: np.ndarray = CODES, *, log_frequency: bool = True) -> Pool:
    return Pool(codes, PLACES, "cpu", log_frequency=log_frequency)


def test_a_row_has_the_code_that_is_given_in_whichever_column_it_is() -> None:
    torch.manual_seed(0)
    drawn = pool().draw(3000)
    own = drawn.codes.gather(1, drawn.column[:, None])[:, 0] + STARTS[drawn.column]
    assert torch.equal(own, drawn.given)
    assert set(drawn.column.tolist()) == {0, 1, 2}  # e has one code, of which nothing is learned
    assert np.bincount(drawn.column, minlength=3).min() > 900


@pytest.mark.parametrize("log_frequency", [True, False])
def test_values_come_by_the_logarithm_of_their_frequency_or_by_it(log_frequency: bool) -> None:
    torch.manual_seed(0)
    drawn = pool(log_frequency=log_frequency).draw(30_000)
    counts = np.bincount(CODES[:, 0])
    wanted = np.log1p(counts) if log_frequency else counts
    found = np.bincount(drawn.given[drawn.column == 0], minlength=3)[:3]
    np.testing.assert_allclose(found / found.sum(), wanted / wanted.sum(), atol=0.015)


def test_rows_of_a_value_come_alike_often_and_whole() -> None:
    codes = CODES[:40]
    torch.manual_seed(0)
    drawn = pool(codes, log_frequency=False).draw(20_000)
    known = {tuple(row) for row in codes[:, PLACES.first].tolist()}
    assert {tuple(row) for row in drawn.codes.tolist()} == known
    rare = np.flatnonzero(codes[:, 1] == 0)  # nulls are codes as others are
    share = (drawn.codes[:, 1] == 0).double().mean()
    assert share == pytest.approx(len(rare) / len(codes), abs=0.02)


def test_positions_lie_in_the_place_of_the_row_and_are_none_for_nulls() -> None:
    torch.manual_seed(0)
    drawn = pool().draw(2000)
    codes = PLACES.codes(drawn.codes.numpy(), (drawn.positions.numpy() + 1) / 2)
    begin, width = PLACES.intervals(codes)
    at = (drawn.positions[:, 0].numpy() + 1) / 2
    moving = drawn.codes[:, 1].numpy() > 0
    assert (drawn.positions[~moving] == 0).all() and moving.any() and not moving.all()
    assert (at >= begin[:, 0] - 1e-6)[moving].all()
    assert (at <= (begin + width)[:, 0] + 1e-6)[moving].all()


def test_few_rows_are_one_pool_and_many_are_a_pool_an_epoch() -> None:
    few = Stock(ArrayCodes(CODES), PLACES, 4000, "cpu", log_frequency=True)
    assert few.is_whole and few.pool(0).rows == few.pool(3).rows == 4000
    small = Stock(ArrayCodes(rows(20_000)), PLACES, 500, "cpu", log_frequency=True)
    drawn = []
    for number in (0, 1, 1):
        torch.manual_seed(0)
        drawn.append(small.pool(number).draw(200).codes)
    assert small.pool(0).rows == 500 and not small.is_whole
    assert not torch.equal(drawn[0], drawn[1])
    assert torch.equal(drawn[1], drawn[2])


def test_a_worker_without_rows_is_told() -> None:
    with pytest.raises(InputError, match="no rows to learn from: train with fewer workers"):
        Stock(ArrayCodes(CODES[:0]), PLACES, 10, "cpu", log_frequency=True)


def test_a_column_of_ten_thousand_codes_holds_no_one_hot_rows() -> None:
    """2,000 rows of 10,000 codes would be 80 MB as one-hot rows."""
    from synth.encode import CodeStatistics
    from synth.generators.positions import Positions
    from synth.table.sub_column import SubColumn

    subs = (SubColumn("n", 0, 10_000), SubColumn("f", 0, 2))
    rng = np.random.default_rng(0)
    codes = np.stack([rng.integers(0, 10_000, 2000), rng.integers(0, 2, 2000)], 1).astype(np.int32)
    own = Pool(codes, Positions.of(subs, CodeStatistics.of(codes, subs)), "cpu", log_frequency=True)
    held = sum(own_.nbytes for own_ in vars(own).values() if isinstance(own_, torch.Tensor))
    assert held < 1_000_000
    assert torch.equal(own.draw(50).codes[:, 1] < 2, torch.ones(50, dtype=torch.bool))
