"""What a machine lacks is told before the work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from synth import Synthesizer
from synth.learning.means import has_gpu, require_gpus
from synth.table.errors import InputError
from tests.synth.tables import mixed_table


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_missing_gpu_is_named_before_the_training() -> None:
    lacking = r"asks for 1 GPU\(s\), however: torch .* sees 0"
    with pytest.raises(InputError, match=lacking):
        require_gpus(1)
    with pytest.raises(InputError, match=lacking):
        Synthesizer(device="cuda").fit(mixed_table(300))
    require_gpus(0)


def test_a_missing_compiler_is_named_before_the_work(tmp_path: Path) -> None:
    asked = (
        "from synth.generators.registry import generator_kind, read_settings\n"
        "kind = generator_kind('autoregressive')\n"
        "kind.require_machine(read_settings(kind, {'compiled': False}), device='cpu')\n"
        "kind.require_machine(read_settings(kind, {'compiled': True}), device='cpu')\n"
    )
    environment = {
        **os.environ,
        "CXX": str(tmp_path / "no-compiler"),
        "TORCHINDUCTOR_CACHE_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "line 4, in <module>" in done.stderr
    assert "torch cannot compile on this machine" in done.stderr
    assert "Set compiled to false, or install a C++ compiler" in done.stderr


def test_without_torch_there_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    assert has_gpu() == torch.cuda.is_available()
    monkeypatch.setattr("synth.learning.means.find_spec", lambda name: None)
    assert not has_gpu()
