"""What the second scan of a table has told, by its design."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from synth.audit.design import Design
from synth.audit.group_sizes import GroupSizes
from synth.audit.near_duplicates import NearDuplicates, near_duplicates
from synth.dependencies.facts import dependency_facts
from synth.metrics.gram import GramState
from synth.metrics.histograms import CodeHistograms
from synth.profiling.table_profile import TableProfile
from synth.statistics.together import Together


@dataclass(frozen=True)
class Counted:
    """Counts of columns and pairs, products of numbers, rules with their evidence, equal rows."""

    design: Design
    histograms: CodeHistograms
    products: GramState
    rules: list[dict[str, Any]]
    groups: GroupSizes
    doubles: NearDuplicates | None

    @classmethod
    def of(cls, design: Design, state: Together, profile: TableProfile) -> Counted:
        """From a state of the design's counting, and the profile of the same rows."""
        learned, groups, doubles = state.parts
        counts, products, verification = learned.state.parts
        return cls(
            design,
            counts.counts[0],
            products,
            dependency_facts(design.search.settle(verification, design.learned(profile))),
            groups,
            near_duplicates(doubles, design.alike) if design.alike else None,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, left out or estimated."""
        return (*self.design.notes, *self._left_out(), *self._by_estimate())

    def _left_out(self) -> Iterator[str]:
        """Columns whose combinations were not looked at, by why."""
        people = self.design.people
        for why in dict.fromkeys(reason for _, reason in people.left_out):
            names = ", ".join(repr(name) for name, own in people.left_out if own == why)
            yield f"combinations that tell rows apart: without {names} ({why})"

    def _by_estimate(self) -> Iterator[str]:
        groups = self.groups
        if groups.sets and not all(groups.of(own).is_exact for own in groups.sets):
            yield (
                "combinations that tell rows apart are estimated from a sample of groups of equal "
                f"rows, {groups.kept:,} of each set of columns, drawn from the whole table"
            )
