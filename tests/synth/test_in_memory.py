"""A table in memory: its keys, its sample, its forms and its rules."""

import numpy as np
import pyarrow as pa

from synth.dependencies.finding import DependencySearch
from synth.encode import SAMPLE_ROWS, EncoderSettings
from synth.forms.table_forms import TableForms
from synth.in_memory import TableInMemory, planned
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema

ROWS = 900
SETTINGS = EncoderSettings()


def visits() -> pa.Table:
    rng = np.random.default_rng(0)
    day = np.datetime64("2022-01-01") + rng.integers(0, 600, ROWS)
    return pa.table(
        {
            "visit_id": np.arange(1, ROWS + 1),
            "on": [f"{d.item():%d.%m.%Y}" for d in day],
            "day": pa.array(day.astype("datetime64[D]")),
            "ward": np.repeat(np.arange(30), 30),
            "place": np.tile(np.arange(30), 30),
        }
    )


def search(forms: TableForms, profile: TableProfile) -> DependencySearch:
    return DependencySearch(profile.schema, SETTINGS.min_entities, SETTINGS.direct)


def held(table: pa.Table, no_keys: frozenset[str] = frozenset()) -> TableInMemory:
    return TableInMemory.of(table, TableSchema.from_arrow(table.schema), no_keys)


def test_what_proves_to_be_unique_is_a_key_unless_it_may_be_none() -> None:
    keys = [column.name for column in held(visits()).profile.schema if column.key]
    assert keys == ["visit_id"]
    none = held(visits(), frozenset({"visit_id"})).profile.schema
    assert not any(column.key for column in none)


def test_the_sample_is_bounded_and_in_the_order_of_the_rows() -> None:
    few = held(visits()).sample
    assert few.num_rows == ROWS and few.column("visit_id").to_pylist()[:3] == [1, 2, 3]
    many = held(pa.table({"n": np.arange(SAMPLE_ROWS + 5_000)})).sample.column("n").to_pylist()
    assert len(many) == SAMPLE_ROWS and many == sorted(many)


def test_columns_are_read_in_their_forms_and_rules_found_in_what_is_learned() -> None:
    table = held(visits())
    written = table.written(search, SETTINGS, {}, find=True)
    assert list(written.forms.by_column) == ["on"]
    assert written.profile["day"] is table.profile["day"]  # profiled once
    rows = written.forms.read_table(table.rows)
    plan, notes = planned(rows, written, search(written.forms, written.profile))
    assert [(step.target, step.mode) for step in plan.steps] == [("day", "drop")]
    assert notes == ()
    plain = table.written(search, SETTINGS, {}, find=False)
    assert plain.forms.forms == ()


def test_columns_that_are_unique_together_are_said() -> None:
    table = held(visits().select(["ward", "place"]))
    (note,) = table.notes_on_keys(search(TableForms(table.profile.schema), table.profile))
    assert "ward and place are unique together in every row" in note
