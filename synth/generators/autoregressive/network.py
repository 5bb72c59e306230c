"""The fused autoregressive network: every sub-column's head in the same few products.

Shapes: B rows of a batch, S sub-columns, H width of a head, K codes of a sub-column.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from synth.encode import CodeStatistics
from synth.generators.autoregressive.code_tables import FREE_RATE, CodeTables
from synth.generators.autoregressive.contexts import Frequent
from synth.generators.autoregressive.dropout import drop_
from synth.generators.autoregressive.first_layer import FirstLayer
from synth.generators.autoregressive.folding import LOGITS
from synth.generators.autoregressive.lookups import RATE, Lookups
from synth.generators.autoregressive.table_bank import MANY, TableBank
from synth.generators.autoregressive.wiring import Wiring
from synth.table.sub_column import SubColumn, groups_of

GIVEN_ORDER_SHARE = 0.5  # of the batches of a network that learns other orders as well
RANDOM_ORDER_SHARE = 0.5  # of the others, where any order is learned beside declared ones
LARGEST_LAYER = 2**23  # numbers on CPU, 32 MiB: C's allocator maps what is larger anew each time


class FusedNetwork(nn.Module):
    """Each head predicts its sub-column from those before it; all heads share each product."""

    def __init__(
        self,
        sub_columns: Sequence[SubColumn],
        statistics: CodeStatistics,
        wiring: Wiring,
        *,
        value_embeddings: Sequence[bool],
        looked_up: Sequence[Frequent] = (),
        orders: Sequence[Sequence[int]] = (),
        any_order: bool = False,
        hidden: int = 64,
        residual_layers: int = 1,
        dropout: float = 0.1,
        class_weights: np.ndarray | None = None,
    ):
        super().__init__()
        self.hidden, self.dropout, self.any_order = hidden, dropout, any_order
        self.orders = [np.argsort(order).tolist() for order in orders]  # each one's place in them
        heads = len(sub_columns)
        self.tables = nn.ModuleList(
            CodeTables(sub, wiring.width, hidden, counts, within, by_value=by_value)
            for sub, counts, within, by_value in zip(
                sub_columns,
                statistics.counts,
                statistics.group_counts,
                value_embeddings,
                strict=True,
            )
        )
        self._groups = groups_of(sub_columns)  # always drawn before their places
        self.lookups = Lookups(looked_up, [sub.cardinality for sub in sub_columns])
        self.first = FirstLayer(wiring, hidden)
        self.norms = nn.ParameterList(
            nn.Parameter(torch.ones(heads, 1, hidden)) for _ in range(residual_layers)
        )
        self.residuals = nn.ParameterList(
            nn.Parameter(torch.randn(heads, hidden, hidden) / math.sqrt(hidden))
            for _ in range(residual_layers)
        )
        self.residual_biases = nn.ParameterList(
            nn.Parameter(torch.zeros(heads, 1, hidden)) for _ in range(residual_layers)
        )
        self.class_weights: Tensor | None
        weights = None if class_weights is None else torch.from_numpy(class_weights)
        self.register_buffer("class_weights", weights, persistent=False)
        names = [sub.column for sub in sub_columns]
        self._columns = [names.index(name) for name in names]  # the first sub-column of each's own
        self._weight_names = list(self.state_dict())
        many, apart = heads >= MANY, self.lookups.places
        self.bank = TableBank(self._tables(), self._groups, apart) if many else None
        self.register_state_dict_post_hook(_as_a_model)  # type: ignore[no-untyped-call]

    def forward(self, codes: Tensor, rank: Tensor | None = None) -> Tensor:
        """Negative log-likelihood per sub-column, mean over the rows: ``(S,)``, in nats.

        With class weights the mean of those that see the first sub-column is weighted: what is
        learned of their distributions given it stays the same, but rare values are learned as well.

        ``rank`` is each sub-column's place in another order than the given one.
        """
        most = max(LARGEST_LAYER // (len(self.tables) * self.hidden), 1)
        if codes.device.type != "cpu" or len(codes) <= most:
            return self._losses(codes, rank)
        parts = codes.tensor_split(math.ceil(len(codes) / most))
        losses = [self._losses(part, rank) * (len(part) / len(codes)) for part in parts]
        return torch.stack(losses).sum(0)

    def _losses(self, codes: Tensor, rank: Tensor | None) -> Tensor:
        """As :meth:`forward`, of few enough rows."""
        # No dropout here: it would blur what a head sees, and with it small probabilities.
        x = self.first(self._embedded(codes), rank)  # (S, B, H)
        for norm, weight, bias in zip(
            self.norms, self.residuals, self.residual_biases, strict=True
        ):
            inner = functional.silu(functional.layer_norm(x, (self.hidden,)) * norm)
            x = torch.baddbmm(bias, self._drop(inner), weight).add_(x)
        x = self._drop(functional.silu(x))
        if self.class_weights is None:
            return self._of_heads(x, codes, rank, "mean")
        losses = self._of_heads(x, codes, rank, "none")
        turn = torch.arange(len(losses), device=codes.device) if rank is None else rank
        weight = torch.where(turn[:, None] > turn[0], self.class_weights[codes[:, 0]], 1.0)
        return (losses * weight).mean(1)

    def _embedded(self, codes: Tensor) -> list[Tensor] | Tensor:
        """What stands for the codes of each sub-column, S times ``(B, width)``."""
        tables = self._tables()
        found = None if self.bank is None else self.bank.embed(codes)
        if found is not None and all(table.whole is None for table in tables):
            return found
        embedded: list[Tensor] = []
        for i, (table, group) in enumerate(zip(tables, self._groups, strict=True)):
            of_group = None if group is None else codes[:, group]
            if found is None:
                own = table.embed(codes[:, i], of_group)
            else:
                own = table.with_values(found[i], codes[:, i], of_group)
            if group is not None and table.whole is not None:
                own = own + embedded[group]  # all that is learned of a value of few rows
            embedded.append(own)
        return embedded

    def _of_heads(self, x: Tensor, codes: Tensor, rank: Tensor | None, reduction: str) -> Tensor:
        """Each head's loss from its last layer, ``(S,)``, or ``(S, B)`` of each row."""
        tables = self._tables()
        losses: dict[int, Tensor] = {}
        if self.bank is not None:
            stacked = self.bank.losses(x, codes)
            means = stacked.mean(1) if reduction == "mean" else stacked
            losses = dict(zip(self.bank.stacked, means.unbind(0), strict=True))
        for i, group in enumerate(self._groups):
            if i not in losses:
                own = None if group is None else codes[:, group]
                logits = tables[i].logits(x[i], own).float()
                logits = self.lookups.added(i, logits, codes, rank)
                losses[i] = functional.cross_entropy(logits, codes[:, i], reduction=reduction)
        return torch.stack([losses[i] for i in range(len(tables))])

    def _tables(self) -> list[CodeTables]:
        return cast(list[CodeTables], list(self.tables))

    def draw_order(self) -> Tensor | None:
        """For a step: each sub-column's place in a declared or random order, on CPU.

        None for the given order, always so for a network that learns no other.
        """
        if not (self.orders or self.any_order) or float(torch.rand(())) < GIVEN_ORDER_SHARE:
            return None
        if self.orders and not (self.any_order and float(torch.rand(())) < RANDOM_ORDER_SHARE):
            return torch.tensor(self.orders[int(torch.randint(len(self.orders), ()))])
        heads = len(self._columns)
        shuffled = torch.randperm(heads)
        keys = shuffled[self._columns] * heads + torch.arange(heads)
        return torch.argsort(torch.argsort(keys))

    def _drop(self, x: Tensor) -> Tensor:
        return drop_(x, self.dropout) if self.training and self.dropout else x


def _as_a_model(network: nn.Module, weights: dict[str, Tensor], prefix: str, _: object) -> None:
    """A model's weights have one order, names and shapes, wherever they lie while they learn.

    The free part of smooth tables is written as it counts, and so are lookups.
    """
    assert isinstance(network, FusedNetwork)
    found = {name.removeprefix(prefix): value for name, value in weights.items()}
    if network.bank is not None:
        values = network.bank.by_table(_values).items()
        found |= {f"tables.{name}": value.contiguous() for name, value in values}
    for place, table in enumerate(network._tables()):
        if table.smooth:
            for name in (f"tables.{place}.embedding", f"tables.{place}.output"):
                found[name] = found[name] * FREE_RATE
    for place, teller in network.lookups.pairs:
        name = LOGITS.format(told=place, teller=teller)
        found[name] = found[name] * RATE
    weights.clear()
    weights.update({prefix + name: found[name] for name in network._weight_names})


def _values(parameter: nn.Parameter) -> Tensor:
    return parameter.detach()
