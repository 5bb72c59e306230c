"""Rows of a fitted generator: its torch network in numpy, true frequencies, own noise."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import torch

from synth.encode import CodeStatistics
from synth.generators.ctgan import generator as module
from synth.generators.ctgan.generator import CtganGenerator
from synth.generators.ctgan.network import GeneratorNetwork
from synth.generators.positions import Positions
from synth.table.sub_column import SubColumn
from tests.synth.generators.ctgan.small import positions, rows

CODES = rows(3000)
PLACES = positions(CODES)


def network(places: Positions = PLACES, width: int = 16) -> GeneratorNetwork:
    torch.manual_seed(0)
    sizes = places.cardinalities
    own = GeneratorNetwork(sizes, len(places.fine), noise=6, width=width, layers=2)
    with torch.no_grad():
        for parameter in own.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return own


def generator(places: Positions = PLACES, codes: np.ndarray = CODES) -> CtganGenerator:
    weights = {name: own.numpy().copy() for name, own in network(places).state_dict().items()}
    counts = [
        np.bincount(codes[:, place], minlength=k)
        for place, k in zip(places.first, places.cardinalities, strict=True)
    ]
    return CtganGenerator(places, np.concatenate(counts).astype(np.float64), weights)


def test_numpy_draws_as_torch_has_learned() -> None:
    own = generator()
    noise = own.noise(40, np.random.default_rng(0))
    given, _ = own.given(noise)
    logits, places = own.outputs(noise.normal, given)
    wanted = network()(torch.from_numpy(noise.normal), torch.from_numpy(given))
    np.testing.assert_allclose(logits, wanted[0].detach().clamp(-30, 30), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(places, wanted[1].detach(), rtol=1e-4, atol=1e-4)


def test_given_codes_have_the_frequency_of_the_table() -> None:
    """In ctgan 0.12 rows are given rare values as often as training gives them: by logarithms."""
    own = generator()
    given, column = own.given(own.noise(60_000, np.random.default_rng(0)))
    for at, start in ((0, 0), (1, 3), (2, 6)):
        mine = given[column == at] - start
        wanted = np.bincount(CODES[:, PLACES.first[at]], minlength=3) / len(CODES)
        np.testing.assert_allclose(np.bincount(mine, minlength=3) / len(mine), wanted, atol=0.012)


def test_a_row_has_its_given_code_in_whichever_column_it_is() -> None:
    own = generator()
    noise = own.noise(500, np.random.default_rng(1))
    given, column = own.given(noise)
    codes = own.first_codes(own.outputs(noise.normal, given)[0], noise.codes, given, column)
    starts = np.array([0, 3, 6, 9])
    np.testing.assert_array_equal(codes[np.arange(500), column] + starts[column], given)
    assert set(column.tolist()) == {0, 1, 2}


def test_codes_are_drawn_by_their_logits() -> None:
    own = generator()
    logits = np.tile(np.float32([0, 1, 2, 0, 0, 3, 1, 1, 1, 0]), (20_000, 1))
    uniform = np.random.default_rng(2).random((20_000, 4))
    given = np.full(20_000, 9), np.full(20_000, 3)
    codes = own.first_codes(logits, uniform, *given)
    shares = np.exp([0, 1, 2]) / np.exp([0, 1, 2]).sum()
    np.testing.assert_allclose(np.bincount(codes[:, 0]) / 20_000, shares, atol=0.015)


def test_a_row_depends_on_its_own_noise_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of any size have the same rows: BatchNorm, as in ctgan, would mix them."""
    own = generator()
    whole = own.sample(300, np.random.default_rng(3))
    np.testing.assert_array_equal(own.sample(40, np.random.default_rng(3)), whole[:40])
    monkeypatch.setattr(module, "LOGITS_AT_A_TIME", 70)
    assert own.rows_at_a_time == 7
    np.testing.assert_array_equal(own.sample(300, np.random.default_rng(3)), whole)


def test_a_saved_generator_draws_the_same() -> None:
    own = generator()
    again = CtganGenerator.load(own.save())
    found = again.sample(200, np.random.default_rng(4))
    np.testing.assert_array_equal(found, own.sample(200, np.random.default_rng(4)))


def test_ten_thousand_codes_are_drawn_in_bounded_memory() -> None:
    subs = (SubColumn("n", 0, 10_000), SubColumn("f", 0, 2))
    rng = np.random.default_rng(0)
    codes = np.stack([rng.integers(0, 10_000, 5000), rng.integers(0, 2, 5000)], 1).astype(np.int32)
    own = generator(Positions.of(subs, CodeStatistics.of(codes, subs)), codes)
    tracemalloc.start()
    found = own.sample(1500, np.random.default_rng(0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found[:, 0].max() > 5000 and peak < 150e6


def test_the_ends_of_the_uniform_numbers_are_numbers() -> None:
    own = generator()
    for value in (0.0, 1 - 2.0**-53):

        class Constant:
            def random(self, shape: tuple[int, int], value: float = value) -> np.ndarray:
                return np.full(shape, value)

        codes = own.sample(3, Constant())
        assert (codes >= 0).all() and (codes < [3, 3, 4, 3, 1]).all()
