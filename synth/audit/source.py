"""A table to audit, whoever scans it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from synth.audit.inclusion import Inclusion, InclusionCounts
from synth.statistics.state import State
from synth.table.errors import InputError
from synth.table.known_names import known_names
from synth.table.leaves import Unlearned
from synth.table.schema import TableSchema

S = TypeVar("S", bound=State)
Follow = Callable[[str], None]
DistinctOf = Callable[[Sequence[tuple[str, ...]]], Sequence[int]]


class Scan(Protocol):
    """One pass over the table; ``ordered``: with the hashes that a sample is drawn by."""

    def __call__(
        self, new: Callable[[], S], load: Callable[[bytes], S], *, ordered: bool = False
    ) -> S:
        """``new`` makes an empty state, ``load`` reads its bytes."""
        ...


def _no_others(found: Inclusion) -> InclusionCounts:
    raise ValueError(f"there is no other table than that of {found.column!r}")


@dataclass(frozen=True)
class Source:
    """A table to audit: its name and schema, its scans, exact counts, and what shows the work.

    ``others``: tables that it may refer to, or that may refer to it, whose inclusions in each other
    ``included`` counts. ``partitions``: the columns by which its files are partitioned.
    ``unlearned``: columns that are looked at by their leaves alone.
    """

    table: str
    schema: TableSchema
    scan: Scan
    distinct_of: DistinctOf
    follow: Follow = lambda text: None
    notes: tuple[str, ...] = ()
    others: tuple[Source, ...] = ()
    included: Callable[[Inclusion], InclusionCounts] = _no_others
    partitions: tuple[str, ...] = ()
    unlearned: tuple[Unlearned, ...] = ()

    def require(self, target: str | None) -> None:
        """InputError where the table lacks the column that is to be predicted."""
        if target is not None and target not in self.schema.names:
            raise InputError(
                f"table {self.table}: the target {target!r} is no column of it; "
                f"{known_names(target, self.schema.names, 'the table')}"
            )
