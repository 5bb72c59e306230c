import json

import numpy as np
import pyarrow as pa
import pytest

from jobs.forms import form_facts, written_otherwise
from synth.forms.find import find_forms
from synth.forms.registry import form_from_json
from synth.forms.table_forms import TableForms
from synth.table.schema import Column, TableSchema

Found = tuple[TableForms, dict[str, tuple[str, ...]]]


def found(
    first: str = "2024-01-01", *, month_first: bool = False, sensitive: bool = False
) -> Found:
    """The forms of 400 rows: a date, and an order number that holds its year."""
    rng = np.random.default_rng(0)
    days = [(np.datetime64(first) + d).item() for d in rng.integers(0, 300, 400)]
    written = "%m/%d/%Y" if month_first else "%d/%m/%Y"
    table = {
        "day": [day.strftime(written) for day in days],
        "order": [f"ORD-{day.year}-{n:06d}" for n, day in enumerate(days)],
    }
    schema = TableSchema((Column("day", "string"), Column("order", "string", sensitive=sensitive)))
    sample = pa.RecordBatch.from_pydict(table, schema.arrow_schema())
    return find_forms(sample, schema, min_entities=10)


def test_the_facts_of_a_form_are_its_words_and_all_that_it_needs() -> None:
    forms, assumed = found()
    facts = json.loads(json.dumps(form_facts(forms, assumed)))
    assert facts["day"]["written"] == "dates written as DD/MM/YYYY"
    again = form_from_json(forms.schema["order"], facts["order"])
    assert again == forms.by_column["order"]


def test_of_a_sensitive_column_the_words_alone_are_told() -> None:
    forms, assumed = found(sensitive=True)
    facts = form_facts(forms, assumed)["order"]
    assert set(facts) == {"kind", "written"}
    assert "ORD" not in json.dumps(facts)


def test_what_was_assumed_stands_beside_the_form() -> None:
    forms, _ = found()
    assert form_facts(forms, {"day": ("day first",)})["day"]["assumed"] == ["day first"]


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (found(), []),
        (found("2022-01-01"), []),  # another grammar of the same kind
        (
            found(month_first=True),
            ["the train part shows dates written as MM/DD/YYYY, the profile"],
        ),
        (
            (found()[0].without(["day"]), {}),
            ["the train part shows no form, the profile of the se"],
        ),
    ],
)
def test_another_form_than_the_profile_found_is_said(now: Found, said: list[str]) -> None:
    notes = written_otherwise(now[0], form_facts(*found()))
    assert len(notes) == len(said)
    assert all(f"column 'day': {words}" in note for words, note in zip(said, notes, strict=True))


def test_a_form_that_the_profile_did_not_find_is_said() -> None:
    facts = form_facts(*found())
    del facts["day"]
    (note,) = written_otherwise(found()[0], facts)
    assert "DD/MM/YYYY, the profile of the seed no form; columns.forms settles it" in note
