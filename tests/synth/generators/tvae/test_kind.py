"""Sampling needs no torch, and what does not go with the device is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synth import Synthesizer
from synth.generators.tvae.kind import TvaeKind
from synth.generators.tvae.settings import TvaeSettings
from synth.sampling.model_folder import save_model
from synth.table.errors import InputError
from tests.processes import printed
from tests.synth.generators.kinds import BY_NAME, Prepared

ALONE = """
import sys
from synth import Synthesizer
loaded = Synthesizer.load(sys.argv[1])
print(len(loaded.sample(50)), "torch" in sys.modules)
"""


def test_rows_are_drawn_without_torch(tmp_path: Path) -> None:
    own = Prepared.of(BY_NAME["tvae"])
    save_model(tmp_path / "model", own.encoder, own.kind.fit(own.task()), {})
    said = printed(ALONE, tmp_path / "model")
    assert said == "50 False"


def test_a_precision_of_gpus_is_refused_on_a_cpu() -> None:
    with pytest.raises(InputError, match="precision tf32 is of GPUs"):
        Synthesizer(generator="tvae", settings={"precision": "tf32"})


def test_more_rows_and_wider_networks_take_longer() -> None:
    kind, usual = TvaeKind(), TvaeSettings()
    expected = kind.expected_seconds(usual, 30_000, 15)
    assert 20 < expected < 200
    assert kind.expected_seconds(usual, 1000, 15) < expected
    assert kind.expected_seconds(TvaeSettings(width=256), 30_000, 15) > 2 * expected
    assert np.isfinite(kind.expected_seconds(usual, 0, 1))
