"""What is read of whole tables: two scans of each, whatever is measured.

The first counts columns and pairs and profiles columns, in the bins and forms that the real rows
set. What is counted three columns at a time is chosen by its counts, so that it takes a second one,
with which the sums of products of numbers come along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

import pyarrow as pa

from synth.encode import TableEncoder
from synth.forms.reading import Reading
from synth.metrics.features import FeatureColumn
from synth.metrics.gram import GramState, Standard
from synth.metrics.histograms import CodeHistograms
from synth.metrics.triple_counts import TripleCounts
from synth.metrics.triple_plan import TriplePlan, plan_triples
from synth.profile.table_profile import TableProfile
from synth.statistics.state import State
from synth.statistics.together import Together
from synth.table.values import is_ordered

S = TypeVar("S", bound=State)
Follow = Callable[[str], None]


class Scan(Protocol):
    """One pass over the table of a role: a state that all its batches were added to."""

    def __call__(self, role: str, new: Callable[[], S], load: Callable[[bytes], S]) -> S:
        """``new`` makes an empty state, ``load`` reads its bytes."""
        ...


class Binned:
    """A :class:`synth.statistics.state.State` over learned columns: rows to bins to counts."""

    def __init__(self, encoder: TableEncoder, counts: CodeHistograms | TripleCounts):
        self.encoder, self.counts = encoder, counts

    def update(self, batch: pa.RecordBatch) -> None:
        """Add the rows of a batch of the learned columns."""
        self.counts.update_bins(self.encoder.bin_matrix(batch))

    def merge(self, other: Binned) -> None:
        """Add the rows that another state has counted."""
        self.counts.merge(other.counts)  # type: ignore[arg-type]  # both are of one kind

    def to_bytes(self) -> bytes:
        """The counts; the encoder is not part of them."""
        return self.counts.to_bytes()


@dataclass(frozen=True)
class WholeTables:
    """What two scans of each table tell, by role."""

    counts: Mapping[str, CodeHistograms]
    profiles: Mapping[str, TableProfile]
    triples: Mapping[str, TripleCounts]
    products: Mapping[str, GramState]

    @property
    def rows(self) -> dict[str, int]:
        """The rows of each table."""
        return {role: counts.rows for role, counts in self.counts.items()}


def scanned(scan: Scan, roles: Sequence[str], encoder: TableEncoder, follow: Follow) -> WholeTables:
    """Both scans of every table; ``roles`` hold ``train``, by whose counts triples are chosen."""
    counts, profiles = {}, {}
    for role in roles:
        follow(f"counting {role} rows")
        found = scan(role, partial(_first, encoder), partial(_load_first, encoder=encoder))
        binned, profiles[role] = found.state.parts
        counts[role] = binned.counts
    plan = plan_triples(counts["train"])
    standard = Standard.of_profile(_numbers(encoder), profiles["train"])
    triples, products = {}, {}
    for role in roles:
        follow(f"counting {role} rows three columns at a time")
        new = partial(_second, encoder, plan, standard)
        load = partial(_load_second, encoder=encoder, plan=plan, standard=standard)
        binned, products[role] = scan(role, new, load).state.parts
        triples[role] = binned.counts
    return WholeTables(counts, profiles, triples, products)


def _numbers(encoder: TableEncoder) -> tuple[FeatureColumn, ...]:
    """The learned columns that hold numbers, dates or times; keys are none."""
    own = [column for column in encoder.schema if is_ordered(column.type) and not column.key]
    return tuple(FeatureColumn(column.name, column.type, True) for column in own)


def _first(encoder: TableEncoder) -> Reading[Together]:
    binned = Binned(encoder, CodeHistograms(encoder.bins()))
    return Reading(encoder.forms, Together([binned, TableProfile(encoder.schema)]))


def _load_first(data: bytes, encoder: TableEncoder) -> Reading[Together]:
    def counts(own: bytes) -> Binned:
        return Binned(encoder, CodeHistograms.from_bytes(own, encoder.bins()))

    loads = (counts, partial(TableProfile.from_bytes, schema=encoder.schema))
    return Reading(encoder.forms, Together.from_bytes(data, loads))


def _second(encoder: TableEncoder, plan: TriplePlan, standard: Standard) -> Reading[Together]:
    binned = Binned(encoder, TripleCounts(plan))
    return Reading(encoder.forms, Together([binned, GramState(standard)]))


def _load_second(
    data: bytes, encoder: TableEncoder, plan: TriplePlan, standard: Standard
) -> Reading[Together]:
    def counts(own: bytes) -> Binned:
        return Binned(encoder, TripleCounts.from_bytes(own, plan))

    loads = (counts, partial(GramState.from_bytes, standard=standard))
    return Reading(encoder.forms, Together.from_bytes(data, loads))
