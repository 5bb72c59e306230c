"""What the second scan of a table has told, by its design."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from synth.audit.broken_rules import RuleBook, rule_book
from synth.audit.design import Design
from synth.audit.group_sizes import GroupSizes
from synth.audit.near_duplicates import NearDuplicates, near_duplicates
from synth.dependencies.sample import Sample
from synth.dependencies.verify import Verification
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
    rules: RuleBook
    groups: GroupSizes
    doubles: NearDuplicates | None

    @classmethod
    def of(cls, design: Design, state: Together, profile: TableProfile) -> Counted:
        """From a state of the design's counting, and the profile of the same rows."""
        learned, groups, doubles = state.parts
        counts, products, verification, more = learned.state.parts
        return cls(
            design,
            counts.counts[0],
            products,
            _rules(design, verification, more, profile),
            groups,
            near_duplicates(doubles, design.alike) if design.alike else None,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, left out or estimated."""
        return (
            *self.design.notes,
            *self._left_out(),
            *self._by_estimate(),
            *self._without_sample(),
        )

    def _without_sample(self) -> Iterator[str]:
        orders = [rule for rule in self.design.more if rule.kind == "order"]
        if orders and self.design.sample is None:
            yield "orders that few rows break are told of a whole table alone: no row of it is kept"

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


def _rules(
    design: Design, verification: Verification, more: Verification, profile: TableProfile
) -> RuleBook:
    learned, search = design.learned(profile), design.search
    sample = None
    if design.sample is not None:
        table = pa.Table.from_batches([design.sample])
        sample = Sample(table, search.schema, search.settings)
    return rule_book(
        search.settle(verification, learned),
        more.found(),
        sample,
        {name: learned[name].distinct.estimate() for name in search.schema.names},
        search.schema,
        profile.schema,
        (*design.rules, *design.more),
        {form.column.name: sql for form in design.forms.forms if (sql := form.in_sql())},
    )
