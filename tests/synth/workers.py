"""Two workers that learn together, each in a process of its own, as a launcher would have them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import torch
from torch.nn.parallel import DistributedDataParallel

from synth.learning.task import ArrayCodes, FitTask, Worker

WORLD = 2


def joined(rank: int, meeting: str) -> Worker:
    """The worker of this rank, once the other has come to the file where they meet."""
    torch.distributed.init_process_group(
        "gloo", f"file://{meeting}", timedelta(seconds=100), world_size=WORLD, rank=rank
    )
    return Worker(rank, WORLD, "cpu", DistributedDataParallel)


@dataclass(frozen=True)
class Dealt(ArrayCodes):
    """The rows of one worker: every second one of a whole, which has twice as many."""

    @property
    def rows(self) -> int:
        return WORLD * len(self.codes)

    @classmethod
    def of(cls, whole: ArrayCodes, rank: int) -> Dealt:
        return cls(whole.codes[rank : len(whole.codes) // WORLD * WORLD : WORLD], whole.seed)


def dealt(task: FitTask, worker: Worker) -> FitTask:
    """One worker's part of what is to be learned and of what validates."""
    whole = task.train, task.validation
    train, validation = (Dealt.of(own, worker.rank) for own in whole)
    return replace(task, train=train, validation=validation, worker=worker)
