"""States over the learned columns of a table, fed with its own columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Self, TypeVar

import pyarrow as pa

from synth.forms.table_forms import TableForms
from synth.statistics.state import State

S = TypeVar("S", bound=State)


class Reading(Generic[S]):
    """A :class:`synth.statistics.state.State` that reads each batch in its forms for another."""

    def __init__(self, forms: TableForms, state: S):
        self.forms, self.state = forms, state

    @classmethod
    def new(cls, forms: TableForms, new: Callable[[], S]) -> Reading[S]:
        """An empty state around an empty one."""
        return cls(forms, new())

    @classmethod
    def load(cls, data: bytes, forms: TableForms, load: Callable[[bytes], S]) -> Reading[S]:
        """What :meth:`to_bytes` wrote."""
        return cls(forms, load(data))

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch of the table's own columns."""
        self.state.update(self.forms.read(batch))

    def merge(self, other: Self) -> None:
        """Add the rows that another state has seen."""
        self.state.merge(other.state)

    def to_bytes(self) -> bytes:
        """The inner state's bytes; the forms are not part of them."""
        return self.state.to_bytes()
