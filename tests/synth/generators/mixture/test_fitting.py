"""A fit finds the law that its rows come from, alone and with others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import numpy as np
import pytest

from synth.generators.mixture.fitting import LEAST_ROWS, MixtureFit
from synth.generators.mixture.generator import MixtureGenerator
from synth.generators.mixture.tables import MixtureTables
from synth.learning.task import ArrayCodes, Worker
from tests.synth.generators.mixture.small import ALL, SUBS, law, rows, task

CODES, OTHERS = rows(20_000), rows(4_000, seed=1)
SETTINGS = {"components": 12, "batch_rows": 500}


def alone(values: np.ndarray) -> np.ndarray:
    return values


@pytest.fixture(scope="module")
def fitted() -> MixtureTables:
    return MixtureFit(task(CODES, OTHERS, **SETTINGS), alone).run()


def distance(tables: MixtureTables) -> float:
    """Total variation from the law."""
    return float(np.abs(np.exp(MixtureGenerator(tables).log_prob(ALL)) - law()).sum() / 2)


def test_the_law_is_found_and_margins_are_those_of_the_rows(fitted: MixtureTables) -> None:
    counted = np.bincount(np.ravel_multi_index(tuple(CODES.T), (3, 2, 3, 4)), minlength=len(ALL))
    assert distance(fitted) < np.abs(counted / len(CODES) - law()).sum() / 2 + 0.01 < 0.05
    for place in (0, 1, 3):
        own = np.bincount(CODES[:, place], minlength=SUBS[place].cardinality) / len(CODES)
        np.testing.assert_allclose(fitted.shares @ fitted.codes[place], own, atol=1e-5)


def test_one_class_is_the_product_of_the_margins() -> None:
    one = MixtureFit(task(CODES, OTHERS, components=1), alone).run()
    np.testing.assert_allclose(one.shares, [1])
    assert distance(one) > 0.2


@pytest.mark.parametrize("min_entities", [5, 11, 50])
@pytest.mark.parametrize("rows_seen", [30, 600, 3000])
def test_no_class_stands_for_few_rows(rows_seen: int, min_entities: int) -> None:
    """However many are asked for: not even one for each row."""
    asked = task(CODES[:rows_seen], OTHERS, components=60, batch_rows=100)
    few = MixtureFit(replace(asked, min_entities=min_entities), alone).run()
    least = LEAST_ROWS * min_entities
    assert 1 <= len(few.shares) <= max(rows_seen / least, 1)
    assert few.shares.sum() == pytest.approx(1)
    assert few.shares.min() * rows_seen > 0.9 * min(least, rows_seen)


@pytest.mark.parametrize(("passes", "notes"), [(2, 1), (60, 0)])
def test_passes_that_end_while_the_loss_falls_are_said(passes: int, notes: int) -> None:
    own = task(CODES[:3000], OTHERS, components=6, batch_rows=500, passes=passes)
    MixtureFit(own, alone).run()
    said = own.progress.notes
    assert len(said) == notes
    assert all(one.startswith("ended after 2 passes while the validation loss") for one in said)


def test_two_workers_find_what_one_finds(fitted: MixtureTables) -> None:
    """Both count their own rows, and have the same tables in the end."""
    together, held, barrier = [np.zeros(0)] * 2, [np.zeros(0)], Barrier(2)

    def worker(rank: int) -> MixtureTables:
        def add(values: np.ndarray) -> np.ndarray:
            together[rank] = values
            barrier.wait(60)
            if rank == 0:
                held[0] = together[0] + together[1]
            barrier.wait(60)
            return held[0].copy()

        own = replace(
            task(CODES, OTHERS, **SETTINGS),
            train=Part(CODES[rank::2], 7, len(CODES)),
            validation=ArrayCodes(OTHERS[rank::2]),
            worker=Worker(rank=rank, world=2),
        )
        return MixtureFit(own, add).run()

    with ThreadPoolExecutor(2) as both:
        first, second = both.map(worker, range(2))
    for one, other in zip(
        (first.shares, *first.codes), (second.shares, *second.codes), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    assert distance(first) < distance(fitted) + 0.01


class Part(ArrayCodes):
    """A worker's share of more rows."""

    def __init__(self, codes: np.ndarray, seed: int, of: int):
        super().__init__(codes, seed)
        object.__setattr__(self, "_of", of)

    @property
    def rows(self) -> int:
        """Of all workers together."""
        return int(getattr(self, "_of"))  # noqa: B009
