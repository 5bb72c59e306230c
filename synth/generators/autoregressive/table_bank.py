"""The tables of many sub-columns in few operations.

A step over a few rows of a wide table is thousands of operations of microseconds, most of them at
the tables of each sub-column. Here all codes are looked up at once, and the logits of tables of
about as many codes are one product. What is learned of them lies together, so that a step has tens
of tensors to follow in place of a thousand; a model's weights have their names and shapes all the
same.

Shapes: B rows of a batch, S sub-columns, H width of a head, K codes of a sub-column.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.generators.autoregressive.basis import WIDTH
from synth.generators.autoregressive.code_tables import FREE_RATE, CodeTables

MANY = 40  # heads, from which the bank is quicker than each table by itself
SIZES = 4  # of the tables in a stack, between a power of two and the next
NEVER = -1e9  # nats: a code that only fills up a stack

Part = Callable[[nn.Parameter], Tensor]


class TableBank(nn.Module):
    """Looks codes up in all tables; makes the losses of the sub-columns that have no group.

    ``stacked`` are the places of these but for those that stand ``apart``. The tables' parameters
    become its own: what is learned of codes is ``embedding`` ``(all K, width)`` and ``waves``
    ``(smooth ones, WIDTH, width)``.
    """

    offsets: Tensor  # (S,): where each table begins among all
    basis: Tensor  # (all K, WIDTH): zero for tables that are not smooth
    smooth: Tensor  # the places of those that are
    rates: Tensor  # (S, 1, 1), of what is learned of each table's codes
    order: Tensor  # of ``stacked``

    def __init__(
        self,
        tables: Sequence[CodeTables],
        groups: Sequence[int | None],
        apart: Collection[int] = (),
    ):
        super().__init__()
        self.sizes = [table.codes for table in tables]
        smooth = [i for i, table in enumerate(tables) if table.smooth]
        rows = [
            table.basis if place in set(smooth) else torch.zeros(self.sizes[place], WIDTH)
            for place, table in enumerate(tables)
        ]
        starts = torch.tensor([0, *self.sizes[:-1]]).cumsum(0)
        self.register_buffer("offsets", starts, persistent=False)
        self.register_buffer("basis", torch.cat(rows), persistent=False)
        self.register_buffer("smooth", torch.tensor(smooth, dtype=torch.int64), persistent=False)
        rates = torch.ones(len(tables), 1, 1)
        rates[smooth] = FREE_RATE
        self.register_buffer("rates", rates, persistent=False)
        self.embedding = nn.Parameter(torch.cat([table.embedding.data for table in tables]))
        waves = [t.smooth_embedding.data for t in tables if t.smooth_embedding is not None]
        self.waves = nn.Parameter(torch.stack(waves)) if waves else None
        stacks: dict[tuple[int, bool], list[int]] = defaultdict(list)
        for place, group in enumerate(groups):
            if group is None and place not in apart:
                stacks[_size_near(self.sizes[place]), place in set(smooth)].append(place)
        self.stacked = tuple(place for places in stacks.values() for place in places)
        self.register_buffer("order", torch.tensor(self.stacked), persistent=False)
        self.stacks = nn.ModuleList(
            _Stack(tables, places, size) for (size, _), places in stacks.items()
        )
        for table in tables:
            table.give_up("embedding", "smooth_embedding")

    def embed(self, codes: Tensor) -> Tensor:
        """``(S, B, width)`` from codes ``(B, S)``, without what tables know of values in groups."""
        rows = codes.T + self.offsets[:, None]
        found = functional.embedding(rows, self.embedding)
        if self.waves is None:
            return found
        own = torch.bmm(self.basis[rows[self.smooth]], self.waves)
        return (found * self.rates).index_add(0, self.smooth, own.to(found.dtype))

    def losses(self, x: Tensor, codes: Tensor) -> Tensor:
        """Negative log-likelihoods ``(n, B)`` of ``stacked``, from last layers ``(S, B, H)``."""
        stacks = cast(list[_Stack], list(self.stacks))
        sizes = [len(stack.places) for stack in stacks]
        layers = torch.split_with_sizes(x.index_select(0, self.order), sizes)
        wanted = torch.split_with_sizes(codes.T[self.order][:, :, None], sizes)
        return torch.cat(
            [
                -stack.logits(layer).log_softmax(2).gather(2, own)[:, :, 0]
                for stack, layer, own in zip(stacks, layers, wanted, strict=True)
            ]
        )

    def by_table(self, part: Part) -> dict[str, Tensor]:
        """A ``part`` of each parameter, such as its values, by ``place.name`` of the tables."""
        found = {}
        for place, own in enumerate(torch.split_with_sizes(part(self.embedding), self.sizes)):
            found[f"{place}.embedding"] = own
        if self.waves is not None:
            for place, own in zip(self.smooth.tolist(), part(self.waves), strict=True):
                found[f"{place}.smooth_embedding"] = own
        for stack in cast(list[_Stack], list(self.stacks)):
            found |= stack.by_table(part)
        return found


class _Stack(nn.Module):
    """Output tables of about as many codes, filled up to the same number: one product.

    ``output`` ``(n, H, K)`` and ``bias`` ``(n, 1, K)`` are zero where they only fill up, and stay
    so: what is never drawn has no gradient. ``waves`` ``(n, H, WIDTH)`` are those of smooth ones.
    """

    never: Tensor  # (n, 1, K): 0, or what no code has
    basis: Tensor  # (n, WIDTH, K), of smooth ones

    def __init__(self, tables: Sequence[CodeTables], places: Sequence[int], size: int):
        super().__init__()
        own = [tables[place] for place in places]
        self.places, self.sizes = tuple(places), [table.codes for table in own]
        never = torch.full((len(own), 1, size), NEVER)
        output = torch.zeros(len(own), own[0].output.shape[0], size)
        bias, basis = torch.zeros(len(own), 1, size), torch.zeros(len(own), WIDTH, size)
        is_smooth = own[0].smooth_output is not None
        for row, (table, codes) in enumerate(zip(own, self.sizes, strict=True)):
            never[row, :, :codes] = 0
            output[row, :, :codes] = table.output.data
            bias[row, 0, :codes] = table.bias.data
            if is_smooth:
                basis[row, :, :codes] = table.basis.T
        waves = [table.smooth_output.data for table in own if table.smooth_output is not None]
        self.output, self.bias = nn.Parameter(output), nn.Parameter(bias)
        self.waves = nn.Parameter(torch.stack(waves)) if is_smooth else None
        self.register_buffer("never", never, persistent=False)
        self.register_buffer("basis", basis if is_smooth else None, persistent=False)
        for table in own:
            table.give_up("output", "smooth_output", "bias")

    def logits(self, x: Tensor) -> Tensor:
        """``(n, B, K)`` from the last layers ``(n, B, H)``."""
        output: Tensor = self.output
        if self.waves is not None:
            output = torch.baddbmm(output, self.waves, self.basis, beta=FREE_RATE)
        return torch.baddbmm(self.bias + self.never, x, output).float()

    def by_table(self, part: Part) -> dict[str, Tensor]:
        """As :meth:`TableBank.by_table`."""
        found = {}
        output, bias = part(self.output), part(self.bias)
        waves = None if self.waves is None else part(self.waves)
        for row, (place, codes) in enumerate(zip(self.places, self.sizes, strict=True)):
            found[f"{place}.output"] = output[row, :, :codes]
            found[f"{place}.bias"] = bias[row, 0, :codes]
            if waves is not None:
                found[f"{place}.smooth_output"] = waves[row]
        return found


def _size_near(codes: int) -> int:
    """The least size of a stack, of few kinds, that has room for so many codes."""
    step = max((1 << math.ceil(math.log2(max(codes, 2))) - 1) // SIZES, 1)
    return -(-codes // step) * step
