"""A fit goes on from what it wrote, and from nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synth.generators.mixture.fitting import MixtureFit
from synth.generators.mixture.progress import load_state, save_state
from synth.table.errors import InputError
from tests.synth.generators.mixture.small import SUBS, rows, task


def test_a_state_comes_back_as_it_was_and_another_mixtures_is_refused(tmp_path: Path) -> None:
    fit = MixtureFit(task(rows(900), rows(200), components=4, batch_rows=300), lambda own: own)
    state = fit._pass(fit._start())
    curve = fit.task.progress.curve
    save_state(state, curve, tmp_path)
    back, shown = load_state(tmp_path, SUBS, 4)
    assert (shown, back.passes, back.worse) == (curve, 1, 0)
    assert back.best_loss == state.best_loss == curve[0]["validation loss"]
    one, other = fit._pass(state), fit._pass(back)
    for mine, theirs in zip(one.now.codes, other.now.codes, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    with pytest.raises(InputError, match=r"of another mixture: start a new run .*--fresh"):
        load_state(tmp_path, SUBS, 5)
