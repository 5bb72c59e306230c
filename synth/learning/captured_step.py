"""Training steps recorded once on a GPU and replayed as a whole.

A step of a small network is a thousand operations of microseconds: a GPU that is sent each by
the host waits nine tenths of the time. As one CUDA graph (Gray 2019, "Getting Started with CUDA
Graphs"; torch.cuda.CUDAGraph) it is sent once, and learns the same.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

WARM_UP = 3  # steps that run as they are: libraries set themselves up in their first calls

Step = Callable[[Tensor, Tensor | None], Tensor]  # codes (B, S), order (S,) or None -> loss ()


@dataclass(frozen=True)
class _Recorded:
    """A graph, the tensors that it reads, and the one that it writes."""

    graph: torch.cuda.CUDAGraph
    codes: Tensor
    order: Tensor | None
    loss: Tensor


class CapturedStep:
    """A step whose work on the GPU depends on nothing but its arguments and tensors that it keeps.

    One graph for each shape of the codes, with an order and without. What the step reads besides
    must lie in the same tensors at each call. The loss that a call returns holds until the next.
    """

    def __init__(self, step: Step):
        self._step = step
        self._recorded: dict[tuple[torch.Size, bool], _Recorded] = {}
        self._seen: Counter[tuple[torch.Size, bool]] = Counter()

    def __call__(self, codes: Tensor, order: Tensor | None) -> Tensor:
        """Run the step, or its recording; the loss ``()``."""
        kind = (codes.shape, order is None)
        if kind not in self._recorded:
            self._seen[kind] += 1
            if self._seen[kind] <= WARM_UP:
                return self._beside(codes, order)
            self._recorded[kind] = self._record(codes, order)
        recorded = self._recorded[kind]
        recorded.codes.copy_(codes)
        if order is not None and recorded.order is not None:
            recorded.order.copy_(order)
        recorded.graph.replay()
        return recorded.loss

    def _beside(self, codes: Tensor, order: Tensor | None) -> Tensor:
        """A step on a stream of its own, as torch asks for before it records one."""
        here = torch.cuda.current_stream()
        stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        stream.wait_stream(here)
        with torch.cuda.stream(stream):
            loss = self._step(codes, order)
        here.wait_stream(stream)
        return loss

    def _record(self, codes: Tensor, order: Tensor | None) -> _Recorded:
        """The graph of a step; to record one runs nothing. RuntimeError where it cannot be."""
        codes, order = codes.clone(), None if order is None else order.clone()
        graph = torch.cuda.CUDAGraph()
        try:
            with _nothing_collected(), torch.cuda.graph(graph):
                loss = self._step(codes, order)
        except RuntimeError as error:
            raise RuntimeError(
                "a training step cannot be recorded on this GPU: set captured to false, which "
                "starts its operations one by one"
            ) from error
        return _Recorded(graph, codes, order, loss)

    def forget(self) -> None:
        """Give back the graphs and their memory; a later call records anew."""
        torch.cuda.synchronize()
        self._recorded.clear()


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """No garbage collection: to free another graph's memory is forbidden while one is recorded."""
    gc.collect()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
