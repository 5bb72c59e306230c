"""Columns of a profile that look like a key of the table; an exact count must confirm each."""

from __future__ import annotations

import re

from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState, TextState
from synth.table.schema import KEY_TYPES

KEY_SHARE = 0.95  # distinct values by rows; the sketch of distinct values errs by about 2 %
KEY_ROWS = 100  # with fewer rows any column may be unique by chance
DENSE = 1.5  # the range of a sequence is little wider than its rows, gaps by deletion included

_KEY_NAME = re.compile(
    r"(^|[^A-Za-z])(?i:id|key|uuid|guid)$"  # id, ORDER_ID, "customer key"
    r"|[a-z](Id|ID|Key|Uuid|Guid)$"  # orderId, but neither paid nor monkey
)


def key_candidates(profile: TableProfile) -> list[str]:
    """Columns that look like a key of the table; an exact count must confirm each.

    Being unique is not enough: a salary can be unique in a small table. A whole number must also
    lie dense, or a column be called like a key.
    """
    return [c.name for c in profile.schema if not c.key and _looks_like_key(profile[c.name])]


def _looks_like_key(state: ColumnState) -> bool:
    if state.column.type not in KEY_TYPES or state.nulls or state.count < KEY_ROWS:
        return False
    if state.distinct.estimate() < KEY_SHARE * state.count:
        return False
    if _KEY_NAME.search(state.column.name):
        return True
    if isinstance(state, TextState):
        return False
    items, _ = state.quantiles.items()
    return float(items[-1] - items[0]) < DENSE * state.count
