"""The two networks: draws are of the softmax, and slopes are those by one-hot rows."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from synth.generators.ctgan.network import Critic, GeneratorNetwork, Moving, Spans, positions_of
from tests.synth.generators.ctgan.small import positions, rows

SIZES = (3, 1, 4)


def generator() -> GeneratorNetwork:
    torch.manual_seed(0)
    return GeneratorNetwork(SIZES, 2, noise=4, width=8, layers=2)


def test_a_row_depends_on_its_own_noise_and_given_code() -> None:
    network = generator()
    noise, given = torch.randn(6, 4), torch.tensor([0, 7, 3, 1, 2, 5])
    logits, places = network(noise, given)
    assert (logits.shape, places.shape) == ((6, 8), (6, 4))
    alone = network(noise[2:3], given[2:3])
    torch.testing.assert_close(alone[0], logits[2:3])
    torch.testing.assert_close(alone[1], places[2:3])
    assert not torch.allclose(network(noise, given.roll(1))[0], logits)


def test_codes_are_drawn_as_the_softmax_of_each_span_has_them() -> None:
    torch.manual_seed(1)
    logits = torch.tensor([[0.0, 1.0, -1.0, 5.0, 0.0, 0.5, -9.0, 2.0]]).repeat(20_000, 1)
    spans = Spans(SIZES, 0.5, "cpu")
    shares, codes = spans.shares(logits)
    for drawn in (codes, spans.codes(logits)):
        for at, own in enumerate(logits[0].split(SIZES)):
            found = np.bincount(drawn[:, at], minlength=SIZES[at]) / len(drawn)
            np.testing.assert_allclose(found, own.softmax(0), atol=0.015)
    hard = torch.cat([functional.one_hot(codes[:, at], k) for at, k in enumerate(SIZES)], 1)
    torch.testing.assert_close(shares, hard.float())


def test_gradients_go_through_a_draw_and_stay_numbers_where_logits_are_sure() -> None:
    torch.manual_seed(2)
    logits = (torch.randn(50, 8) * 300).clamp(-30, 30).requires_grad_()
    shares, _ = Spans(SIZES, 0.1, "cpu").shares(logits)
    (shares * torch.randn(8)).sum().backward()
    assert logits.grad is not None and logits.grad.isfinite().all() and logits.grad.any()


def test_positions_are_uniform_where_nothing_is_known_of_them() -> None:
    torch.manual_seed(3)
    found = positions_of(torch.zeros(40_000, 2))[:, 0]
    assert found.shape == (40_000,) and found.abs().max() <= 1
    counts = torch.histc(found, 10, -1, 1) / len(found)
    np.testing.assert_allclose(counts, 0.1, atol=0.01)


def test_positions_of_nulls_do_not_move() -> None:
    codes = rows(500)
    own = positions(codes)
    first = codes[:, own.first]
    found = Moving(own, "cpu")(torch.from_numpy(first).long())
    np.testing.assert_array_equal(found, own.moving(first))
    assert 0 < found.mean() < 1


def critic(pac: int = 2) -> Critic:
    torch.manual_seed(4)
    return Critic(SIZES, 1, width=6, pac=pac)


def test_codes_and_shares_are_embedded_alike() -> None:
    own = critic()
    codes = torch.tensor([[0, 0, 3], [2, 0, 1]])
    shares = torch.cat([functional.one_hot(codes[:, at], k) for at, k in enumerate(SIZES)], 1)
    places = torch.tensor([[0.5], [-1.0]])
    torch.testing.assert_close(own.embedded(codes, places), own.embedded(shares.float(), places))


def test_a_pack_has_one_score_by_all_its_rows() -> None:
    own, given = critic(), torch.tensor([0, 1, 2, 7])
    embedded = torch.randn(4, 6)
    scores = own(embedded, given).detach()
    assert scores.shape == (2,)
    changed = embedded.clone()
    changed[1] += 1
    again = own(changed, given).detach()
    assert again[0] != scores[0] and again[1] == pytest.approx(float(scores[1]))


def test_slopes_are_those_by_one_hot_rows_and_positions() -> None:
    own, given = critic(pac=1), torch.tensor([4, 0])
    shares, places = torch.rand(2, 8, requires_grad=True), torch.rand(2, 1, requires_grad=True)
    embedded = own.embedded(shares, places)
    inner, *outer = torch.autograd.grad(own(embedded, given).sum(), [embedded, shares, places])
    written_out = sum(one.square().sum(1) for one in outer)
    torch.testing.assert_close(own.squared_slopes(inner), written_out)
