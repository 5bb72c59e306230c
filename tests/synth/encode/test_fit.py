import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.evidence import Found
from synth.dependencies.functional import Functional
from synth.dependencies.plan import Plan, Step
from synth.encode import EncoderSettings, TableEncoder, fit_encoder, require_drawn
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema
from tests.synth.tables import batch_of

ROWS = 600
TABLE = pa.table(
    {
        "id": np.arange(ROWS),
        "city": [f"city {row % 6}" for row in range(ROWS)],
        "country": [f"country {row % 3}" for row in range(ROWS)],
        "age": [row % 50 for row in range(ROWS)],
        "one": ["x"] * ROWS,
    }
)
RULE = Functional("country", ("city",))
PLAN = Plan((Step(Found(RULE, ROWS, 0, 400, ROWS, 400), "drop"),))


def fitted(*first: str) -> TableEncoder:
    profile = TableProfile(TableSchema.from_arrow(TABLE.schema).marked(keys=["id"]))
    profile.update(batch_of(TABLE))
    encoder = fit_encoder(profile, batch_of(TABLE), EncoderSettings(), plan=PLAN)
    require_drawn("first", first, encoder)
    return encoder.in_order(first)


def test_the_columns_of_first_lead_in_their_order() -> None:
    for first in (("age", "city"), ("city", "age"), ("age",)):
        names = list(dict.fromkeys(sub.column for sub in fitted(*first).sub_columns))
        assert tuple(names[: len(first)]) == first
        assert sorted(names) == ["age", "city"]


@pytest.mark.parametrize(
    ("first", "message"),
    [
        (("age", "age"), "first names 'age' twice: name it once"),
        (("town",), "first names 'town', which is no column of the table; it has 'id', 'city'"),
        (("country",), "first names 'country', but country is determined by city: name those"),
        (("id",), r"'id', which is not learned \(key\) .* leave it out of first"),
        (("age", "one"), r"'one', which is not learned \(constant\)"),
    ],
)
def test_a_column_that_is_never_drawn_cannot_be_first(first: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fitted(*first)
