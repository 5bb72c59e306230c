"""The sample in the views that the searches share."""

import numpy as np
import pyarrow as pa
import pytest

from synth.dependencies.sample import FEW, Sample
from synth.dependencies.settings import DependencySettings
from synth.table.schema import TableSchema

ROWS = 4_000


def sample_of(table: pa.Table, keys: tuple[str, ...] = ()) -> Sample:
    schema = TableSchema.from_arrow(table.schema).marked(keys=keys)
    return Sample(table, schema, DependencySettings())


@pytest.fixture(scope="module")
def sample() -> Sample:
    return sample_of(
        pa.table(
            {
                "id": [1, 2, 3, 4],
                "text": ["x", None, "y", "x"],
                "one": [5, 5, 5, 5],
                "whole": [1.0, 2.0, None, 4.0],
                "half": [1.5, 2.0, 3.0, 4.0],
                "none": pa.nulls(4, pa.int64()),
                "day": pa.array([1, 2, None, 2], pa.date32()),
                "start": pa.array([7, 7, 7, 7], pa.date32()),
                "list": [[1], [2], [3], [4]],
            }
        ),
        keys=("id",),
    )


def test_keys_and_what_is_not_supported_take_no_part(sample: Sample) -> None:
    assert sample.names == ("text", "one", "whole", "half", "none", "day", "start")
    assert (sample.rows, sample.type_of("day")) == (4, "date")


def test_null_is_a_value_among_the_codes(sample: Sample) -> None:
    codes = sample.codes("text")
    texts = sample.columns["text"].to_pylist()
    assert codes.dtype == np.int32 and set(codes.tolist()) == {0, 1, 2}
    assert len({*zip(codes.tolist(), texts, strict=True)}) == 3
    assert (sample.distinct("text"), sample.distinct("one"), sample.distinct("none")) == (3, 1, 1)
    assert sample.varies("text") and not sample.varies("one")


def test_columns_by_what_they_hold(sample: Sample) -> None:
    assert sample.numbers == ("whole", "half")  # that vary
    assert sample.whole_number_columns == ("one", "whole")  # with a value, and no fraction
    assert sample.times == ("day",)
    values, valid = sample.whole_numbers("whole")
    assert sorted(values[valid].tolist()) == [1, 2, 4]


def test_rows_are_shuffled_together_and_always_alike() -> None:
    table = pa.table({"a": range(100), "b": range(100)})
    first, second = sample_of(table), sample_of(table)
    assert first.columns == second.columns
    assert first.columns["a"] != table["a"].chunk(0)
    assert first.columns["a"] == first.columns["b"]
    assert sorted(first.columns["a"].to_pylist()) == list(range(100))
    assert first.first(7)["b"] == first.columns["b"].slice(0, 7)


def test_a_rule_may_be_wrong_in_few_rows() -> None:
    sample = sample_of(pa.table({"t": [0, 1] * (ROWS // 2)}))
    holds = np.ones(ROWS, bool)
    assert sample.accepts(holds, "t")
    most = 29  # 1.5 times the share that may be wrong, 0.5 % of the rows, is 30 but for rounding
    holds[:most] = False
    assert sample.accepts(holds, "t")
    holds[: most + 2] = False
    assert not sample.accepts(holds, "t")


def test_a_target_that_hardly_varies_says_nothing() -> None:
    few = FEW // 2 - 1  # each differs from the row before it and from the one after it
    rare = np.arange(ROWS) < few
    sample = sample_of(pa.table({"rare": rare, "more": np.arange(ROWS) < 60}))
    everywhere = np.ones(ROWS, bool)
    assert not sample.accepts(everywhere, "rare")
    assert sample.accepts(everywhere, "more")
    wrong = everywhere.copy()
    wrong[:25] = False  # within the slack, but more than a fifth of what chance would leave
    assert not sample.accepts(wrong, "more")


def test_an_empty_sample_has_no_values() -> None:
    empty = sample_of(pa.table({"a": pa.array([], pa.int64())}))
    assert (empty.rows, empty.distinct("a"), empty.numbers) == (0, 0, ())
    assert not empty.accepts(np.ones(0, bool), "a")
