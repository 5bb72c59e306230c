"""Which columns of a table are written in a form, from a bounded sample of its rows."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from synth.forms.form import Form, Recognised
from synth.forms.registry import families
from synth.forms.table_forms import TableForms
from synth.profiling.table_profile import TableProfile
from synth.statistics.column_state import ColumnState, NumberState, TextState
from synth.statistics.entities import shared_from
from synth.table.errors import InputError
from synth.table.known_names import known_names
from synth.table.schema import Column, TableSchema

PLAIN = "plain"  # what a user names where a column has no form
RARE = (
    "column {name!r}: of what is written otherwise no value and no shape is held by {least} rows, "
    "so that it is not learned: {instead}"
)
OTHERS = "values of other rows stand there"
MISSING = "these values are missing in synthetic rows"


def find_forms(
    sample: pa.RecordBatch,
    schema: TableSchema,
    *,
    min_entities: int,
    wanted: Mapping[str, str] | None = None,
    find: bool = True,
) -> tuple[TableForms, dict[str, tuple[str, ...]]]:
    """``(forms, notes)``: the forms, and by column what was assumed, in words.

    ``wanted`` corrects single columns: the name of a form, or ``plain`` for none. InputError for a
    column that the table lacks, and for a form that there is not or that does not fit.
    """
    wanted = wanted or {}
    require_columns(wanted, schema)
    found = []
    for column in schema:
        if column.name in wanted:
            found.append(_asked(column, wanted[column.name], sample, min_entities))
        elif find and column.is_supported:
            found.append(_recognised(column, sample, min_entities))
    recognised = [one for one in found if one is not None]
    notes = {one.form.column.name: one.notes for one in recognised}
    return TableForms(schema, tuple(one.form for one in recognised)), notes


def settled(
    forms: TableForms, profile: TableProfile, least: int
) -> tuple[TableForms, TableProfile, tuple[str, ...]]:
    """Forms and their profile without the parts for other values that no row has, and notes.

    Nor without those of which nothing is held by ``least`` rows, neither a value nor a shape: made
    anew they would be letters amid numbers.
    """
    unused = _unused(forms, profile)
    rare = {form.column.name for form in forms.forms if _is_rare(profile[form.other.name], least)}
    rare -= {form.column.name for form in forms.forms if form.other.name in unused}
    filled = {name for name in rare if not _has_nulls(forms.by_column[name], profile)}
    kept = forms.settled({*unused, *(forms.by_column[n].other.name for n in rare)}, filled)
    notes = tuple(
        RARE.format(name=name, least=least, instead=OTHERS if name in filled else MISSING)
        for name in forms.by_column
        if name in rare
    )
    return kept, profile.with_columns(kept.learned, {}), notes


def settled_by(sample: pa.RecordBatch, forms: TableForms) -> TableForms:
    """Forms, as they were found, without the parts for other values that no row of a sample has."""
    profile = TableProfile(forms.learned.select(form.other.name for form in forms.forms))
    profile.update(forms.read(sample).select(list(profile.schema.names)))
    return forms.settled(_unused(forms, profile))


def _unused(forms: TableForms, profile: TableProfile) -> set[str]:
    """The parts for other values that no row of a profile has."""
    unused = set()
    for form in forms.forms:
        state = profile[form.other.name]
        nans = state.nans if isinstance(state, NumberState) else 0
        if state.count + nans == 0:
            unused.add(form.other.name)
    return unused


def _is_rare(state: ColumnState, least: int) -> bool:
    """Whether nothing of a column, neither a value nor a shape, can be learned."""
    own = shared_from(state, least)
    if isinstance(state, TextState):
        return max(state.shapes.counts.values(), default=0) < own
    return state.count < own


def _has_nulls(form: Form, profile: TableProfile) -> bool:
    """Whether values of the form's column are missing."""
    if not form.parts:
        return False
    return profile[form.parts[0].name].nulls > profile[form.other.name].count


def require_columns(wanted: Mapping[str, str], schema: TableSchema) -> None:
    """InputError for a form of a column that the table lacks."""
    for name in wanted:
        if name not in schema.names:
            raise InputError(
                f"forms names {name!r}, which is no column of the table; "
                f"{known_names(name, schema.names)}"
            )


def _recognised(column: Column, sample: pa.RecordBatch, min_entities: int) -> Recognised | None:
    values = _values(column, sample)
    if values.null_count == len(values):
        return None
    for family in families():
        form = family.recognise(column, values, min_entities)
        if form is not None:
            return form
    return None


def _asked(
    column: Column, wanted: str, sample: pa.RecordBatch, min_entities: int
) -> Recognised | None:
    if wanted == PLAIN:
        return None
    for family in families():
        form = family.parse(column, wanted, _values(column, sample), min_entities)
        if form is not None:
            return form
    said = "; ".join(family.wanted for family in families())
    raise InputError(
        f"forms: column {column.name!r} is to be written as {wanted!r}, which is no form: give "
        f"{said}, or {PLAIN!r} for none"
    )


def _values(column: Column, sample: pa.RecordBatch) -> pa.Array:
    return sample.column(column.name).cast(column.arrow_type)
