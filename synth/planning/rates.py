"""What work takes on the reference machine: two idle x86-64 cores, Spark local, no GPU.

Measured by benchmarks/plan.py and benchmarks/throughput.py. A machine's own speed comes to it by a
scan of the seed (:func:`spark_factor`) and by small work of numpy (:mod:`synth.planning.speed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """Seconds: ``fixed``, and for each million ``cells`` (values) that are read or written."""

    fixed: float
    million_cells: float

    def seconds(self, cells: float) -> float:
        """Of so many millions of them."""
        return self.fixed + self.million_cells * cells


# What Spark does; of a session that has not yet worked where it is the first.
SCAN = Rate(4.0, 0.3)  # the plan's own look at the seed, the first work of its session
SPARK: Mapping[str, Rate] = {
    "ingest": Rate(8.0, 0.2),
    "profile": Rate(8.0, 0.2),
    "clean": Rate(7.0, 0.4),
    "split": Rate(2.6, 0.37),
    "encode": Rate(3.5, 1.0),
    "sample": Rate(4.0, 0.15),
    "evaluate": Rate(12.0, 0.5),
    "publish": Rate(2.6, 0.08),
}
WHOLE_PROFILE = Rate(5.0, 0.22)  # its pairs, rules, groups of rows and keys besides
RAY_START = 10.0  # a cluster on this machine
TORCH_START = 3.0  # a first import
# The judge's own work on one core, of Adult: 39,000 rows to learn from, 15 columns.
TWO_SAMPLE, UTILITY = 12.0, 23.0
PRIVACY: Mapping[str, float] = {"off": 0.0, "quick": 58.0, "full": 230.0}
JUDGED_ROWS, JUDGED_COLUMNS = 39_000, 15


def spark_factor(seconds: float, cells: float) -> float:
    """How many times as long as on the reference machine a scan of a seed took here."""
    return seconds / SCAN.seconds(cells)
