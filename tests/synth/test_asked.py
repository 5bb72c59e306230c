"""What a caller asks, read: labels become names, and what does not fit is said before any work."""

import pandas as pd
import pyarrow as pa
import pytest

from synth.asked import Asked, Options, ReadTables, held_out, read_tables, require_rows
from synth.metrics.compared import NO_HOLDOUT
from synth.metrics.gates import GateRules
from synth.table.errors import InputError

REAL = pd.DataFrame({"age": [20, 30, 40, 50] * 30, "city": ["a", "b"] * 60})


def read(**asked: object) -> ReadTables:
    return read_tables(REAL, REAL[:40], REAL[:20], Asked(**asked), Options())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"privacy": "much"}, "privacy is 'quick', 'full' or 'off', however: 'much'"),
        ({"rows": 99}, "rows must be 100 or more"),
        ({"seed": -1}, "seed must be 0 or more"),
        ({"utility": "no"}, "utility is True or False, however: str"),
        ({"rules": {"copy_rate": 0.1}}, "rules is synth.metrics.gates.GateRules, however: dict"),
    ],
)
def test_an_option_that_is_none_is_named(options: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Options(**options)


def test_labels_become_names_and_marks() -> None:
    found = read(target="city", positive="b", sensitive=["age"], entity=["city"], slices=["age"])
    assert found.question.task == {"target": "city", "positive": "b"}
    assert (found.question.sensitive, found.question.unit) == (("age",), ("city",))
    assert found.question.wanted.slices == ("age",)
    assert [column.name for column in found.schema if column.sensitive] == ["age"]
    assert {role: len(rows) for role, rows in found.tables.items()} == {
        "train": 120,
        "holdout": 20,
        "synthetic": 40,
    }


@pytest.mark.parametrize("argument", ["sensitive", "keys", "entity", "slices"])
def test_a_label_that_is_no_columns_is_named(argument: str) -> None:
    with pytest.raises(InputError, match=f"{argument} names 'agee', .* did you mean 'age'"):
        read(**{argument: ["agee"]})
    with pytest.raises(InputError, match=f"{argument} takes column names: write"):
        read(**{argument: "age"})


def test_other_tables_are_read_in_the_schema_of_the_real_one() -> None:
    renamed = REAL.rename(columns={"age": "years"})
    with pytest.raises(InputError, match=r"synthetic: .*age"):
        read_tables(REAL, renamed, REAL, Asked(), Options())
    with pytest.raises(InputError, match="holdout: the table has no rows"):
        read_tables(REAL, REAL, REAL[:0], Asked(), Options())
    more = REAL.assign(extra=1)
    assert any(
        "['extra']" in note for note in read_tables(REAL, more, REAL, Asked(), Options()).notes
    )


def test_without_a_holdout_a_fifth_is_held_out_and_said() -> None:
    found = read_tables(REAL, REAL, None, Asked(), Options())
    assert (len(found.tables["train"]), len(found.tables["holdout"])) == (96, 24)
    assert NO_HOLDOUT in found.notes and NO_HOLDOUT not in read().notes
    rows = {"train": pa.table({"a": [1] * 10}), "holdout": pa.table({"a": [2]})}
    assert held_out(rows, found.question) == (rows, ())


def test_rules_are_the_callers_own() -> None:
    rules = GateRules(copy_rate=0.5)
    question = read_tables(REAL, REAL, REAL, Asked(), Options(rules=rules)).question
    assert question.rules is rules
    assert require_rows(pa.table({"a": [1]}), "train").num_rows == 1


def test_columns_that_identify_people_are_sensitive_and_attacked_only_if_named() -> None:
    real = REAL.assign(mail=[f"anna.{n}@mail.example" for n in range(len(REAL))])
    found = read_tables(real, real, real, Asked(), Options())
    assert found.schema["mail"].sensitive and found.question.sensitive == ()
    assert any("'mail' is taken for sensitive" in note for note in found.notes)
    named = read_tables(real, real, real, Asked(not_sensitive=["mail"]), Options())
    assert not named.schema["mail"].sensitive
    with pytest.raises(InputError, match="not_sensitive names 'mial'"):
        read_tables(real, real, real, Asked(not_sensitive=["mial"]), Options())


def test_structs_are_judged_by_their_fields_and_a_map_is_refused_with_its_table() -> None:
    real = pd.DataFrame({"n": range(60), "home": [{"city": f"c{i % 3}"} for i in range(60)]})
    found = read_tables(real, real.copy(), None, Asked(), Options())
    assert found.schema.names == ("n", "home.city")
    assert not [note for note in found.notes if "are not judged" in note]
    owed = real.assign(home=pd.Series([{f"jane {i}": i} for i in range(60)], dtype=object))
    wide = pd.concat([owed] * 3, ignore_index=True)
    for synthetic, holdout, role in ((wide, None, "synthetic"), (real, wide, "holdout")):
        with pytest.raises(InputError, match=rf"^{role}: column 'home' holds dictionaries") as said:
            read_tables(real, synthetic, holdout, Asked(), Options())
        assert "jane" not in str(said.value)
