"""What the scan of pairs counts: columns and pairs in bins, products of numbers, broken rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

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
    """What the scan of pairs counts, of the learned columns."""

    encoder: TableEncoder
    standard: Standard
    search: DependencySearch
    rules: Sequence[Dependency]

    @cached_property
    def _bins(self) -> tuple[ColumnBins, ...]:
        return self.encoder.bins()

    def new(self) -> Reading[Together]:
        """An empty state of the table's own columns."""
        parts: list[State] = [
            Binned(self.encoder, [CodeHistograms(self._bins)]),
            GramState(self.standard),
            self.search.verification(self.rules),
        ]
        return Reading(self.encoder.forms, Together(parts))

    def load(self, data: bytes) -> Reading[Together]:
        """What a state of :meth:`new` has written."""
        loads: list[Callable[[bytes], State]] = [
            self._load_counts,
            partial(GramState.from_bytes, standard=self.standard),
            partial(self.search.load, rules=self.rules),
        ]
        return Reading(self.encoder.forms, Together.from_bytes(data, loads))

    def _load_counts(self, data: bytes) -> Binned:
        (own,) = apart(data)
        return Binned(self.encoder, [CodeHistograms.from_bytes(own, self._bins)])
