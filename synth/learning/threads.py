"""numpy's products on one thread, as torch's are in training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Products of numpy on one thread for the time of a block; the caller's own number after it.

    A model's products are small: more threads bring a tenth at twice the CPU time, and where other
    work runs on the machine they wait for each other, up to forty times as long
    (benchmarks/README.md). Executors and Ray's workers set one thread themselves.
    """
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@cache
def _libraries() -> ThreadpoolController:
    """Those that numpy has loaded."""
    return ThreadpoolController()
