"""Values that stand for something, by hand; what stands in for a parent that rows lack."""

import numpy as np
import pyarrow as pa

from synth.dependencies.sample import Sample
from synth.dependencies.settings import DependencySettings
from synth.encode.lag_atoms import atoms_of, odd_atoms, odd_parents, with_stand_ins
from synth.encode.number_pair import Increment
from synth.table.schema import TableSchema

ROWS = 1000
START = np.random.default_rng(0).permutation(100_000)[:ROWS]
RELATION = Increment("end", ("start",), "bigint", decimals=0)


def sample(**columns: np.ndarray | pa.Array) -> Sample:
    table = pa.table(columns)
    return Sample(table, TableSchema.from_arrow(table.schema), DependencySettings())


def test_an_atom_has_many_more_rows_than_the_mean_value() -> None:
    end = START + 7
    assert atoms_of(sample(end=end), "end") == ()
    end[:30], end[30:34] = -1, -2
    assert atoms_of(sample(end=end), "end") == (-1,)
    assert atoms_of(sample(end=pa.nulls(ROWS, pa.int64())), "end") == ()


def test_an_odd_one_lies_elsewhere_than_lags_lead_to() -> None:
    start, end = START.copy(), START + np.arange(ROWS) % 50
    start[:30], end[:30] = 500, 510  # often, and as far apart as others
    end[30:60], start[60:90] = -1, -1
    rows = sample(start=start, end=end)
    assert atoms_of(rows, "end") == (-1, 510)
    assert odd_atoms(rows, RELATION) == (-1,)
    assert odd_parents(rows, RELATION) == (-1,)


def test_what_is_there_where_the_parent_is_null_stands_in() -> None:
    lost = np.arange(ROWS) < 40
    rows = sample(
        start=pa.array(START, mask=lost),
        other=pa.array(START - 3, mask=lost),  # missing where start is
        before=START - 5,
        end=START + 2,
    )
    assert with_stand_ins(rows, RELATION, ["other", "before"]).sources == ("start", "before")
