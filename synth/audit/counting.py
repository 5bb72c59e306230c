"""What the second scan counts: pairs in bins, products of numbers, broken rules, groups of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from synth.audit.group_sizes import ColumnSet, GroupSizes
from synth.audit.near_duplicates import KEPT
from synth.dependencies.dependency import Dependency
from synth.dependencies.finding import DependencySearch
from synth.encode import TableEncoder
from synth.forms.reading import Reading
from synth.metrics.gram import GramState, Standard
from synth.metrics.histograms import CodeHistograms
from synth.metrics.scans import Binned
from synth.statistics.state import State
from synth.statistics.together import Together, apart
from synth.table.bins import ColumnBins


@dataclass(frozen=True)
class Counting:
    """The states of the scan: of the learned columns, and of the table's own.

    ``rules`` are those that a run looks for, ``more`` those that few rows may break. ``people``:
    sets of columns that may tell people apart; ``alike``: those by which rows are compared with
    each other.
    """

    encoder: TableEncoder
    standard: Standard
    search: DependencySearch
    rules: Sequence[Dependency]
    more: Sequence[Dependency]
    people: Sequence[ColumnSet]
    alike: Sequence[ColumnSet]

    @cached_property
    def _bins(self) -> tuple[ColumnBins, ...]:
        return self.encoder.bins()

    def new(self) -> Together:
        """An empty state of the table's own columns."""
        parts: list[State] = [
            Binned(self.encoder, [CodeHistograms(self._bins)]),
            GramState(self.standard),
            self.search.verification(self.rules),
            self.search.verification(self.more),
        ]
        learned = Reading(self.encoder.forms, Together(parts))
        return Together([learned, GroupSizes(self.people), GroupSizes(self.alike, KEPT)])

    def load(self, data: bytes) -> Together:
        """What a state of :meth:`new` has written."""
        loads: list[Callable[[bytes], State]] = [
            self._load_learned,
            partial(GroupSizes.from_bytes, sets=self.people),
            partial(GroupSizes.from_bytes, sets=self.alike, kept=KEPT),
        ]
        return Together.from_bytes(data, loads)

    def _load_learned(self, data: bytes) -> Reading[Together]:
        loads: list[Callable[[bytes], State]] = [
            self._load_counts,
            partial(GramState.from_bytes, standard=self.standard),
            partial(self.search.load, rules=self.rules),
            partial(self.search.load, rules=self.more),
        ]
        return Reading(self.encoder.forms, Together.from_bytes(data, loads))

    def _load_counts(self, data: bytes) -> Binned:
        (own,) = apart(data)
        return Binned(self.encoder, [CodeHistograms.from_bytes(own, self._bins)])
