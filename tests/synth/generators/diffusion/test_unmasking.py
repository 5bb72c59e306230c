"""Codes are unmasked as the learned network says, each row in its own order."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from synth.generators.diffusion.masked_network import MaskedNetwork
from synth.generators.diffusion.unmasking import Unmasking
from tests.synth.generators.diffusion.small import numpy_of, shaken

SIZES, ROWS = (3, 2, 4), 30_000
SHARES = [np.array([0.5, 0.3, 0.2]), np.array([0.9, 0.1]), np.array([0.1, 0.2, 0.3, 0.4])]
RNG = np.random.default_rng(0)
ORDER, UNIFORM = np.argsort(RNG.random((ROWS, 3)), axis=1), RNG.random((ROWS, 3))
MASKED = np.tile(np.array(SIZES, np.int32), (ROWS, 1))


def network(*, blind: bool) -> MaskedNetwork:
    torch.manual_seed(0)
    starts = [np.log(own).astype(np.float32) for own in SHARES]
    own = MaskedNetwork(SIZES, starts, width=8, layers=1, dropout=0.0)
    if blind:
        torch.nn.init.zeros_(own.heads.weight)
        return own
    shaken(own)
    return own


def unmasking(steps: int = 3, *, blind: bool = False) -> Unmasking:
    return Unmasking(numpy_of(network(blind=blind), "masked"), SIZES, steps)


def joint(codes: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.bincount(np.ravel_multi_index(tuple(codes.T), SIZES), minlength=24)
    return found / len(codes)


@pytest.mark.parametrize("steps", [1, 2, 3, 9])
def test_a_blind_network_draws_the_margins(steps: int) -> None:
    found = joint(unmasking(steps, blind=True).draw(MASKED, ORDER, UNIFORM))
    product = np.einsum("i,j,k->ijk", *SHARES).ravel()
    np.testing.assert_allclose(found, product, atol=0.01)


def test_a_power_sharpens_what_is_drawn() -> None:
    found = unmasking(blind=True).draw(MASKED, ORDER, UNIFORM, power=2.0)
    sharp = SHARES[2] ** 2 / (SHARES[2] ** 2).sum()
    np.testing.assert_allclose(np.bincount(found[:, 2]) / ROWS, sharp, atol=0.01)


def test_one_order_draws_the_chain_of_the_learned_conditionals() -> None:
    """Written out with torch: all masked, then the first known, then two."""
    own = network(blind=False)
    found = joint(unmasking().draw(MASKED, np.tile([2, 0, 1], (ROWS, 1)), UNIFORM))
    expected = np.zeros(SIZES)

    def shares(column: int, *codes: int) -> np.ndarray:
        with torch.no_grad():
            logits = torch.split(own.logits(torch.tensor([codes])), own.cardinalities, 1)[column]
        found: np.ndarray = torch.softmax(logits, 1)[0].numpy()
        return found

    for c, last in enumerate(shares(2, 3, 2, 4)):
        for a, first in enumerate(shares(0, 3, 2, c)):
            expected[a, :, c] = last * first * shares(1, a, 2, c)
    np.testing.assert_allclose(found, expected.ravel(), atol=0.01)


def test_what_is_known_stays_and_what_is_not_named_stays_masked() -> None:
    codes = MASKED.copy()
    codes[:, 1] = 1
    found = unmasking().draw(codes, ORDER[:, :2], UNIFORM)
    assert (found[:, 1] == 1).all() and (codes[:, 0] == 3).all()
    named = (ORDER[:, :2] == 0).any(1)
    assert (found[named, 0] < 3).all() and (found[~named, 0] == 3).all()


def test_a_row_does_not_depend_on_the_others() -> None:
    whole = unmasking().draw(MASKED[:500], ORDER[:500], UNIFORM[:500])
    some = unmasking().draw(MASKED[:7], ORDER[90:97], UNIFORM[90:97])
    np.testing.assert_array_equal(some, whole[90:97])
    assert unmasking().draw(MASKED[:0], ORDER[:0], UNIFORM[:0]).shape == (0, 3)


def test_a_change_is_asked_with_the_rows_that_it_is_of() -> None:
    seen: list[np.ndarray] = []

    def change(column: int, rows: np.ndarray, shares: np.ndarray) -> np.ndarray:
        if column == 0:
            seen.append(rows)
            return np.eye(3)[rows % 3]
        return shares

    found = unmasking().draw(MASKED[:60], ORDER[:60], UNIFORM[:60], change)
    np.testing.assert_array_equal(np.sort(np.concatenate(seen)), np.arange(60))
    np.testing.assert_array_equal(found[:, 0], np.arange(60) % 3)
