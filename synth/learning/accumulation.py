"""Gradient accumulation: a batch's gradients from parts of it, learned one after the other.

What a network holds between forward and backward is that of a part. Gradients are weighed by the
part's rows and added, so that the step is that of the whole batch.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from synth.table.errors import InputError

PARTS = "parts a batch is learned in, one after the other: less memory, the same step"


@dataclass(frozen=True)
class Part:
    """Some rows of a batch, and their share of it."""

    rows: slice
    share: float
    is_last: bool


def parts_of(rows: int, accumulation: int, *, pack: int = 1) -> list[Part]:
    """The parts of a batch, as equal as can be; each is of whole packs of so many rows.

    A batch of fewer packs than parts has one part for each.

    >>> [part.rows for part in parts_of(7, 3)]
    [slice(0, 2, None), slice(2, 4, None), slice(4, 7, None)]
    """
    packs = rows // pack
    parts = min(accumulation, packs)
    ends = [packs * place // parts * pack for place in range(parts + 1)]
    return [
        Part(slice(start, end), (end - start) / rows, end == ends[-1])
        for start, end in pairwise(ends)
    ]


def shared_once(network: Any, part: Part) -> AbstractContextManager[None]:
    """Around forward and backward of a part: workers make gradients common with the last one's.

    ``network`` is a module as a worker shares it (torch's DistributedDataParallel), or one alone.
    """
    kept_apart = getattr(network, "no_sync", None)
    if part.is_last or kept_apart is None:
        return nullcontext()
    found: AbstractContextManager[None] = kept_apart()
    return found


def require_parts(accumulation: int, most: int, batch: str) -> None:
    """InputError where a batch, told in words, has fewer rows or packs than it is to have parts."""
    if accumulation > most:
        raise InputError(
            f"accumulation is {accumulation}, more than {batch}: set accumulation to {most} or "
            "less, or batch_rows to more"
        )
