"""What some columns tell of a code by themselves: a table of logits for each two.

A head sees what comes before as a few numbers each, through a layer of a few dozen: what each of a
thousand values tells of a hundred codes, as a flight's number tells its times, does not come
through. Where values tell that much (``tellers`` of
:class:`synth.generators.autoregressive.relations.Relations`), what enough rows share has a logit
for each code besides, which starts from zero: log-linear models of pairs (Agresti 2013, section
9.1) beside the network. On flights pairs of a number and a time that the timetable has went from 51
to 72 % of the rows (benchmarks).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.generators.autoregressive.contexts import Context, Frequent

RATE = 2.0  # a logit is what is learned times this: rows of a value are few, and come seldom


class Lookups(nn.ModuleDict):
    """Tables by the place of the code that is told, and of what tells it."""

    def __init__(self, looked_up: Sequence[Frequent], cardinalities: Sequence[int]):
        super().__init__()
        for own in looked_up:
            told, teller = str(own.context.told), str(own.context.teller)
            if told not in self:
                self[told] = nn.ModuleDict()
            tables = cast(nn.ModuleDict, self[told])
            tables[teller] = _Table(own, cardinalities[own.context.told])

    @property
    def places(self) -> tuple[int, ...]:
        """The sub-columns of which something is looked up."""
        return tuple(map(int, self))

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """What is told, and what tells it, of all tables."""
        tables = ((told, cast(nn.ModuleDict, own)) for told, own in self.items())
        return tuple((int(told), int(teller)) for told, own in tables for teller in own)

    def added(self, place: int, logits: Tensor, codes: Tensor, rank: Tensor | None) -> Tensor:
        """The logits ``(B, K)`` of a place with what is looked up by ``codes`` ``(B, S)``.

        What comes after it in the order of ``rank`` tells nothing.
        """
        if str(place) not in self:
            return logits
        for teller, table in cast(nn.ModuleDict, self[str(place)]).items():
            told = table(codes)
            if rank is not None:
                told = told * (rank[int(teller)] < rank[place])
            logits = logits + told
        return logits


class _Table(nn.Module):
    """``logits`` ``(C + 1, K)`` of the ``contexts`` ``(C,)``; the first row, zeros, of others."""

    contexts: Tensor
    rows: Tensor

    def __init__(self, looked_up: Frequent, codes: int):
        super().__init__()
        self._context: Context = looked_up.context
        self.logits = nn.Parameter(torch.zeros(len(looked_up.kept) + 1, codes))
        self.register_buffer("contexts", torch.from_numpy(looked_up.kept))
        self.register_buffer("rows", torch.from_numpy(looked_up.rows()), persistent=False)

    def forward(self, codes: Tensor) -> Tensor:
        """``(B, K)`` from codes ``(B, S)``."""
        rows = self.rows[self._context.at(codes)]
        return RATE * functional.embedding(rows, self.logits, padding_idx=0)
