"""What a stage of a runner takes: seconds of CPU and of the wall clock, and peak memory.

Only the standard library, as each runner starts in another system's environment.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The libraries read these when they are imported, so a runner imports this file first.
for _name in (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "LOKY_MAX_CPU_COUNT",  # joblib's worker processes: none
):
    os.environ[_name] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""  # all systems on the processor


class Stopwatch:
    """Named stages, each timed while it is entered."""

    def __init__(self) -> None:
        self.measures: dict[str, float | str] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; child processes count once they have ended."""
        cpu, wall = _cpu_seconds(), time.monotonic()
        yield
        self.measures[f"{name}_cpu_seconds"] = _cpu_seconds() - cpu
        self.measures[f"{name}_wall_seconds"] = time.monotonic() - wall

    def write(self, folder: Path, *, version: str) -> None:
        """Leave the measures in ``measures.json`` for the command to read."""
        found = {**self.measures, "peak_bytes": _peak_bytes(), "version": version}
        (folder / "measures.json").write_text(json.dumps(found))


def arguments() -> tuple[Path, Path, int, str]:
    """What each runner is called with: the train file, its folder, the seed, the model's name."""
    train, folder, seed, model = sys.argv[1:]
    return Path(train), Path(folder), int(seed), model


def _cpu_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _peak_bytes() -> int:
    """Peak resident memory; on Linux VmHWM, as ru_maxrss begins with that of the parent."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
