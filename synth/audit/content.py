"""Sensitive content of a table's columns, by their names and by what their values look like."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from synth.audit.column_names import named_for
from synth.audit.content_state import CELLS, ContentState, is_number, is_text
from synth.audit.detectors import DETECTORS, LOOKS
from synth.audit.kinds import family, is_identifying
from synth.table.schema import Column
from synth.table.values import is_moment, is_ordered, is_whole

_CHANCE = 1e-9  # so improbable must it be that the values passed their check by chance
_CHANCE_IF_SAID = 0.01  # where the column's name says the same
_HALF = 0.5  # of the rows, with which name and values agree beyond doubt
_NAMED_SHARE = 0.2  # of the rows, with which values confirm a name, and are no odd ones
_FLAGS = 3  # different values up to which a column holds flags, whatever its name says
_CATEGORIES = 20  # up to which it holds categories, where its values should show what they are
_REPEATED = 10  # rows for each different value: with fewer the table is merely short
_PROSE_SHARE = 0.3  # of the rows have several words
# Kinds that values show wherever they are what the name says: no list of names or streets is whole.
_SHOWN = {look.kind for look in DETECTORS} - {
    "name of a person",
    "first name",
    "postal address",
    "geographic coordinates",
    "vehicle number",
}
# Kinds that whole numbers may hold without showing it.
_NUMBERS = {
    "bank account number",
    "device identifier",
    "identity document number",
    "medical record number",
    "national identifier",
    "passport number",
}

By = Literal["values", "name", "both"]
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class SensitiveContent:
    """What a column holds that speaks of persons; never a value of it.

    ``rows`` look like it, a ``share`` of those with a value; where the name alone says so (``by``),
    these are all rows with a value. ``identifying``: a value leads to one person.
    """

    column: str
    kind: str
    share: float
    rows: int
    by: By
    confidence: Confidence
    identifying: bool

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)


@dataclass(frozen=True)
class _Seen:
    """A kind that values show: rows of it, their share, and whether other things look so too."""

    kind: str
    rows: int
    share: float
    weak: bool

    @property
    def identifying(self) -> bool:
        return is_identifying(self.kind)


def found(state: ContentState) -> tuple[SensitiveContent, ...]:
    """The sensitive content of each column that has some, in the table's order.

    A column is there once, with its most specific kind; one whose texts merely contain something
    of a kind has that kind's name with "in text".
    """
    state.settle()
    located = [c.name for c in state.schema if named_for(c.name) == "geographic coordinates"]
    contents = (
        _of_column(state, place, column, located=len(located) > 1)
        for place, column in enumerate(state.schema)
    )
    return tuple(content for content in contents if content is not None)


def prose_columns(state: ContentState) -> tuple[str, ...]:
    """Columns of free text: many of their rows have several words, and hardly any two the same."""
    state.settle()
    return tuple(
        column.name
        for place, column in enumerate(state.schema)
        if state.prose[place] >= max(1, _PROSE_SHARE * state.rows[place])
        and not _repeats(state, place, CELLS - 1)
    )


def _of_column(
    state: ContentState, place: int, column: Column, *, located: bool
) -> SensitiveContent | None:
    rows, named = int(state.rows[place]), named_for(column.name)
    if not rows:
        return None
    if named is not None:
        alike = [own for own in _seen(state, place, named) if family(own.kind) == family(named)]
        if alike:
            best = max(alike, key=lambda own: own.kind == named)
            kind = named if family(named) == "name" else best.kind
            sure: Confidence = "high" if best.share >= _HALF else "medium"
            return _content(column, kind, best.rows, best.share, "both", sure)
    seen = _seen(state, place)
    # Addresses in a URL weigh more than that it is one.
    strong = sorted((own for own in seen if not own.weak), key=lambda own: not own.identifying)
    if named is not None and _may_be(state, place, column, named, located=located):
        sure = _by_name(column, named)
        # A few rows of something else do not outweigh a name that values cannot bear out.
        if not any(own.share >= _HALF or sure == "low" for own in strong):
            return _content(column, named, rows, 1.0, "name", sure)
    for own in strong or seen:
        sure = "high" if not own.weak and own.share >= _NAMED_SHARE else "medium"
        return _content(column, own.kind, own.rows, own.share, "values", sure)
    return None


def _content(
    column: Column, kind: str, rows: int, share: float, by: By, confidence: Confidence
) -> SensitiveContent:
    identifying = is_identifying(kind)
    return SensitiveContent(column.name, kind, share, rows, by, confidence, identifying)


def _seen(state: ContentState, place: int, named: str | None = None) -> list[_Seen]:
    """What a column's values show, the most specific first.

    Of the family that it is ``named`` for, less evidence is enough.
    """
    shown: dict[str, list[int]] = {}
    for which, look in enumerate(LOOKS):
        said = named is not None and family(look.kind) == family(named)
        if _is_credible(state, place, which, said=said):
            shown.setdefault(look.kind, []).append(which)
    kinds = []
    for kind, looks in shown.items():
        said = named is not None and family(kind) == family(named)
        for least in sorted({LOOKS[which].least for which in looks}):
            # A look that asks for more rows does not count for one that asks for fewer.
            counted = [which for which in looks if LOOKS[which].least <= least]
            share = _rows(state, place, counted) / int(state.rows[place])
            if share >= (min(least, _NAMED_SHARE) if said else least):
                rows = _rows(state, place, looks)
                weak = all(LOOKS[which].weak for which in counted)
                kinds.append(_Seen(kind, rows, rows / int(state.rows[place]), weak))
                break
    return kinds


def _rows(state: ContentState, place: int, looks: list[int]) -> int:
    """Rows that any of a kind's looks matches; one that needs the name has the others' rows too."""
    matched = state.matched[place]
    own = sum(int(matched[which]) for which in looks if not LOOKS[which].by_name)
    return max(own, *(int(matched[which]) for which in looks))


def _is_credible(state: ContentState, place: int, which: int, *, said: bool) -> bool:
    """Whether what matches is of the kind, and not by chance."""
    look, matched = LOOKS[which], int(state.matched[place, which])
    different = int(state.cells[place, which].sum())
    if not matched or matched < look.passing * int(state.alike[place, which]):
        return False
    if different < (1 if said else look.values):
        return False
    return look.telling or look.chance**different < (_CHANCE_IF_SAID if said else _CHANCE)


def _may_be(state: ContentState, place: int, column: Column, named: str, *, located: bool) -> bool:
    """Whether a column may hold what its name says although its values do not show it."""
    if is_moment(column.type):
        return named == "date of birth"
    if _repeats(state, place, _CATEGORIES if named in _SHOWN else _FLAGS):
        return False
    if is_text(column):
        return True
    if named == "geographic coordinates":
        return located and is_ordered(column.type)
    if named == "date of birth":
        return is_number(column)
    return named in _NUMBERS and is_number(column) and is_whole(column.type)


def _repeats(state: ContentState, place: int, most: int) -> bool:
    """Whether the column has at most so many different values, and each in several rows."""
    different = int(state.cells[place, -1].sum())
    return different <= most and int(state.rows[place]) >= _REPEATED * different


def _by_name(column: Column, named: str) -> Confidence:
    if is_moment(column.type):
        return "high"
    return "low" if named in _SHOWN else "medium"
