"""From a network's weights to the heads that numpy samples: tables folded, heads in an order.

Folding adds the smooth part of a table to its free part, and picks from the first layer the rows
that a head may read; see ``synth.generators.autoregressive.first_layer``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from synth.generators.autoregressive.basis import basis_of
from synth.generators.autoregressive.contexts import Context, Frequent
from synth.generators.autoregressive.kernel import IMPOSSIBLE, Head, Lookup, Residual
from synth.table.errors import InputError
from synth.table.sub_column import SubColumn, groups_of

Weights = Mapping[str, np.ndarray]

LOOKUPS = "lookups."  # how the names of their weights begin
LOGITS, CONTEXTS = LOOKUPS + "{told}.{teller}.logits", LOOKUPS + "{told}.{teller}.contexts"
PARTNERS = "partners"  # int64 (S,): with which sub-column a head's margin was set, -1 for none


def fold(
    weights: Weights,
    sub_columns: Sequence[SubColumn],
    seen: Sequence[np.ndarray],
    order: Sequence[int] | None = None,
) -> tuple[Head, ...]:
    """Heads in the given ``order`` of sub-columns, or in that of the table.

    Codes that the train part never showed become impossible. InputError for another order where
    the network was trained for one only.
    """
    heads = len(sub_columns)
    order = list(range(heads)) if order is None else list(order)
    if order != list(range(heads)) and not knows_orders(weights):
        raise InputError(
            "this model draws its columns in one order only: train with flexible, or with the "
            "conditions that are given, to draw in others"
        )
    groups = groups_of(sub_columns)
    tables: list[tuple[np.ndarray, np.ndarray]] = []
    for place, (sub, group) in enumerate(zip(sub_columns, groups, strict=True)):
        embedding, output = _tables(weights, place, sub)
        if group is not None and f"tables.{place}.whole" in weights:
            embedding = _by_value(weights[f"tables.{place}.whole"], embedding, tables[group][0])
        tables.append((embedding, output))
    folded: list[Head] = []
    for turn, place in enumerate(order):
        embedding, output = tables[place]
        inputs, first, bias = _first(weights, order[:turn], place)
        known = seen[place] > 0
        group, within = _by_group(weights, order[:turn], place, groups[place])
        folded.append(
            Head(
                sub_column=place,
                embedding=embedding,
                into=np.ascontiguousarray(embedding @ weights["first.into"][place], np.float32),
                inputs=inputs,
                first=np.ascontiguousarray(first, np.float32),
                first_bias=bias.astype(np.float32),
                residuals=_residuals(weights, place),
                output=output,
                bias=np.where(known, weights[f"tables.{place}.bias"], IMPOSSIBLE).astype(
                    np.float32
                ),
                group=group,
                within=within,
                lookups=_lookups(weights, order[:turn], place, sub_columns, groups),
            )
        )
    return tuple(folded)


def knows_orders(weights: Weights) -> bool:
    """Whether the network was trained for other orders of the columns besides the given one."""
    return "first.known" in weights


def _by_group(
    weights: Weights, before: Sequence[int], place: int, group: int | None
) -> tuple[int | None, np.ndarray | None]:
    """Which code's row of which table adds to the logits: the group's, or the partner's."""
    if group is not None:
        return group, weights[f"tables.{place}.within"]
    if f"tables.{place}.beside" in weights and weights[PARTNERS][place] in before:
        return int(weights[PARTNERS][place]), weights[f"tables.{place}.beside"]
    return None, None


def _lookups(
    weights: Weights,
    before: Sequence[int],
    place: int,
    sub_columns: Sequence[SubColumn],
    groups: Sequence[int | None],
) -> tuple[Lookup, ...]:
    """What is looked up for a head that is drawn after ``before``: by what is known by then."""
    sizes = [sub.cardinality for sub in sub_columns]
    found = []
    for teller in before:
        logits = weights.get(LOGITS.format(told=place, teller=teller))
        if logits is not None:
            context = Context.of(place, teller, sizes, groups)
            kept = weights[CONTEXTS.format(told=place, teller=teller)]
            found.append(Lookup(context, Frequent(context, kept).rows(), logits))
    return tuple(found)


def _tables(weights: Weights, place: int, sub: SubColumn) -> tuple[np.ndarray, np.ndarray]:
    embedding = weights[f"tables.{place}.embedding"]
    output = weights[f"tables.{place}.output"]
    if sub.ranks is not None:
        basis = basis_of(sub.ranks)
        embedding = embedding + basis @ weights[f"tables.{place}.smooth_embedding"]
        output = output + weights[f"tables.{place}.smooth_output"] @ basis.T
    contiguous = np.ascontiguousarray
    return contiguous(embedding, np.float32), contiguous(output, np.float32)


def _by_value(own: np.ndarray, places: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The embeddings of values ``(groups * K, width)``, group by group."""
    parts = groups[:, None] + places[None]
    embeddings: np.ndarray = parts.reshape(own.shape) + own
    return embeddings


def _first(
    weights: Weights, before: Sequence[int], place: int
) -> tuple[tuple[int, ...], np.ndarray, np.ndarray]:
    """``(inputs, first, bias)`` of a head that is drawn after ``before``."""
    turn = {other: number for number, other in enumerate(before)}
    parents = weights["first.parents"][place].tolist()
    slots = [slot for slot, parent in enumerate(parents) if parent in turn]
    own = weights["first.weight"][place]  # (m * width, H)
    direct = own.reshape(len(parents), -1, own.shape[1])[slots].reshape(-1, own.shape[1])
    bias = weights["first.bias"][place, 0]
    if knows_orders(weights):
        bias = bias + weights["first.known"][place][slots].sum(0)
    out = weights["first.out"][place] * np.float32(max(len(before), 1) ** -0.5)
    return tuple(turn[parents[slot]] for slot in slots), np.concatenate([out, direct]), bias


def _residuals(weights: Weights, place: int) -> tuple[Residual, ...]:
    layers = sum(name.startswith("norms.") for name in weights)
    return tuple(
        Residual(
            weights[f"norms.{layer}"][place, 0].copy(),
            np.ascontiguousarray(weights[f"residuals.{layer}"][place]),
            weights[f"residual_biases.{layer}"][place, 0].copy(),
        )
        for layer in range(layers)
    )
