"""The diffusion draws without torch, and refuses what its settings and the device do not allow."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth import Synthesizer
from synth.generators.diffusion.kind import DiffusionKind
from synth.generators.diffusion.settings import DiffusionSettings
from synth.generators.registry import generator_kind
from synth.table.errors import InputError
from tests.processes import printed
from tests.synth.generators.diffusion.small import fitted

DRAWING = """
import sys
from synth.generators.contract import Saved
from synth.generators.registry import generator_kind
import json, numpy as np
folder = sys.argv[1]
tensors = dict(np.load(folder + "/tensors.npz"))
saved = Saved(json.load(open(folder + "/saved.json")), tensors)
loaded = generator_kind("diffusion").load(saved)
print(loaded.sample(20, np.random.default_rng(0)).sum(), "torch" in sys.modules)
"""


def test_drawing_loads_no_torch(tmp_path: Path) -> None:
    import json

    import numpy as np

    saved = fitted().save()
    np.savez(tmp_path / "tensors.npz", **saved.tensors)  # type: ignore[arg-type]
    (tmp_path / "saved.json").write_text(json.dumps(saved.description))
    said = printed(DRAWING, tmp_path)
    own = fitted().sample(20, np.random.default_rng(0)).sum()
    assert said.split() == [str(own), "False"]


def test_the_precision_of_gpus_is_refused_on_a_cpu() -> None:
    with pytest.raises(InputError, match="precision tf32 is of GPUs"):
        Synthesizer(generator="diffusion", settings={"precision": "tf32"})
    DiffusionKind().require_machine(DiffusionSettings(), device="cpu")


def test_more_rows_and_columns_take_longer() -> None:
    kind, own = generator_kind("diffusion"), DiffusionSettings()
    some = kind.expected_seconds(own, 10_000, 10)
    assert some is not None
    assert some < (kind.expected_seconds(own, 40_000, 10) or 0)
    assert some < (kind.expected_seconds(own, 10_000, 40) or 0)
    assert (kind.expected_seconds(DiffusionSettings(steps=10), 10_000, 10) or 0) < some
