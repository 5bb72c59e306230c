"""How columns are written, as a stage sees it: found in a sample of its rows that the driver holds.

The profile says it of the seed, before anything is cleaned or set apart; encode finds it anew in
the train part, so that nothing that is held out teaches it. Both do so here, and encode says where
it found another form than the profile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame

from jobs.config import Config
from jobs.run import Run
from lakehouse.entities import with_entity
from lakehouse.scan import bounded_sample
from synth.forms.find import find_forms
from synth.forms.form import Form
from synth.forms.table_forms import TableForms
from synth.profiling.entity_support import ENTITY
from synth.statistics.entities import Entities
from synth.table.schema import TableSchema


@dataclass(frozen=True)
class RowSample:
    """Rows on the driver; ``least`` of them are surely of ``min_entities`` entities."""

    rows: pa.RecordBatch
    least: int


def row_sample(
    frame: DataFrame, schema: TableSchema, config: Config, *, rows: int, of: int, salt: str
) -> RowSample:
    """At most ``rows`` of the ``of`` rows of a frame, as the schema's types: one scan.

    Rows are chosen by the hash of all columns of the frame: one of them should number equal rows.
    """
    key, least, names = config.split.key, config.privacy.min_entities, list(schema.names)
    read = with_entity(frame, key, ENTITY) if key else frame
    asked = [*names, ENTITY] if key else names
    found = bounded_sample(read, asked, key=frame.columns, rows=rows, of=of, salt=salt)
    if key:
        least = Entities.of_rows(np.asarray(found[ENTITY]), least).least_rows
    batches = found.select(names).cast(schema.arrow_schema()).combine_chunks().to_batches()
    nothing = pa.RecordBatch.from_pylist([], schema.arrow_schema())
    return RowSample(batches[0] if batches else nothing, least)


def forms_in(
    run: Run, sample: RowSample, schema: TableSchema
) -> tuple[TableForms, dict[str, tuple[str, ...]]]:
    """``(forms, notes)`` as the run's settings want them: :func:`synth.forms.find.find_forms`."""
    wanted = run.config.columns.forms
    return find_forms(sample.rows, schema, min_entities=sample.least, wanted=wanted)


def form_facts(
    forms: TableForms, assumed: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Any]]:
    """By column the form that a profile reports: in words, what was assumed, and whole.

    Whole: what :func:`synth.forms.registry.form_from_json` reads, to draw values from. It holds
    what enough rows share alone, and is left out where the column is sensitive.
    """
    facts: dict[str, dict[str, Any]] = {}
    for form in forms.forms:
        name = form.column.name
        facts[name] = {"kind": form.kind, "written": form.describe()}
        if assumed.get(name):
            facts[name]["assumed"] = list(assumed[name])
        if not form.column.sensitive:
            facts[name] |= form.to_json()
    return facts


def written_otherwise(forms: TableForms, profiled: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Columns in which the train part shows another form than the profile of the seed, in words.

    ``profiled``: the :func:`form_facts` of the profile. Of two grammars of codes nothing is said:
    each tells the shapes that its own rows have.
    """
    notes = []
    now = {form.column.name: form for form in forms.forms}
    for name in [*now, *(name for name in profiled if name not in now)]:
        form, before = now.get(name), profiled.get(name)
        if form and before and _alike(form, before):
            continue
        shown = form.describe() if form else "no form"
        seen = before["written"] if before else "no form"
        notes.append(
            f"column {name!r}: the train part shows {shown}, the profile of the seed {seen}; "
            "columns.forms settles it"
        )
    return notes


def _alike(form: Form, profiled: Mapping[str, Any]) -> bool:
    same = bool(profiled["kind"] == form.kind)
    return same and (form.is_made or profiled["written"] == form.describe())
