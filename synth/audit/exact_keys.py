"""Which columns are keys of a table: exact counts confirm or refute those that look like one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synth.audit.candidate_keys import candidate_keys, key_columns, single_keys
from synth.audit.group_sizes import ColumnSet, GroupSizes
from synth.audit.source import Source
from synth.profiling.table_profile import TableProfile


@dataclass(frozen=True)
class Keys:
    """Sets of columns whose values differ in every row, and sets of which they do not."""

    confirmed: tuple[ColumnSet, ...] = ()
    refuted: tuple[ColumnSet, ...] = ()

    @property
    def alone(self) -> tuple[str, ...]:
        """The confirmed ones of one column."""
        return tuple(key[0] for key in self.confirmed if len(key) == 1)

    def refutes(self, columns: ColumnSet) -> bool:
        """Whether it is known that these columns are none."""
        return any(set(columns) == set(own) for own in self.refuted)


def likely_keys(profile: TableProfile, groups: GroupSizes) -> tuple[ColumnSet, ...]:
    """What looks like a key: single columns first, then sets of them."""
    alone = tuple((name,) for name in single_keys(profile))
    return (*alone, *candidate_keys(groups, key_columns(profile)))


def counted_keys(
    source: Source, rows: int, likely: Sequence[ColumnSet], known: Keys | None = None
) -> Keys:
    """Exact counts of the whole table; none of what is ``known`` to be no key, as it stays."""
    before = known or Keys()
    looked = [own for own in dict.fromkeys(likely) if not before.refutes(own)]
    if not looked:
        return Keys((), before.refuted)
    source.follow(f"counting {len(looked)} keys that there may be")
    distinct = dict(zip(looked, source.distinct_of(looked), strict=True))
    return Keys(
        tuple(own for own in looked if distinct[own] == rows),
        (*before.refuted, *(own for own in looked if distinct[own] != rows)),
    )
