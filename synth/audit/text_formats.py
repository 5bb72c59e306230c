"""Texts of one form but for a few: values of another form may be mistakes.

The form is a shape (:mod:`synth.statistics.shapes`), counted over the whole table: which
characters are capital letters, letters and digits, and which others stand where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from synth.audit.broken_rules import by_rule, of_rows
from synth.audit.finding import Finding
from synth.dependencies.settings import TOLERATED
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import TextState
from synth.statistics.shapes import LONGEST

OTHER_FORM = "values of another form"
FEWEST_VALUES = 50  # different ones: of fewer each is a label, whose length says nothing
FEWEST_CHARACTERS = 2
# Java's classes of the characters that a shape has letters for.
_CLASSES = {"A": r"\p{Lu}", "a": r"[\p{Ll}\p{Lt}\p{Lm}\p{Lo}]", "9": r"\p{N}"}


@dataclass(frozen=True)
class TextFormat:
    """The ``shape`` of nearly all texts of a column: ``A`` a capital, ``a`` another letter, ``9`` a
    digit.

    ``rows`` have a value, ``violations`` of them another shape; fewer, where not ``is_exact``.
    """

    column: str
    shape: str
    rows: int
    violations: int
    is_exact: bool = True

    def cleaning(self) -> dict[str, Any]:
        """The format as ``clean.rules`` takes it."""
        reason = f"{self.column} is not of the form {self.shape}"
        said = {"pattern": pattern(self.shape), "action": "quarantine", "reason": reason}
        return {"rule": "matches", "columns": [self.column], **said}

    def to_json(self) -> dict[str, Any]:
        """All fields, and the rule of cleaning."""
        return {**asdict(self), "clean": self.cleaning()}


def text_formats(profile: TableProfile, least: int) -> Iterator[TextFormat]:
    """Columns of which nearly all texts have one shape, that at least so many rows have."""
    for column in profile.schema:
        state = profile[column.name]
        if isinstance(state, TextState) and column.type == "string":
            found = _of(state)
            if found is not None and found.rows - found.violations >= least:
                yield found


def on_formats(formats: Iterable[TextFormat]) -> Iterator[Finding]:
    """Each column with values of another form than nearly all have."""
    for one in formats:
        yield Finding(
            OTHER_FORM,
            "info",
            (one.column,),
            f"all values have the form {one.shape} (A a capital, a another letter, 9 a digit) but "
            f"for {'' if one.is_exact else 'about '}{of_rows(one.violations, one.rows)}",
            f"Look at these values: if they are mistakes, put them aside first ({by_rule()})",
        )


def pattern(shape: str) -> str:
    r"""The regular expression of Java's that texts of a shape match, and no others.

    >>> print(pattern("A-99"))
    \p{Lu}-\p{N}{2}
    """
    made = ""
    for character, run in groupby(shape):
        number = len(list(run))
        one = _CLASSES.get(character) or _literal(character)
        made += one if number == 1 else f"{one}{{{number}}}"
    return made


def _literal(character: str) -> str:
    return character if character.isalnum() or character in " -_/:,;@#%&" else "\\" + character


def _of(state: TextState) -> TextFormat | None:
    if not state.count or state.distinct.estimate() < FEWEST_VALUES:
        return None
    shape, known = state.shapes.ranked()[0]
    others = state.count - known
    if not 0 < others <= TOLERATED * state.count or not _is_form(shape):
        return None
    return TextFormat(state.column.name, shape, state.count, others, state.shapes.is_exact)


def _is_form(shape: str) -> bool:
    """Not cut, and of characters of known classes: a question mark stands for any other."""
    return FEWEST_CHARACTERS <= len(shape) < LONGEST and "?" not in shape
