"""The tables of many sub-columns in few operations.

A step over a few rows of a wide table is thousands of operations of microseconds, most of them at
the tables of each sub-column. Here all codes are looked up at once, and the logits of tables of
about as many codes are one product. The parameters stay those of each :class:`CodeTables`.

Shapes: B rows of a batch, S sub-columns, H width of a head, K codes of a sub-column.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.generators.autoregressive.basis import WIDTH
from synth.generators.autoregressive.code_tables import CodeTables

MANY = 40  # heads, from which the bank is quicker than each table by itself
SIZES = 4  # of the tables in a stack, between a power of two and the next
NEVER = -1e9  # nats: a code that only fills up a stack


class TableBank(nn.Module):
    """Looks codes up in all tables; makes the losses of the sub-columns that have no group.

    ``stacked`` are the places of these.
    """

    offsets: Tensor  # (S,): where each table begins among all
    basis: Tensor  # (all K, WIDTH): zero for tables that are not smooth
    smooth: Tensor  # the places of those that are
    order: Tensor  # of ``stacked``

    def __init__(self, tables: Sequence[CodeTables], groups: Sequence[int | None]):
        super().__init__()
        sizes = [len(table.embedding) for table in tables]
        smooth = [i for i, table in enumerate(tables) if table.smooth_embedding is not None]
        rows = [
            table.basis if place in set(smooth) else torch.zeros(sizes[place], WIDTH)
            for place, table in enumerate(tables)
        ]
        self.register_buffer("offsets", torch.tensor([0, *sizes[:-1]]).cumsum(0), persistent=False)
        self.register_buffer("basis", torch.cat(rows), persistent=False)
        self.register_buffer("smooth", torch.tensor(smooth, dtype=torch.int64), persistent=False)
        stacks: dict[tuple[int, bool], list[int]] = defaultdict(list)
        for place, group in enumerate(groups):
            if group is None:
                stacks[_size_near(sizes[place]), place in set(smooth)].append(place)
        self.stacked = tuple(place for places in stacks.values() for place in places)
        self.register_buffer("order", torch.tensor(self.stacked), persistent=False)
        self.stacks, biases = nn.ModuleList(), 0
        for (size, _), places in stacks.items():
            self.stacks.append(_Stack(tables, places, size, biases))
            biases += sum(sizes[place] for place in places)

    def embed(self, tables: Sequence[CodeTables], codes: Tensor) -> Tensor:
        """``(S, B, width)`` from codes ``(B, S)``, without what tables know of values in groups."""
        rows = codes.T + self.offsets[:, None]
        found = functional.embedding(rows, torch.cat([table.embedding for table in tables]))
        waves: list[Tensor] = [t.smooth_embedding for t in tables if t.smooth_embedding is not None]
        if not waves:
            return found
        own = torch.bmm(self.basis[rows[self.smooth]], torch.stack(waves))
        return found.index_add(0, self.smooth, own.to(found.dtype))

    def losses(self, tables: Sequence[CodeTables], x: Tensor, codes: Tensor) -> Tensor:
        """Negative log-likelihoods ``(n, B)`` of ``stacked``, from last layers ``(S, B, H)``."""
        stacks = cast(list[_Stack], list(self.stacks))
        sizes = [len(stack.places) for stack in stacks]
        biases = torch.cat([tables[place].bias for place in self.stacked])
        layers = torch.split_with_sizes(x.index_select(0, self.order), sizes)
        wanted = torch.split_with_sizes(codes.T[self.order][:, :, None], sizes)
        return torch.cat(
            [
                -stack.logits(tables, layer, biases).log_softmax(2).gather(2, own)[:, :, 0]
                for stack, layer, own in zip(stacks, layers, wanted, strict=True)
            ]
        )


class _Stack(nn.Module):
    """Output tables of about as many codes, filled up to the same number: one product."""

    bias_at: Tensor  # (n, K): where each code's bias is among those of all stacks
    never: Tensor  # (n, 1, K): 0, or what no code has
    basis: Tensor  # (n, WIDTH, K), of smooth ones

    def __init__(self, tables: Sequence[CodeTables], places: Sequence[int], size: int, biases: int):
        """``biases`` of codes stand before this stack's own."""
        super().__init__()
        self.places, self.size = tuple(places), size
        own = [tables[place] for place in places]
        never = torch.full((len(own), 1, size), NEVER)
        bias_at = torch.zeros((len(own), size), dtype=torch.int64)
        basis = torch.zeros(len(own), WIDTH, size)
        self.is_smooth = own[0].smooth_output is not None
        for row, table in enumerate(own):
            codes = len(table.bias)
            never[row, :, :codes] = 0
            bias_at[row, :codes] = torch.arange(biases, biases + codes)
            biases += codes
            if self.is_smooth:
                basis[row, :, :codes] = table.basis.T
        self.register_buffer("never", never, persistent=False)
        self.register_buffer("bias_at", bias_at, persistent=False)
        self.register_buffer("basis", basis if self.is_smooth else None, persistent=False)

    def logits(self, tables: Sequence[CodeTables], x: Tensor, biases: Tensor) -> Tensor:
        """``(n, B, K)`` from the last layers ``(n, B, H)`` and the biases of all stacks."""
        own = [tables[place] for place in self.places]
        output = _filled_up([table.output for table in own], self.size)
        if self.is_smooth:
            waves: list[Tensor] = [t.smooth_output for t in own if t.smooth_output is not None]
            output = torch.baddbmm(output, torch.stack(waves), self.basis)
        bias = biases[self.bias_at][:, None] + self.never
        return torch.baddbmm(bias, x, output).float()


def _size_near(codes: int) -> int:
    """The least size of a stack, of few kinds, that has room for so many codes."""
    step = max((1 << math.ceil(math.log2(max(codes, 2))) - 1) // SIZES, 1)
    return -(-codes // step) * step


def _filled_up(tables: Sequence[Tensor], size: int) -> Tensor:
    """Tables ``(rows, K)`` of fewer codes, filled up with zeros: ``(n, rows, size)``."""
    return cast(Tensor, _FilledUp.apply(size, *tables))


class _FilledUp(torch.autograd.Function):
    """One copy a table, and back its part of the gradient: torch's padding makes each one first."""

    @staticmethod
    def forward(ctx: Any, size: int, *tables: Tensor) -> Tensor:
        ctx.sizes = [table.shape[1] for table in tables]
        stack = tables[0].new_zeros(len(tables), len(tables[0]), size)
        for row, table in zip(stack.unbind(0), tables, strict=True):
            row[:, : table.shape[1]].copy_(table)
        return stack

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        rows = gradients[0].unbind(0)
        return None, *[row[:, :size] for row, size in zip(rows, ctx.sizes, strict=True)]
