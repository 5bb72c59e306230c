"""Forms found in a sample, and corrected by the user."""

import pyarrow as pa
import pytest

from synth.forms.find import PLAIN, find_forms, require_columns, settled
from synth.profiling.table_profile import TableProfile
from synth.table.errors import InputError
from synth.table.schema import Column, TableSchema

pytestmark = pytest.mark.usefixtures("degrees_alone")
SCHEMA = TableSchema((Column("heat", "string"), Column("name", "string"), Column("n", "int")))
BATCH = pa.RecordBatch.from_pydict(
    {
        "heat": [f"{d} C" for d in range(30)],
        "name": ["Ada", "Bo"] * 15,
        "n": pa.array(range(30), pa.int32()),
    }
)


def test_a_form_is_found_and_said() -> None:
    forms, notes = find_forms(BATCH, SCHEMA, min_entities=10)
    assert [form.column.name for form in forms.forms] == ["heat"]
    assert notes == {"heat": ("read as temperatures",)}
    assert forms.notes == ("column 'heat': temperatures written as a number and its unit",)


@pytest.mark.parametrize("type_name", ["string", "int", "double", "date", "boolean"])
@pytest.mark.parametrize("values", [[None] * 30, []])
def test_a_column_without_values_has_no_form(type_name: str, values: list[None]) -> None:
    schema = TableSchema((Column("none", type_name),))
    batch = pa.RecordBatch.from_pydict({"none": values}, schema=schema.arrow_schema())
    forms, notes = find_forms(batch, schema, min_entities=10)
    assert forms.forms == () and not notes


def test_what_the_user_says_comes_first() -> None:
    forms, _ = find_forms(BATCH, SCHEMA, min_entities=10, wanted={"heat": PLAIN})
    assert forms.forms == ()
    forms, _ = find_forms(BATCH, SCHEMA, min_entities=10, wanted={"name": "degrees"}, find=False)
    assert [form.column.name for form in forms.forms] == ["name"]


def test_a_wrong_wish_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"forms names 'het', which is no column.*'heat'"):
        require_columns({"het": PLAIN}, SCHEMA)
    with pytest.raises(InputError, match="column 'n' is no text"):
        find_forms(BATCH, SCHEMA, min_entities=10, wanted={"n": "degrees"})
    with pytest.raises(InputError, match=r"'heat' is to be written as 'kelvin'.*give degrees, or"):
        find_forms(BATCH, SCHEMA, min_entities=10, wanted={"heat": "kelvin"})


@pytest.mark.parametrize(("others", "kept"), [(["warm"], True), ([], False)])
def test_a_part_for_other_values_stays_where_there_are_any(others: list[str], kept: bool) -> None:
    forms, _ = find_forms(BATCH, SCHEMA, min_entities=10)
    texts = pa.array(["1 C", None, *others])
    rows = pa.RecordBatch.from_arrays(
        [texts, texts, pa.nulls(len(texts), pa.int32())], names=list(SCHEMA.names)
    )
    profile = TableProfile(forms.learned)
    profile.update(forms.read(rows))
    found, read, notes = settled(forms, profile, 1)
    assert notes == ()
    assert ("heat: other" in found.learned.names) == kept
    assert read.schema == found.learned
    assert read["heat"].count == 1


@pytest.mark.parametrize(
    ("others", "missing", "said"),
    [
        (["warm", "??"], 0, "values of other rows stand there"),
        (["warm", "??"], 1, "these values are missing in synthetic rows"),
        (["warm", "warm", "warm"], 0, None),  # as many as are asked for
        (["hot", "ice", "dry"], 0, None),  # of one shape
    ],
)
def test_other_values_of_too_few_rows_have_no_part(
    others: list[str], missing: int, said: str | None
) -> None:
    forms, _ = find_forms(BATCH, SCHEMA, min_entities=10)
    texts = pa.array(["1 C", *others, *[None] * missing])
    rows = pa.RecordBatch.from_arrays(
        [texts, texts, pa.nulls(len(texts), pa.int32())], names=list(SCHEMA.names)
    )
    profile = TableProfile(forms.learned)
    profile.update(forms.read(rows))
    found, _, notes = settled(forms, profile, 3)
    assert ("heat: other" in found.learned.names) == (said is None)
    assert ("heat" in found.filled) == (said is not None and not missing)
    own = [note for note in notes if note.startswith("column 'heat'")]
    assert [note.partition("not learned: ")[2] for note in own] == ([said] if said else [])
