import doctest

import numpy as np
import pyarrow as pa
import pytest

from synth.audit import quasi_identifiers as module
from synth.audit.group_sizes import GroupSizes, sets_of
from synth.audit.quasi_identifiers import (
    QuasiColumns,
    entropy,
    measured,
    person_columns,
    quasi_columns,
    quasi_identifiers,
)
from synth.profiling.table_profile import TableProfile
from tests.synth.audit.adult import adult
from tests.synth.tables import batch_of


def groups_of(table: pa.Table, columns: tuple[str, ...]) -> GroupSizes:
    state = GroupSizes(sets_of(columns))
    state.update(batch_of(table))
    return state


@pytest.fixture(scope="module")
def chosen() -> QuasiColumns:
    return quasi_columns(TableProfile.of(adult()))


@pytest.fixture(scope="module")
def persons(chosen: QuasiColumns) -> GroupSizes:
    return groups_of(adult(), chosen.columns)


def test_the_example_holds() -> None:
    done = doctest.testmod(module)
    assert done.attempted == 1 and not done.failed


def test_columns_of_persons_come_first_and_the_rest_by_entropy(chosen: QuasiColumns) -> None:
    assert set(chosen.described) >= {"age", "sex", "race", "native-country", "occupation"}
    assert chosen.columns[: len(chosen.described)] == chosen.described
    assert chosen.columns[len(chosen.described) :] == ("fnlwgt", "hours-per-week")
    assert [name for name, _ in chosen.left_out] == ["capital-gain", "capital-loss", "income"]


def test_what_is_left_out_is_said_with_its_reason() -> None:
    rows = 400
    rng = np.random.default_rng(1)
    table = pa.table(
        {
            "customer_id": [f"C{place:05d}" for place in range(rows)],
            "reading": rng.normal(size=rows),
            "one": ["x"] * rows,
            "one or none": ["x", None] * (rows // 2),
            "date_of_birth": rng.permutation(rows) + 1_000_000,
        }
    )
    chosen = quasi_columns(TableProfile.of(table))
    reasons = {name: reason.split(":")[0] for name, reason in chosen.left_out}
    assert reasons == {
        "customer_id": "a key",
        "reading": "nearly as many values as rows",
        "one": "constant",
        "date_of_birth": "a key",  # unique whole numbers that lie dense
    }
    assert chosen.columns == ("one or none",)
    born = pa.array(rng.permutation(rows).astype(np.int32)).cast(pa.date32())
    days = table.set_column(4, "date_of_birth", born)
    chosen = quasi_columns(TableProfile.of(days))
    assert chosen.described == ("date_of_birth",)  # although no two rows share one


@pytest.mark.parametrize("name", ["ZipCode", "PLZ", "date_of_birth", "Wohnort", "race", "Beruf"])
def test_names_that_describe_a_person(name: str) -> None:
    assert person_columns([name]) == (name,)


@pytest.mark.parametrize("name", ["amount", "zipped", "capital-gain", "statement", "page_count"])
def test_names_that_do_not(name: str) -> None:
    assert person_columns([name]) == ()


def test_entropy_is_shannons() -> None:
    table = pa.table({"four": [1, 2, 3, 4] * 25, "half": [None, "x"] * 50, "one": [1.5] * 100})
    profile = TableProfile.of(table)
    found = [entropy(profile[name]) for name in table.column_names]
    assert found == pytest.approx([2.0, 1.0, 0.0])
    many = TableProfile.of(pa.table({"all": np.arange(2**15)}))  # more than are counted exactly
    assert entropy(many["all"]) == pytest.approx(15, abs=0.1)


def test_what_singles_persons_out(persons: GroupSizes, chosen: QuasiColumns) -> None:
    found = quasi_identifiers(persons, chosen.described)
    sets = [own.columns for own in found]
    assert sets[0] == ("fnlwgt",)
    assert ("age", "native-country") in sets
    assert {"age", "occupation"} <= set(next(own for own in sets if len(own) == 3))
    assert [len(own) for own in sets] == sorted(len(own) for own in sets)
    # A code and its name tell the same: only one of them is listed.
    assert {"education", "education-num"} & {n for own in sets for n in own} == {"education-num"}
    for own in found:
        assert 0.01 <= own.unique_share <= own.share_below_5 <= own.share_below_11 <= 1
        parts = [o for o in found if set(o.columns) < set(own.columns)]
        assert all(own.unique_share >= part.unique_share + 0.05 for part in parts)


def test_sets_of_persons_columns_are_not_crowded_out(
    persons: GroupSizes, chosen: QuasiColumns
) -> None:
    found = quasi_identifiers(persons, chosen.described, most_of_each=2)
    kinds = [(len(own.columns), own.describes_person) for own in found]
    assert kinds.count((3, True)) == kinds.count((3, False)) == 2


def test_a_planted_set_is_found_and_nothing_else() -> None:
    # Zip and birth year together are unique in a tenth of the rows; all else is coarse.
    rng = np.random.default_rng(3)
    rows = 5_000
    alone = np.arange(rows) < rows // 10
    place = np.arange(rows)
    table = pa.table(
        {
            "zip": np.where(alone, 100 + place % 25, rng.integers(0, 20, rows)),
            "birth_year": np.where(alone, 2000 + place // 25, 1950 + rng.integers(0, 9, rows)),
            "sex": rng.choice(["f", "m"], rows),
        }
    )
    groups = groups_of(table, ("zip", "birth_year", "sex"))
    (found,) = quasi_identifiers(groups, ("zip", "birth_year", "sex"))
    assert found.columns == ("zip", "birth_year") and found.describes_person
    assert found.unique_share == pytest.approx(0.1)
    assert found.standard_error == 0
    assert found == measured(groups, ("zip", "birth_year"), ("zip", "birth_year"))


def test_columns_that_are_each_unique_are_all_listed() -> None:
    born, name = np.random.default_rng(7).permuted([np.arange(500)] * 2, axis=1)
    groups = groups_of(pa.table({"born": born, "surname": name}), ("born", "surname"))
    assert [own.columns for own in quasi_identifiers(groups)] == [("born",), ("surname",)]


def test_an_empty_table_singles_nobody_out() -> None:
    assert quasi_identifiers(GroupSizes(sets_of(["a", "b"]))) == ()
