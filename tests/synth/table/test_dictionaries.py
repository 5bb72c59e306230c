"""Columns of few texts are held as dictionaries, whatever else stays as it was."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from synth.table.dictionaries import FEW, LOOKED_AT, InDictionaries


def in_dictionaries(table: pa.Table) -> pa.Table:
    """One table in dictionaries."""
    return InDictionaries({"train": table})["train"]


def is_coded(column: pa.ChunkedArray) -> bool:
    return pa.types.is_dictionary(column.type)


def test_few_texts_are_coded_and_all_values_are_the_same() -> None:
    table = pa.table(
        {
            "town": ["Ulm", None, "", "Ulm"] * 500,
            "number": [1, None, 3, 4] * 500,
            "nothing": pa.nulls(2_000, pa.string()),
            "yes": [True, False, None, True] * 500,
        }
    )
    table = pa.concat_tables([table, table.slice(3, 900)])  # in several pieces
    coded = in_dictionaries(table)
    assert [is_coded(column) for column in coded.columns] == [True, False, True, False]
    for name in table.column_names:
        own = coded[name].cast(table[name].type)
        assert own.to_pylist() == table[name].to_pylist()
    batches = coded.to_batches(max_chunksize=700)
    assert sum(len(batch) for batch in batches) == len(table)
    assert len({tuple(batch["town"].dictionary.to_pylist()) for batch in batches}) == 1


@pytest.mark.parametrize("alike", [0, LOOKED_AT])
def test_many_texts_stay_as_they_are_also_where_the_first_rows_are_alike(alike: int) -> None:
    texts = pa.concat_arrays(
        [pa.array(["same"] * alike, pa.string()), pc.cast(pa.array(range(FEW + 1)), pa.string())]
    )
    table = pa.table({"name": texts})
    assert in_dictionaries(table).equals(table)


def test_a_table_without_rows_stays_one() -> None:
    empty = pa.table({"town": pa.array([], pa.string()), "age": pa.array([], pa.int32())})
    coded = in_dictionaries(empty)
    assert (len(coded), coded.column_names) == (0, empty.column_names)
    assert in_dictionaries(pa.table({})).num_columns == 0


def test_every_table_is_there_whichever_is_asked_for_first() -> None:
    tables = {role: pa.table({"town": [role, None] * 900}) for role in ("train", "synthetic")}
    coded = InDictionaries(tables)
    assert (list(coded), len(coded)) == (list(tables), 2)
    for role in reversed(tables):
        assert is_coded(coded[role]["town"])
        assert coded[role]["town"].to_pylist() == tables[role]["town"].to_pylist()
    with pytest.raises(KeyError, match="holdout"):
        coded["holdout"]
