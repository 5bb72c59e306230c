import json
from dataclasses import replace

import numpy as np
import pyarrow as pa

from synth.generators.autoregressive.relations import Relations, partners
from synth.table.sub_column import SubColumn
from tests.synth.fits import all_related, encoded

ROWS = 12_000


def fitted(table: pa.Table) -> tuple[list[str], Relations]:
    """The sub-columns by column and level, and what they tell of each other."""
    encoder, _, statistics = encoded(table)
    names = [f"{sub.column}.{sub.level}" for sub in encoder.sub_columns]
    return names, Relations.from_json(statistics.relations)


def routes() -> pa.Table:
    """A number of a thousand that decides on a town and a gate, an amount that decides on nothing.

    The table is in the order of the number, as tables often are in that of something.
    """
    rng = np.random.default_rng(0)
    number = np.sort(rng.integers(0, 1000, ROWS))
    return pa.table(
        {
            "number": number,
            "town": np.array([f"town {place}" for place in range(25)])[
                rng.integers(0, 25, 1000)[number]
            ],
            "gate": rng.integers(0, 40, 1000)[number],
            "amount": np.round(rng.lognormal(5, 1, ROWS), 2),
        }
    )


def test_a_number_that_decides_is_told_as_a_whole_and_comes_before_what_it_decides() -> None:
    names, relations = fitted(routes())
    assert [name for name, own in zip(names, relations.value_embeddings, strict=True) if own] == [
        "number.1"
    ]
    number, town, gate = (names.index(name) for name in ("number.1", "town.0", "gate.0"))
    assert number < min(town, gate)
    assert relations.parents[town][0] == relations.parents[gate][0] == number
    assert relations.association[number, town] > 1
    first, second = sorted((town, gate))
    assert relations.tellers[first] == (number,)
    assert relations.tellers[second][0] == number
    amount = {names.index("amount.0"), names.index("amount.1")}
    assert not any(relations.tellers[place] for place in amount | {number})


def test_parents_complete_each_other() -> None:
    """A copy tells as much as what it copies, and adds nothing to it."""
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 8, ROWS), rng.integers(0, 6, ROWS)
    swapped = rng.random((3, ROWS)) < 0.05
    table = pa.table(
        {
            "a": a,
            "copy": np.where(swapped[0], rng.integers(0, 8, ROWS), a),
            "copy again": np.where(swapped[1], rng.integers(0, 8, ROWS), a),
            "b": b,
            "sum": np.where(swapped[2], rng.integers(0, 13, ROWS), 2 * a + b),
        }
    )
    encoder, _, statistics = encoded(table, first=("copy", "a"))
    relations = Relations.from_json(statistics.relations)
    names = [sub.column for sub in encoder.sub_columns]
    place = max(names.index("sum"), names.index("b"))  # the later one of the two
    told = [names[other] for other in relations.parents[place][:2]]
    assert set(told) == {"a", "sum" if names[place] == "b" else "b"}


def test_a_place_is_told_after_its_group_and_a_whole_value_without_it() -> None:
    names, relations = fitted(routes())
    place_of = {name: place for place, name in enumerate(names)}
    for own, parents in zip(names, relations.parents, strict=True):
        assert all(other < place_of[own] for other in parents)
        assert len(set(parents)) == len(parents)
        if own.endswith(".1"):
            assert names[parents[0]] == own.replace(".1", ".0")
        for turn, other in enumerate(parents):
            group = place_of[names[other].replace(".1", ".0")]
            if relations.value_embeddings[other]:
                assert group not in parents
            elif group != other:
                assert group in parents[:turn]


def test_relations_survive_json() -> None:
    _, relations = fitted(routes())
    again = Relations.from_json(json.loads(json.dumps(relations.to_json())))
    assert (again.value_embeddings, again.parents, again.tellers) == (
        relations.value_embeddings,
        relations.parents,
        relations.tellers,
    )
    earlier = relations.to_json()
    del earlier["tellers"]
    assert Relations.from_json(earlier).tellers == ((),) * len(relations.parents)
    np.testing.assert_allclose(again.association, relations.association, atol=1e-6)


def test_a_table_of_one_column_has_relations() -> None:
    names, relations = fitted(pa.table({"a": ["x", "y"] * 50}))
    assert (names, relations.parents, relations.value_embeddings) == (["a.0"], ((),), (False,))
    assert relations.tellers == ((),)


def test_the_partner_tells_most_of_those_with_which_pairs_are_not_too_many() -> None:
    subs = [SubColumn("a", 0, 300), SubColumn("b", 0, 4), SubColumn("c", 0, 256)]
    related = replace(all_related(subs), association=np.array([[0, 1, 9], [1, 0, 2], [9, 2, 0]]))
    assert partners(related, subs) == (None, 0, 1)  # 300 * 256 pairs are too many
    few = [*subs[:2], SubColumn("c", 0, 200), SubColumn("c", 1, 7)]
    told = np.pad(related.association, (0, 1))
    assert partners(replace(all_related(few), association=told), few) == (None, 0, 0, None)


def test_two_places_of_as_many_codes_as_one_level_has_are_partners() -> None:
    subs = [SubColumn("latitude", 0, 256), SubColumn("longitude", 0, 256)]
    assert partners(all_related(subs), subs) == (None, 0)


def test_a_partner_tells_something_and_wide_tables_have_fewer_pairs() -> None:
    subs = [SubColumn("a", 0, 100), SubColumn("b", 0, 100), SubColumn("c", 0, 2)]
    told = np.array([[0, 3, 0], [3, 0, 0], [0, 0, 0.0]])
    assert partners(replace(all_related(subs), association=told), subs) == (None, 0, None)
    wide = [SubColumn(str(place), 0, 100) for place in range(300)]
    assert set(partners(all_related(wide), wide)) == {None}  # 10,000 pairs each would be 24 MB
    narrow = [SubColumn(str(place), 0, 40) for place in range(300)]
    assert partners(all_related(narrow), narrow)[1:] == (0,) * 299
