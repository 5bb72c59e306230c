"""What the learned pieces and the patterns of a grammar are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

SHAPE = "shape"  # the part that says which pattern a row has
_YEAR = re.compile(r"(?:19|20)\d\d")
_TAKEN = (SHAPE, "other")  # names of parts that every form may have


@dataclass
class Labels:
    """Names that are unique in a column; pieces of several patterns share one by their role."""

    by_role: dict[str, str] = field(default_factory=dict)
    shapes: set[str] = field(default_factory=set)

    def of_piece(self, role: str, before: str, values: Sequence[str]) -> str:
        """The name of a piece of few values.

        ``role``: an expression of all that stands before it and of itself; where two patterns agree
        on it, their pieces are one column. ``before``: the literal text right before it.
        """
        return self._named(role, _meant(before, values, first=not self.by_role and not before))

    def of_day(self, role: str) -> str:
        """The name of a piece that is a day."""
        return self._named(role, "day")

    def _named(self, role: str, name: str) -> str:
        if role not in self.by_role:
            taken = {*self.by_role.values(), *_TAKEN}
            place = 2
            unique = name
            while unique in taken:
                unique, place = f"{name} {place}", place + 1
            self.by_role[role] = unique
        return self.by_role[role]

    def of_shape(self, shape: str) -> str:
        """The name of a pattern."""
        unique, place = shape, 2
        while unique in self.shapes:
            unique, place = f"{shape} ({place})", place + 1
        self.shapes.add(unique)
        return unique


def _meant(before: str, values: Sequence[str], *, first: bool) -> str:
    if before.endswith("@"):
        return "domain"
    if before.endswith("://"):
        return "host"
    if all(_YEAR.fullmatch(value) for value in values):
        return "year"
    return "prefix" if first else "part"
