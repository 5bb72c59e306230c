"""A fit tells what it did, takes any table, and on several workers ends alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from synth.encode import CodeStatistics
from synth.generators.tvae.fit import fit
from synth.generators.tvae.network import Autoencoder
from synth.learning.task import ArrayCodes, FitTask
from synth.table.sub_column import SubColumn
from tests.synth.generators.tvae.small import rows, task


def test_facts_tell_of_the_prior() -> None:
    own = task(2000, steps=20, components=64)
    generator = fit(own)
    told = own.progress.facts["prior"]
    assert told["components"] == len(generator.prior.shares) <= 64
    assert 0 < told["rows"] <= 1800
    assert told["least_rows"] >= 2 * own.min_entities or told["components"] == 1
    many = fit(replace(own, min_entities=1000))
    assert len(many.prior.shares) == 1


@pytest.mark.parametrize("number", [1, 7, 300])
def test_tables_of_few_rows_and_of_no_numbers_are_fitted(number: int) -> None:
    subs = (SubColumn("a", 0, 1), SubColumn("b", 0, 3))
    codes = np.stack([np.zeros(number), np.arange(number) % 3], 1).astype(np.int32)
    own = task(200, steps=5)
    statistics = CodeStatistics.of(codes, subs)
    few = FitTask(subs, statistics, own.settings, ArrayCodes(codes), ArrayCodes(codes))
    drawn = fit(few).sample(50, np.random.default_rng(0))
    assert (drawn < [1, 3]).all() and set(drawn[:, 1]) <= set(codes[:, 1])


def test_a_batch_in_parts_learns_what_the_whole_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the noise of a row is the same, wherever the row stands."""
    monkeypatch.setattr(Autoencoder, "_noise", lambda network, mean: torch.cos(mean.detach()))
    curves = []
    for accumulation in (1, 3):
        own = task(1000, steps=20, evaluation_steps=5, accumulation=accumulation)
        fit(own)
        curves.append([row[name] for row in own.progress.curve for name in row])
    assert curves[1] == pytest.approx(curves[0], rel=1e-4)


class Unlike(ArrayCodes):
    """The share of a worker that has fewer rows than others."""

    @property
    def rows(self) -> int:
        return 2 * len(self.codes)


@pytest.mark.parametrize("products", [2**25, 300])
def test_the_prior_is_of_rows_that_there_are(
    products: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synth.generators.tvae.fit.MOST_PRODUCTS", products)
    own = task(400, steps=5)
    short = replace(own, train=Unlike(rows(300)))
    fit(short)
    told = short.progress.facts["prior"]["rows"]
    assert told == (100 if products == 300 else 300)  # two latents have three pairs
