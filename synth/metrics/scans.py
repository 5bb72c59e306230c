"""What is read of whole tables: two scans of the train part and one of each other table.

The first counts columns and pairs and profiles columns, in the bins and forms that the real rows
set. What is counted three columns at a time is chosen by the train part's counts, so that it takes
a second scan of that, with which the sums of products of numbers come along. In the other tables
all of it is counted in one scan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Protocol, TypeVar

import pyarrow as pa

from synth.encode import TableEncoder
from synth.forms.reading import Reading
from synth.metrics.features import FeatureColumn
from synth.metrics.gram import GramState, Standard
from synth.metrics.histograms import CodeHistograms
from synth.metrics.triple_counts import TripleCounts
from synth.metrics.triple_plan import TriplePlan, plan_triples
from synth.profiling.table_profile import TableProfile
from synth.statistics.state import State
from synth.statistics.together import Together, apart, joined
from synth.table.bins import ColumnBins
from synth.table.values import is_ordered

S = TypeVar("S", bound=State)
Follow = Callable[[str], None]


class Scan(Protocol):
    """One pass over the table of a role: a state that all its batches were added to."""

    def __call__(self, role: str, new: Callable[[], S], load: Callable[[bytes], S]) -> S:
        """``new`` makes an empty state, ``load`` reads its bytes."""
        ...


Counts = CodeHistograms | TripleCounts


class Binned:
    """A :class:`synth.statistics.state.State` over learned columns: rows to bins to counts."""

    def __init__(self, encoder: TableEncoder, counts: Sequence[Counts]):
        self.encoder, self.counts = encoder, tuple(counts)

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch of the learned columns."""
        matrix = self.encoder.bin_matrix(batch)
        for counts in self.counts:
            counts.update_bins(matrix)

    def merge(self, other: Binned) -> None:
        """Add the rows that another state has counted."""
        for mine, theirs in zip(self.counts, other.counts, strict=True):
            mine.merge(theirs)  # type: ignore[arg-type]  # both are of one kind

    def to_bytes(self) -> bytes:
        """The counts; the encoder is not part of them."""
        return joined([counts.to_bytes() for counts in self.counts])


@dataclass(frozen=True)
class Look:
    """What one scan of a table counts: columns and pairs, triples by a plan, or all of it.

    ``standard`` is given with a ``plan``.
    """

    encoder: TableEncoder
    columns: bool = True
    plan: TriplePlan | None = None
    standard: Standard | None = None

    @cached_property
    def _bins(self) -> tuple[ColumnBins, ...]:
        return self.encoder.bins()  # whose labels take longer to write than a state to read

    def new(self) -> Reading[Together]:
        """An empty state of a table's own columns."""
        encoder, counts = self.encoder, list[Counts]()
        parts: list[State] = []
        if self.columns:
            counts.append(CodeHistograms(self._bins))
            parts.append(TableProfile(encoder.schema))
        if self.plan is not None and self.standard is not None:
            counts.append(TripleCounts(self.plan))
            parts.append(GramState(self.standard))
        return Reading(encoder.forms, Together([Binned(encoder, counts), *parts]))

    def load(self, data: bytes) -> Reading[Together]:
        """What a state of :meth:`new` has written."""
        loads: list[Callable[[bytes], State]] = [self._load_binned]
        if self.columns:
            loads.append(partial(TableProfile.from_bytes, schema=self.encoder.schema))
        if self.standard is not None:
            loads.append(partial(GramState.from_bytes, standard=self.standard))
        return Reading(self.encoder.forms, Together.from_bytes(data, loads))

    def _load_binned(self, data: bytes) -> Binned:
        counts, parts = list[Counts](), iter(apart(data))
        if self.columns:
            counts.append(CodeHistograms.from_bytes(next(parts), self._bins))
        if self.plan is not None:
            counts.append(TripleCounts.from_bytes(next(parts), self.plan))
        return Binned(self.encoder, counts)


@dataclass(frozen=True)
class WholeTables:
    """What the scans of each table tell, by role."""

    counts: Mapping[str, CodeHistograms]
    profiles: Mapping[str, TableProfile]
    triples: Mapping[str, TripleCounts]
    products: Mapping[str, GramState]

    @property
    def rows(self) -> dict[str, int]:
        """The rows of each table."""
        return {role: counts.rows for role, counts in self.counts.items()}


def scanned(scan: Scan, roles: Sequence[str], encoder: TableEncoder, follow: Follow) -> WholeTables:
    """All scans of every table; ``roles`` hold ``train``, by whose counts triples are chosen."""

    def seen(role: str, look: Look) -> list[Any]:
        binned, *others = scan(role, look.new, look.load).state.parts
        return [*binned.counts, *others]

    follow("counting train rows")
    counts, profile = seen("train", Look(encoder))
    plan = plan_triples(counts)
    standard = Standard.of_profile(number_columns(encoder), profile)
    follow("counting train rows three columns at a time")
    triples, products = seen("train", Look(encoder, False, plan, standard))
    found = {"train": (counts, triples, profile, products)}
    for role in roles:
        if role != "train":
            follow(f"counting {role} rows")
            own = seen(role, Look(encoder, True, plan, standard))
            found[role] = (own[0], own[1], own[2], own[3])
    by_role = [{role: found[role][place] for role in roles} for place in range(4)]
    return WholeTables(by_role[0], by_role[2], by_role[1], by_role[3])


def number_columns(encoder: TableEncoder) -> tuple[FeatureColumn, ...]:
    """The learned columns that hold numbers, dates or times; keys are none."""
    own = [column for column in encoder.schema if is_ordered(column.type) and not column.key]
    return tuple(FeatureColumn(column.name, column.type, True) for column in own)
