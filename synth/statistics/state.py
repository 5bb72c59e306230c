"""The law of every statistic: a state that rows are added to, and that adds to its kind."""

from __future__ import annotations

from typing import Protocol, Self

import pyarrow as pa


class State(Protocol):
    """A mergeable statistic: ``state(a) merged with state(b) = state(a and b)``.

    Merging is commutative and associative, exactly or within the bound that the statistic states.
    """

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch."""
        ...

    def merge(self, other: Self) -> None:
        """Add the rows that another state has seen."""
        ...

    def to_bytes(self) -> bytes:
        """The whole state, for a trip between processes; no pickle."""
        ...
