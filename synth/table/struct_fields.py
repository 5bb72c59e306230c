"""A struct as a tree of fields, each leaf of which is a column: ``address.city``.

The trees of Spark's structs, of Arrow's, Polars', DuckDB's and of Python dictionaries are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from synth.table.leaves import leaf_name

T = TypeVar("T")


@dataclass(frozen=True)
class Field:
    """A field: a ``leaf`` that is a column by that name, or a struct of ``fields``."""

    name: str
    type: str
    nullable: bool
    leaf: str | None = None
    fields: tuple[Field, ...] = ()
    comment: str | None = None

    @property
    def leaves(self) -> tuple[str, ...]:
        """The columns that it is learned as."""
        own = () if self.leaf is None else (self.leaf,)
        return own + tuple(name for one in self.fields for name in one.leaves)

    @property
    def needed(self) -> tuple[str, ...]:
        """Leaves that have a value wherever the struct has one, by its type."""
        if self.leaf is not None:
            return (self.leaf,)
        return tuple(name for one in self.fields if not one.nullable for name in one.needed)

    def named(self, taken: Collection[str], lead: tuple[str, ...] = ()) -> Field:
        """Its fields without fields become leaves, by names that no column ``taken`` has."""
        path = (*lead, self.name)
        if not self.fields:
            return replace(self, leaf=leaf_name(path, taken))
        fields, known = list[Field](), list(taken)
        for own in self.fields:
            fields.append(own.named(known, path))
            known += fields[-1].leaves
        return replace(self, fields=tuple(fields))

    def left(self, names: Collection[str]) -> Field | None:
        """What is left of it where only these leaves are there; None where none of them is."""
        if self.leaf is not None:
            return self if self.leaf in names else None
        fields = tuple(own for one in self.fields if (own := one.left(names)) is not None)
        return replace(self, fields=fields) if fields else None

    def to_json(self) -> dict[str, Any]:
        """What :meth:`from_json` reads."""
        told = {"name": self.name, "type": self.type, "nullable": self.nullable, "leaf": self.leaf}
        fields = [one.to_json() for one in self.fields]
        return {**told, "fields": fields, "comment": self.comment}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Field:
        """The field as it was written."""
        return cls(**{**data, "fields": tuple(map(cls.from_json, data["fields"]))})


def all_named(columns: Iterable[Field], taken: Collection[str] = ()) -> tuple[Field, ...]:
    """The structs among the columns of a table, each leaf by a name that no other column has.

    ``taken`` are further names that leaves may not have.
    """
    own = list(columns)
    known = [*taken, *(one.name for one in own if not one.fields)]
    found = list[Field]()
    for one in own:
        if one.fields:
            found.append(one.named(known))
            known += found[-1].leaves
    return tuple(found)


def in_parts(
    names: Iterable[str],
    structs: Sequence[Field],
    whole: Callable[[str], T],
    parts: Callable[[Field, T], Iterable[T]],
) -> list[T]:
    """What selects the columns: a struct by its ``parts``, every other column ``whole``."""
    by_name, found = {one.name: one for one in structs}, list[T]()
    for name in names:
        own = whole(name)
        found += parts(by_name[name], own) if name in by_name else [own]
    return found


def wanted_of(structs: Sequence[Field], names: Collection[str] | None) -> tuple[Field, ...]:
    """Those of which a leaf is among the names; all for None."""
    if names is None:
        return tuple(structs)
    return tuple(one for one in structs if not set(names).isdisjoint(one.leaves))


def in_order(
    names: Sequence[str], structs: Sequence[Field]
) -> tuple[tuple[str, Field | None], ...]:
    """The columns of a table whose ``names`` are leaves or not: each struct in its first leaf's
    place, as far as its leaves are there, and None beside a column that is no leaf.
    """
    owners = {leaf: one for one in structs for leaf in one.leaves}
    found = dict[str | Field, tuple[str, Field | None]]()
    for name in names:
        one = owners.get(name)
        found.setdefault(
            name if one is None else one, (name, None) if one is None else (one.name, one)
        )
    return tuple((name, None if one is None else one.left(names)) for name, one in found.values())


def note_on(one: Field) -> str:
    """That a struct is learned by its fields, and what of it is lost, in words."""
    said = [f"column {one.name!r} is learned by its fields {', '.join(map(repr, one.leaves))}"]
    if one.nullable:
        said.append("where all of them are null, it is null")
    if any(_is_commented(field) for field in one.fields):
        said.append("comments of its fields are not carried over")
    return "; ".join(said)


def _is_commented(one: Field) -> bool:
    return bool(one.comment) or any(map(_is_commented, one.fields))
