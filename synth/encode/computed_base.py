"""What a number is measured from where that is made up of others: a product, a quotient, a sum.

Exponents and signs are all that is stored of it: no coefficient comes from single rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from synth.dependencies.columns import Columns, Fixed, Rows
from synth.dependencies.dependency import DependencyError
from synth.dependencies.grid import grid_of
from synth.dependencies.linear import in_units
from synth.encode.kind import Led
from synth.encode.number_pair import rounded_to
from synth.statistics.column_state import FULL_PRECISION
from synth.table.schema import type_of_arrow

PRODUCT, SUM = FORMS = ("product", "sum")
POWERS = {PRODUCT: (1.0, -1.0, 0.5, 2.0, -0.5), SUM: (1.0, -1.0)}
MOST_SOURCES = 3


def require_base(sources: Sequence[str], form: str, powers: Sequence[float]) -> None:
    """DependencyError where no base is made up like this."""
    if form not in FORMS:
        raise DependencyError(f"form is {' or '.join(FORMS)}, not {form!r}")
    fewest = 1 if form == PRODUCT else 2
    if not fewest <= len(sources) <= MOST_SOURCES:
        raise DependencyError(
            f"a {form} has {fewest} to {MOST_SOURCES} sources, not {len(sources)}"
        )
    if len(powers) != len(sources) or set(powers) - set(POWERS[form]):
        of = ", ".join(f"{power:g}" for power in POWERS[form])
        raise DependencyError(f"a {form} has one power, of {of}, for each source")


def base_of(values: Sequence[np.ndarray], form: str, powers: Sequence[float]) -> np.ndarray:
    """float64 ``(rows,)``; not finite where there is none: no root below 0, nothing by 0."""
    with np.errstate(all="ignore"):
        parts = [_part(own, form, power) for own, power in zip(values, powers, strict=True)]
        combine = np.multiply if form == PRODUCT else np.add
        made: np.ndarray = combine.reduce(parts)
    return made


def solved_for(
    place: int, base: np.ndarray, values: Sequence[np.ndarray], form: str, powers: Sequence[float]
) -> np.ndarray:
    """float64 ``(rows,)``: the value of one source with which the others make up the base.

    Not finite where there is none. Of a square it is the root above 0.
    """
    others = [own for at, own in enumerate(values) if at != place]
    rest = [power for at, power in enumerate(powers) if at != place]
    with np.errstate(all="ignore"):
        if form == SUM:
            left = base - base_of(others, form, rest) if others else base
            return left * powers[place]
        left = base / base_of(others, form, rest) if others else base
        root = 1 / powers[place]
        solved = _part(left, form, root)
        # A root that the formula draws is above 0, and so is what it is squared for.
        return np.where((left > 0) | (abs(root) == 1), solved, np.nan)


def computed(
    columns: Columns, sources: Sequence[str], form: str, powers: Sequence[float]
) -> pa.Array:
    """The base as an array of type double: null where a source is, or where it is not finite."""
    values, valid = read(columns, sources)
    made = base_of(values, form, powers)
    valid = valid & np.isfinite(made)
    return pa.array(np.where(valid, made, 0.0), mask=~valid)


def read(columns: Columns, sources: Sequence[str]) -> tuple[list[np.ndarray], Rows]:
    """float64 values of each source, and the rows in which all are there and finite."""
    values, valid = [], np.ones(len(columns[sources[0]]), bool)
    for name in sources:
        own, there = in_units(columns[name], type_of_arrow(columns[name].type))
        values.append(own)
        valid = valid & there & np.isfinite(own)
    return values, valid


def led_sources(
    base: pa.Array,
    rows: Rows,
    columns: Columns,
    sources: Sequence[str],
    form: str,
    powers: Sequence[float],
    settled: Fixed,
) -> list[Led]:
    """In each of the rows the first source that may change, as the base and the others have it.

    The others stay as they are, and are settled with it. Where nothing solves the formula, all
    stay.
    """
    found: list[Led] = []
    values, wanted = in_units(base, "double")
    open_rows = rows & wanted
    for place, name in enumerate(sources):
        free = open_rows & ~settled[name]
        if not free.any():
            continue
        others = [other for other in sources if other != name]
        there = read(columns, others)[1] if others else np.ones(len(free), bool)
        solved = solved_for(place, values, read(columns, sources)[0], form, powers)
        led = free & there & np.isfinite(solved)
        found.append((name, _like(columns[name], np.where(led, solved, 0.0), led), led))
        found += [(other, columns[other], led & ~settled[other]) for other in others]
        open_rows = open_rows & ~led
    return found


def in_words(sources: Sequence[str], form: str, powers: Sequence[float]) -> str:
    """``total * share``, ``seconds / pages``, ``a - b``."""
    named = list(zip(sources, powers, strict=True))
    if form == SUM:
        named.sort(key=lambda entry: -entry[1])
        first, *others = ((name, "+" if power > 0 else "-") for name, power in named)
        lead = first[0] if first[1] == "+" else f"-{first[0]}"
        return lead + "".join(f" {sign} {name}" for name, sign in others)
    above = [_factor_in_words(name, power) for name, power in named if power > 0]
    below = [_factor_in_words(name, -power) for name, power in named if power < 0]
    return " / ".join([" * ".join(above) or "1", *below])


def _factor_in_words(name: str, power: float) -> str:
    return {0.5: f"sqrt({name})", 2.0: f"{name} squared"}.get(power, name)


def _part(values: np.ndarray, form: str, power: float) -> np.ndarray:
    if form == SUM:
        return values * power
    if power == -1:
        return 1 / values
    part: np.ndarray = values if power == 1 else values**power
    return part


def _like(array: pa.Array, values: np.ndarray, valid: Rows) -> pa.Array:
    """Values of a column's type, on its grid."""
    grid = grid_of(array)
    return rounded_to(
        values, valid, type_of_arrow(array.type), FULL_PRECISION if grid is None else grid
    )
