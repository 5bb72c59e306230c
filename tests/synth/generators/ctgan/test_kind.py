"""The kind loads no torch until it fits."""

from __future__ import annotations

from pathlib import Path

from synth.generators.ctgan.kind import CtganKind
from synth.generators.ctgan.settings import CtganSettings
from tests.processes import printed
from tests.synth.generators.ctgan.test_generator import generator

SAMPLE = """
import sys
import numpy as np
from safetensors.numpy import load_file
from synth.generators.contract import Saved
from synth.generators.registry import generator_kind
import json
saved = Saved(json.loads(open(sys.argv[1] + "/saved.json").read()), load_file(sys.argv[1] + "/s"))
print(generator_kind("ctgan").load(saved).sample(5, np.random.default_rng(0)).tolist())
print("torch" in sys.modules)
"""


def test_an_executor_samples_without_torch(tmp_path: Path) -> None:
    import json

    import numpy as np
    from safetensors.numpy import save_file

    own = generator()
    saved = own.save()
    (tmp_path / "saved.json").write_text(json.dumps(saved.description))
    tensors = {name: np.ascontiguousarray(one) for name, one in saved.tensors.items()}
    save_file(tensors, tmp_path / "s")
    said = printed(SAMPLE, tmp_path)
    wanted = own.sample(5, np.random.default_rng(0)).tolist()
    assert said.splitlines() == [str(wanted), "False"]


def test_more_and_wider_steps_take_longer() -> None:
    kind, few = CtganKind(), CtganSettings(steps=10)
    usual = kind.expected_seconds(CtganSettings(), 40_000, 16)
    assert 20 < usual < 400
    assert kind.expected_seconds(few, 40_000, 16) < usual / 90
    wide = CtganSettings(width=1024)
    assert kind.expected_seconds(wide, 40_000, 16) > 2 * usual


def test_a_rehearsal_has_few_steps_of_as_many_rows() -> None:
    kind, usual = CtganKind(), CtganSettings()
    length = kind.length(usual, 10**5, 500)
    assert length.steps == length.most_steps == usual.steps
    short = kind.rehearsed(usual, 10**5)
    assert short.steps == 3 * short.evaluation_steps and short.batch_rows == length.step_rows
