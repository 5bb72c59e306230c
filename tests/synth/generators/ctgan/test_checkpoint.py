"""A duel that was left goes on as if it had not been."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from synth.generators.ctgan.checkpoint import load_checkpoint, save_checkpoint
from synth.table.errors import InputError
from tests.synth.generators.ctgan.test_duel import duel, numbers


def test_a_duel_goes_on_where_it_was_left(tmp_path: Path) -> None:
    own, pool = duel()
    for _ in range(5):
        own.step(pool)
    own.state.best_distance, own.state.pool = 0.25, 3
    own.best.load_state_dict(own.average.state_dict())
    save_checkpoint(own, [{"step": 5, "loss": 1.0}], tmp_path)
    wanted = [own.step(pool) for _ in range(4)]
    again, _ = duel()
    assert load_checkpoint(again, tmp_path) == [{"step": 5, "loss": 1.0}]
    assert (again.state.best_distance, again.state.pool, again.state.critic_step) == (0.25, 3, 5)
    found = [again.step(pool) for _ in range(4)]
    assert [[float(v) for v in row] for row in found] == [[float(v) for v in r] for r in wanted]
    for name in ("generator", "critic", "average", "best"):
        assert torch.equal(numbers(getattr(again, name)), numbers(getattr(own, name))), name


def test_a_checkpoint_of_other_networks_is_refused(tmp_path: Path) -> None:
    own, pool = duel()
    own.step(pool)
    save_checkpoint(own, [], tmp_path)
    with pytest.raises(InputError, match=r"of other networks.*start a new run"):
        load_checkpoint(duel(width=24)[0], tmp_path)
