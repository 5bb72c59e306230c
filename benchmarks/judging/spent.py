"""Seconds on the clock and of CPUs, of a piece of work and of steps that are told."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock, and of all cores by this process and those below it."""

    seconds: float
    cpu_seconds: float

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.seconds + other.seconds, self.cpu_seconds + other.cpu_seconds)

    def half(self) -> Spent:
        return Spent(self.seconds / 2, self.cpu_seconds / 2)


def spent(work: Callable[[], object]) -> Spent:
    """What it takes to do something."""
    cpu, wall = _cpu_seconds(), time.monotonic()
    work()
    return Spent(time.monotonic() - wall, _cpu_seconds() - cpu)


def _cpu_seconds() -> float:
    """Of this process and all below it, with the children that have ended and were waited for."""
    own, total = psutil.Process(), 0.0
    for process in [own, *own.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):  # it has ended between the two calls
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


class Steps:
    """What each step takes, told what begins."""

    def __init__(self) -> None:
        self.taken: dict[str, Spent] = {}
        self._now: tuple[str, float, float] | None = None

    def __call__(self, step: str) -> None:
        """A step begins, and the one before it has ended."""
        self.end()
        self._now = (step, time.monotonic(), _cpu_seconds())

    def end(self) -> None:
        """The last one has ended."""
        if self._now:
            step, wall, cpu = self._now
            here = Spent(time.monotonic() - wall, _cpu_seconds() - cpu)
            self.taken[step] = self.taken.get(step, Spent(0, 0)) + here
            print(f"{step}: {here.seconds:.1f} s, CPU {here.cpu_seconds:.1f} s", file=sys.stderr)
        self._now = None
