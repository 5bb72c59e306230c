"""Workers add what they have; one that is alone needs no torch for that."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synth.learning.workers import sum_over_workers, workers
from tests.processes import both_printed

SHARED = """
import sys
from datetime import timedelta
import numpy as np, torch
from synth.learning.workers import sum_over_workers
rank = int(sys.argv[1])
torch.distributed.init_process_group(
    "gloo", f"file://{sys.argv[2]}", timedelta(seconds=60), world_size=2, rank=rank
)
own = np.array([1.0 + rank, 10.0])
print(sum_over_workers(own, "cpu").tolist(), own.tolist() == [1.0 + rank, 10.0])
"""


def test_one_that_is_alone_has_its_own() -> None:
    own = np.array([2.0])
    assert workers() == 1 and sum_over_workers(own, "cpu") is own


def test_workers_add_what_they_have_counted(tmp_path: Path) -> None:
    said = both_printed(SHARED, tmp_path / "meeting")
    assert said == ["[3.0, 20.0] True"] * 2
