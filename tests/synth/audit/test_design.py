"""What is counted is designed by columns and a sample."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from synth.audit.design import COARSE, DIRECT, Design, designed
from synth.profiling.table_profile import TableProfile
from tests.synth.audit.tables import applicants
from tests.synth.audit.test_engine import people


def designed_of(frame: pd.DataFrame, least: int = 11) -> tuple[Design, TableProfile]:
    table = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
    profile = TableProfile.of(table)
    (batch,) = table.to_batches()
    return designed(profile, batch, least), profile


def test_bins_rules_and_sets_of_columns() -> None:
    design, profile = designed_of(people())
    assert {"id"} == set(profile.schema.names) - set(design.alike)  # a key tells all rows apart
    bins = {own.name: own for own in design.encoder.bins()}
    assert bins["net"].n_pair_bins <= COARSE < DIRECT
    assert bins["city"].labels == ("Kyiv", "Lviv", "Odesa", "(rare)")
    assert any(rule.target == "gross" for rule in design.rules)
    assert design.people.columns[0] in ("sex", "city", "country", "day")
    assert design.counting.people[0] == (design.people.columns[0],)


def test_the_profile_of_learned_columns_has_the_parts_of_forms() -> None:
    design, profile = designed_of(people())
    learned = design.learned(profile)
    assert learned.schema == design.search.schema == design.forms.learned
    assert learned["sex"] is profile["sex"]
    assert profile.schema["text_day"].type == "string" and learned.schema["text_day"].type == "date"
    assert set(design.parts.schema.names) == {"text_day", "email"}
    assert learned["text_day"].rows == 6000


def test_of_too_few_rows_no_pairs_are_counted_and_it_is_said() -> None:
    design, _ = designed_of(applicants(15))
    assert design.encoder.bins() == ()
    assert any("pairs of columns are not counted" in note for note in design.notes)
