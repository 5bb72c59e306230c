"""Three tables in memory: what is held out, sampled, copied and left out."""

import numpy as np
import pyarrow as pa
import pytest

from synth.encode import EncoderSettings
from synth.metrics.compared import Compared, sampled, split_holdout
from synth.table.errors import InputError
from synth.table.frames import learnable


def rows(count: int) -> pa.Table:
    return pa.table({"a": np.arange(count) % 50, "b": [f"{'xyz'[k % 3]}" for k in range(count)]})


def compared(**tables: pa.Table) -> Compared:
    read, schema = learnable(tables["train"], None)
    return Compared.of({**tables, "train": read}, schema, EncoderSettings())


def test_a_fifth_is_held_out_and_the_same_each_time() -> None:
    train, held = split_holdout(rows(200), (), 3)
    assert (len(train), len(held)) == (160, 40)
    assert split_holdout(rows(200), (), 3)[1].equals(held)
    assert not split_holdout(rows(200), (), 4)[1].equals(held)


def test_an_entity_is_on_one_side() -> None:
    train, held = split_holdout(rows(200), ("a",), 0)
    assert set(train["a"].to_pylist()).isdisjoint(held["a"].to_pylist())
    assert len(set(held["a"].to_pylist())) == 10


def test_too_few_to_hold_any_out_is_said_with_the_remedy() -> None:
    with pytest.raises(InputError, match=r"2 rows: too few .* give a holdout of its own"):
        split_holdout(rows(2), (), 0)
    with pytest.raises(InputError, match="1 entities"):
        split_holdout(pa.table({"a": [1] * 100}), ("a",), 0)


def test_bins_are_of_enough_entities_where_there_are_any() -> None:
    rng = np.random.default_rng(0)
    who = np.where(rng.random(900) < 0.3, 0, rng.integers(1, 90, 900))
    town = np.where(who == 0, "Nowhere", np.array(["a", "b", "c"])[who % 3])
    train, schema = learnable(pa.table({"who": who, "town": town}), None)
    tables = {"train": train, "synthetic": train}
    by_row = Compared.of(tables, schema, EncoderSettings())
    by_person = Compared.of(tables, schema, EncoderSettings(), entity=["who"])
    assert "Nowhere" in by_row.encoder.dumps()
    assert "Nowhere" not in by_person.encoder.dumps()
    few = {role: rows.filter(pa.array(who > 0)) for role, rows in tables.items()}
    with pytest.raises(InputError, match="3 different town"):
        Compared.of(few, schema, EncoderSettings(), entity=["town"])


def test_a_large_table_is_sampled_in_its_order_and_that_is_said() -> None:
    numbered = pa.table({"n": np.arange(500)})
    found, notes = sampled({"train": numbered, "synthetic": numbered[:50]}, 100, 0)
    chosen = found["train"]["n"].to_pylist()
    assert len(chosen) == 100 and chosen == sorted(set(chosen)) and len(found["synthetic"]) == 50
    assert len(notes) == 1 and "100 of 500 train rows" in notes[0]


def test_copies_are_of_train_rows_and_those_of_the_holdout_are_beside() -> None:
    train = rows(150)
    fresh = pa.table({"a": [77, 78], "b": ["x", "y"]})
    found = compared(train=train, synthetic=pa.concat_tables([train[:3], fresh]), holdout=train[:5])
    copies = found.copies()
    assert (copies.counts, copies.reference_counts) == ((3, 5), (5, 5))
    assert compared(train=train, synthetic=fresh).copies().reference_counts is None
    assert found.repeats() == (5, 155)  # the holdout's, which the train part has as well


def test_whole_tables_are_counted_by_role_in_the_train_parts_bins() -> None:
    told: list[str] = []
    whole = compared(train=rows(150), synthetic=rows(90)).whole(told.append)
    assert whole.rows == {"train": 150, "synthetic": 90}
    assert whole.counts["train"].bins == whole.counts["synthetic"].bins
    assert len(told) == 3


def test_columns_of_which_nothing_is_compared_are_named() -> None:
    table = rows(150).append_column("id", pa.array(range(150)))
    found = compared(train=table, synthetic=table)
    assert found.notes == ("column 'id' is a key: its values are not compared",)
