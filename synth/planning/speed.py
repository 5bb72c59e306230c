"""How fast this machine is beside the one that the rates were measured on, and how busy it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from synth.learning.threads import one_thread

ROUND_SECONDS = 0.00225  # of a processor of the reference machine (2 x86-64 cores)
ROUNDS = 80
BUSY = 1.5  # by the clock over the processor: from here on other work takes a good part of it


@dataclass(frozen=True)
class Speed:
    """The same small work here: by the clock, and of the processor. Two of them add."""

    seconds: float
    cpu_seconds: float
    rounds: int = ROUNDS

    def __add__(self, other: Speed) -> Speed:
        return Speed(
            self.seconds + other.seconds,
            self.cpu_seconds + other.cpu_seconds,
            self.rounds + other.rounds,
        )

    @property
    def factor(self) -> float:
        """How many times as long work takes as on the reference machine, both idle."""
        return self.cpu_seconds / (self.rounds * ROUND_SECONDS)

    @property
    def waiting(self) -> float:
        """The clock over the processor's time: 1 on an idle machine."""
        return max(self.seconds / max(self.cpu_seconds, 1e-9), 1.0)

    @property
    def is_busy(self) -> bool:
        """Whether other work takes a good part of the processor."""
        return self.waiting >= BUSY

    def notes(self) -> tuple[str, ...]:
        """That the machine does other work, where it does."""
        if not self.is_busy:
            return ()
        return (
            f"this machine does other work: what takes a second of a processor took "
            f"{self.waiting:.1f} s by the clock. Times are told of the machine by itself: as long "
            "as it stays so busy, a run takes about as many times as long",
        )


def measured_speed(
    clock: Callable[[], float] = time.perf_counter, cpu: Callable[[], float] = time.thread_time
) -> Speed:
    """Sorting, exponentials and products of numpy on one thread: a fifth of a second or so."""
    rng = np.random.default_rng(0)
    numbers = rng.standard_normal(200_000)
    matrix = rng.standard_normal((256, 256)).astype(np.float32)
    with one_thread():
        _round(numbers, matrix)  # the first one maps memory
        started, spent = clock(), cpu()
        for _ in range(ROUNDS):
            _round(numbers, matrix)
        return Speed(clock() - started, cpu() - spent)


def _round(numbers: np.ndarray, matrix: np.ndarray) -> None:
    for work in (partial(np.sort, numbers), partial(np.exp, numbers)):
        work()
    for _ in range(5):
        _ = matrix @ matrix
