"""From a network's weights to the heads that numpy samples: tables folded, heads in an order.

Folding adds the smooth part of a table to its free part, and picks from the first layer the rows
that a head may read; see ``synth.nn.first`` for the three wirings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from synth.encode import SubColumn
from synth.generators.basis import basis_of
from synth.generators.kernel import IMPOSSIBLE, Head, Residual, Summary
from synth.generators.wiring import BLOCK

Weights = Mapping[str, np.ndarray]


def fold(
    weights: Weights,
    sub_columns: Sequence[SubColumn],
    seen: Sequence[np.ndarray],
    order: Sequence[int] | None = None,
) -> tuple[Head, ...]:
    """Heads in the given ``order`` of sub-columns, or in that of the table.

    Codes that the train part never showed become impossible. ValueError for another order where
    the network was trained for one only.
    """
    heads = len(sub_columns)
    order = list(range(heads)) if order is None else list(order)
    if order != list(range(heads)) and not is_flexible(weights):
        raise ValueError(
            "this model draws its columns in one order only: train with flexible to draw in others"
        )
    tables = [_tables(weights, place, sub) for place, sub in enumerate(sub_columns)]
    widths = [embedding.shape[1] for embedding, _ in tables]
    folded: list[Head] = []
    for turn, place in enumerate(order):
        embedding, output = tables[place]
        inputs, first, bias, summary = _first(weights, order[:turn], place, widths, embedding)
        known = seen[place] > 0
        folded.append(
            Head(
                sub_column=place,
                embedding=embedding,
                inputs=inputs,
                first=np.ascontiguousarray(first, np.float32),
                first_bias=bias.astype(np.float32),
                summary=summary,
                residuals=_residuals(weights, place),
                output=output,
                bias=np.where(known, weights[f"tables.{place}.bias"], IMPOSSIBLE).astype(
                    np.float32
                ),
            )
        )
    return tuple(folded)


def is_flexible(weights: Weights) -> bool:
    """Whether the network was trained for any order of the columns."""
    return "first.known" in weights


def _tables(weights: Weights, place: int, sub: SubColumn) -> tuple[np.ndarray, np.ndarray]:
    embedding = weights[f"tables.{place}.embedding"]
    output = weights[f"tables.{place}.output"]
    if sub.ranks is not None:
        basis = basis_of(sub.ranks)
        embedding = embedding + basis @ weights[f"tables.{place}.smooth_embedding"]
        output = output + weights[f"tables.{place}.smooth_output"] @ basis.T
    contiguous = np.ascontiguousarray
    return contiguous(embedding, np.float32), contiguous(output, np.float32)


def _first(
    weights: Weights, before: list[int], place: int, widths: list[int], embedding: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray, np.ndarray, Summary | None]:
    """``(inputs, first, bias, summary)`` of a head that is drawn after ``before``."""
    if "first.parents" in weights:
        return _from_summary(weights, before, place, widths[0], embedding)
    if "first.known" in weights:
        return _from_any_order(weights, before, place, widths)
    heads = len(widths)
    hidden = len(weights["first.bias"]) // heads
    own = slice(place % BLOCK * hidden, (place % BLOCK + 1) * hidden)
    weight = weights[f"first.weights.{place // BLOCK}"][: sum(widths[:place]), own]
    return None, weight, weights["first.bias"][place * hidden : (place + 1) * hidden], None


def _from_any_order(
    weights: Weights, before: list[int], place: int, widths: list[int]
) -> tuple[np.ndarray | None, np.ndarray, np.ndarray, None]:
    hidden = len(weights["first.bias"]) // len(widths)
    own = slice(place * hidden, (place + 1) * hidden)
    starts = np.cumsum([0, *widths])
    rows = [np.arange(starts[other], starts[other] + widths[other]) for other in before]
    inputs = np.concatenate([*rows, np.zeros(0, np.int64)]).astype(np.int64)
    bias = weights["first.bias"][own] + weights["first.known"][before][:, own].sum(0)
    return None, weights["first.weight"][inputs, own], bias, None


def _from_summary(
    weights: Weights, before: list[int], place: int, width: int, embedding: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Summary]:
    turn = {other: number for number, other in enumerate(before)}
    parents = weights["first.parents"][place].tolist()
    slots = [slot for slot, parent in enumerate(parents) if parent in turn]
    columns = [np.arange(width) + turn[parents[slot]] * width for slot in slots]
    inputs = np.concatenate([*columns, np.zeros(0, np.int64)]).astype(np.int64)
    weight = weights["first.weight"][place].reshape(len(parents), width, -1)[slots]
    bias = weights["first.bias"][place, 0]
    if "first.known" in weights:
        bias = bias + weights["first.known"][place][slots].sum(0)
    summary = Summary(
        np.ascontiguousarray(embedding @ weights["first.into"][place], np.float32),
        np.ascontiguousarray(weights["first.out"][place]),
    )
    return inputs, weight.reshape(len(inputs), len(bias)), bias, summary


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
