"""What a profile tells of a table before any work: constants, keys, imbalance, personal data."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from synth.audit.column_names import named_for
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState, NumberState, TextState
from synth.table.schema import KEY_TYPES

KEY_SHARE = 0.95  # distinct values by rows; the sketch of distinct values errs by about 2 %
KEY_ROWS = 100  # with fewer rows any column may be unique by chance
DOMINANT_SHARE = 0.95  # one value with this share teaches a downstream model little
MOSTLY_NULL = 0.5
PERSONAL_SHARE = 0.8  # of the rows whose shape must look like personal data
DENSE = 1.5  # the range of a sequence is little wider than its rows, gaps by deletion included

_PERSONAL_SHAPES = {
    "e-mail address": re.compile(r"[Aa9._+\-?]+@[Aa9\-?]+(\.[Aa9\-?]+)+"),
    "IP address": re.compile(r"9{1,3}(\.9{1,3}){3}"),
    "telephone number": re.compile(r"\+?9[9 ()\-./]{7,}9"),
    "social security number": re.compile(r"999-99-9999"),
    "payment card number": re.compile(r"9{4}([ -]?9{4}){3}"),
    "IBAN": re.compile(r"AA99 ?[A9]{4}( ?[A9]{1,4}){2,7}"),
}
_KEY_NAME = re.compile(
    r"(^|[^A-Za-z])(?i:id|key|uuid|guid)$"  # id, ORDER_ID, "customer key"
    r"|[a-z](Id|ID|Key|Uuid|Guid)$"  # orderId, but neither paid nor monkey
)


@dataclass(frozen=True)
class Finding:
    """One thing that a reader should know of a column; never holds a value of it."""

    column: str
    kind: str
    message: str

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)


def find(profile: TableProfile, understood: Collection[str] = ()) -> list[Finding]:
    """All findings, column by column.

    ``understood`` names columns whose texts are known to be dates, times or numbers: only by its
    name is such a column personal data, for ``31/12/2024`` has the shape of a telephone number.
    """
    return [
        Finding(column.name, kind, message)
        for column in profile.schema
        for kind, message in _of_column(
            column.name, profile[column.name], shaped=column.name not in understood
        )
    ]


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


def _of_column(name: str, state: ColumnState, *, shaped: bool) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if state.count == 0:
        return [("empty", "no row has a value")]
    nulls = state.nulls / state.rows
    if nulls >= MOSTLY_NULL:
        found.append(("mostly null", f"{nulls:.0%} of the rows have no value"))
    if isinstance(state, NumberState) and state.nans:
        found.append(("not a number", f"{state.nans:,} rows hold NaN"))
    top = state.counted.highest
    if state.counted.is_exact and state.distinct.estimate() <= 1:
        found.append(("constant", "every row with a value has the same one"))
    elif top >= DOMINANT_SHARE * state.count:
        found.append(("imbalance", f"one value holds {top / state.count:.1%} of the rows"))
    personal = personal_kind(name, state, shaped=shaped)
    if personal:
        found.append(
            (
                "personal data",
                f"looks like {personal}: consider columns.sensitive or columns.ignore",
            )
        )
    return found


def personal_kind(name: str, state: ColumnState, *, shaped: bool = True) -> str | None:
    """What kind of personal data a column looks like, in words; None for none.

    By the shape of its texts, if they are ``shaped`` like anything, or by its name.
    """
    if shaped and isinstance(state, TextState):
        for kind, shape in _PERSONAL_SHAPES.items():
            rows = sum(n for text, n in state.shapes.counts.items() if shape.fullmatch(text))
            if rows >= PERSONAL_SHARE * state.count:
                return f"an {kind}" if kind[0] in "eI" else f"a {kind}"
    return "personal data by its name" if named_for(name) else None
