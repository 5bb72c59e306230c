"""Which columns are learned in a form that makes their values anew."""

from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.finding import DependencySearch
from synth.encode.settings import EncoderSettings
from synth.encode.written import Written, read_in_forms
from synth.forms.find import find_forms
from synth.forms.table_forms import TableForms
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema
from tests.synth.tables import batch_of

ROWS = 3000
LEAST = 10


def read(table: pa.Table, sample: pa.Table | None = None, wanted: Collection[str] = ()) -> Written:
    """The whole table in the forms that a sample of it shows."""
    schema, shown = TableSchema.from_arrow(table.schema), batch_of(sample or table)
    named = dict.fromkeys(wanted, "code")
    found, assumed = find_forms(shown, schema, min_entities=LEAST, wanted=named)

    def profile_of(forms: TableForms, learned: TableSchema) -> TableProfile:
        profile = TableProfile(learned)
        for batch in forms.read_table(table).to_batches():
            profile.update(batch)
        return profile

    return read_in_forms(
        found,
        assumed,
        shown,
        EncoderSettings(min_entities=LEAST),
        wanted=wanted,
        profile_of=profile_of,
        search_of=lambda forms, profile: DependencySearch(profile.schema, LEAST, 256),
    )


def orders() -> pa.Array:
    return pa.array([f"ORD-2024-{n:06d}" for n in np.random.default_rng(0).permutation(ROWS)])


def articles(kinds: int) -> pa.Table:
    """Articles with a name and a group each, and orders that nothing tells."""
    rng = np.random.default_rng(1)
    article = rng.choice(kinds, ROWS, p=rng.dirichlet(np.ones(kinds)))
    return pa.table(
        {
            "code": [f"P{n:04d}" for n in article],
            "name": [f"product {n:04d}" for n in article],
            "group": [f"G{n % 12}" for n in article],
            "order": orders(),
        }
    )


@pytest.mark.parametrize("kinds", [600, 2000])
def test_what_others_follow_from_is_learned_as_it_is(kinds: int) -> None:
    written = read(articles(kinds))
    assert list(written.forms.by_column) == ["order"]
    assert written.profile.schema == written.forms.learned
    assert written.sample.schema.names == list(written.forms.learned.names)


def test_what_is_told_by_a_value_that_is_made_anew_is_said() -> None:
    patient = np.repeat(np.arange(ROWS // 3), 3)
    sex = np.repeat(np.random.default_rng(2).choice(["f", "m"], ROWS // 3), 3)
    written = read(pa.table({"patient": [f"P{n:05d}" for n in patient], "sex": sex}))
    assert "patient" in written.forms.by_column
    assert any("'sex': the same in all rows of one 'patient'" in note for note in written.notes)


def test_the_whole_table_says_what_is_rare() -> None:
    often = pa.array([f"K-{n % 40:04d}" for n in range(ROWS)])
    table = pa.table({"shop": often, "order": orders()})
    few = pa.table({"shop": [f"K-{n:04d}" for n in range(40)], "order": orders()[:40]})
    assert list(read(table, few).forms.by_column) == ["order"]


def test_what_the_user_wants_so_is_done() -> None:
    assert "code" in read(articles(600), wanted=["code"]).forms.by_column


def test_a_table_without_forms_is_read_as_it_is() -> None:
    table = pa.table({"a": [1, 2, 3] * 50, "b": ["x", "y", "z"] * 50})
    written = read(table)
    assert written.forms.forms == () and written.notes == ()
    assert written.sample.schema.names == ["a", "b"]
