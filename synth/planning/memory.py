"""What a run holds in memory at its peak, by stage: of the driver, and of one worker of Spark."""

from __future__ import annotations

import math
from dataclasses import dataclass

from synth.planning.rehearsal import Rehearsal
from synth.planning.work import Work

MIB = 2**20
PYTHON = 240 * MIB  # our own process, with Spark's client and Arrow
TORCH = 500 * MIB  # more, once it is loaded; it stays
JUDGE = 270 * MIB  # more: models and attacks, of Adult's columns
SAMPLED_VALUE = 130  # bytes of a value of the sample that encode holds, with what is found in it
NUMBERS_A_WEIGHT = 7  # weight, gradient, two moments, average, best and a copy: float32 each
JVM, JVM_BEYOND_HEAP = 1250 * MIB, 900 * MIB
JVM_GROWTH = 170 * MIB  # by the root of the millions of values
WORKER, WORKER_GROWTH = 140 * MIB, 13 * MIB  # the same of a worker in Python


@dataclass(frozen=True)
class Memory:
    """Bytes: of the driver, its JVM included, and of each worker in Python."""

    driver: float
    worker: float


def peak_memory(stage: str, work: Work, rehearsal: Rehearsal | None) -> Memory:
    """Of one stage; what an earlier one has loaded stays."""
    root = math.sqrt(max(work.seed_cells, work.synthetic_cells))
    jvm = min(JVM + JVM_GROWTH * root, work.heap_bytes + JVM_BEYOND_HEAP)
    worker = WORKER + WORKER_GROWTH * root
    own: float = PYTHON
    if stage in ("encode", "train", "sample", "evaluate", "publish"):
        own += SAMPLED_VALUE * min(work.sample_rows, work.train_rows) * work.columns
    if stage in ("train", "sample", "evaluate", "publish"):
        own += TORCH
        if rehearsal is not None:
            own += 4 * NUMBERS_A_WEIGHT * rehearsal.parameters
    if stage in ("evaluate", "publish"):
        own += JUDGE * max(work.columns / 15, 1)
    return Memory(own + jvm, 0 if stage in ("ingest", "train") else worker)
