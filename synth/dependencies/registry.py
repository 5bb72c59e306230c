"""All kinds of dependencies: the one list that a new kind is written into."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from synth.dependencies.dependency import Dependency, DependencyError, Family
from synth.dependencies.evidence import COUNTS, SOME_COUNT, Found
from synth.table.schema import TableSchema

# Files that define a FAMILY, in the order in which they are looked for. Paths, because the files of
# encodings with a parent lie in the room of encodings, which imports this one.
_FAMILIES = (
    "synth.dependencies.calendar_search",
    "synth.dependencies.truncation",
    "synth.dependencies.calendar_map",
    "synth.dependencies.clock",
    "synth.dependencies.arithmetic",
    "synth.dependencies.known_sum",
    "synth.dependencies.rest",
    "synth.dependencies.linear_search",
    "synth.dependencies.scaled_sum_search",
    "synth.dependencies.product_search",
    "synth.dependencies.duration",
    "synth.dependencies.age_search",
    "synth.encode.elapsed",
    "synth.encode.computed_pair_search",
    "synth.encode.number_pair_search",
    "synth.encode.curve_search",
    "synth.dependencies.order_search",
    "synth.dependencies.distance_search",
    "synth.dependencies.nulls",
    "synth.dependencies.one_hot_search",
    "synth.dependencies.functional_search",
    "synth.dependencies.step_search",
)


@cache
def families() -> tuple[Family, ...]:
    """All families of kinds."""
    found: tuple[Family, ...] = tuple(import_module(path).FAMILY for path in _FAMILIES)
    return found


def kind_of(name: str) -> type[Dependency]:
    """The class of a kind; DependencyError names the kinds there are."""
    kinds = {kind.kind: kind for family in families() for kind in family.kinds}
    if name not in kinds:
        raise DependencyError(f"no dependency of kind {name!r}: use one of {', '.join(kinds)}")
    return kinds[name]


def dependency_from_json(data: dict[str, Any], schema: TableSchema) -> Dependency:
    """What ``to_json`` of any kind gave."""
    return kind_of(data["kind"]).from_json(data, schema)


def found_from_json(data: dict[str, Any], schema: TableSchema) -> Found:
    """What ``to_json`` of a dependency with its evidence gave."""
    counts: dict[str, Any] = {
        name: int(data[name]) for name in (*COUNTS, *SOME_COUNT) if name in data
    }
    return Found(dependency_from_json(data["dependency"], schema), **counts)
