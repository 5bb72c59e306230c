import pyarrow as pa
import pytest

from synth.profiling.table_profile import TableProfile
from synth.statistics.together import Together, apart, joined
from synth.table.schema import Column, TableSchema

AGE, JOB = (
    TableSchema((Column(name, kind),)) for name, kind in (("age", "int"), ("job", "string"))
)
LOADS = (
    lambda data: TableProfile.from_bytes(data, AGE),
    lambda data: TableProfile.from_bytes(data, JOB),
)


def state(ages: list[int], jobs: list[str]) -> Together:
    found = Together([TableProfile(AGE), TableProfile(JOB)])
    found.update(pa.RecordBatch.from_pydict({"age": pa.array(ages, pa.int32()), "job": jobs}))
    return found


def test_every_part_sees_every_row_also_after_a_trip() -> None:
    both = Together.from_bytes(state([1, 2], ["a", "b"]).to_bytes(), LOADS)
    both.merge(state([3], ["c"]))
    age, job = both.parts
    assert age.rows == job.rows == 3
    assert both.to_bytes() == state([1, 2, 3], ["a", "b", "c"]).to_bytes()


def test_new_ones_share_no_part() -> None:
    news = (lambda: TableProfile(AGE), lambda: TableProfile(JOB))
    one, other = Together.new(news), Together.new(news)
    one.merge(state([1], ["a"]))
    assert other.to_bytes() == state([], []).to_bytes() != one.to_bytes()


def test_bytes_of_other_states_are_refused() -> None:
    with pytest.raises(ValueError, match="as many readers as parts"):
        Together.from_bytes(state([1], ["a"]).to_bytes(), LOADS[:1])


def test_what_was_joined_comes_apart() -> None:
    assert apart(joined([b"one", b"", b"three"])) == [b"one", b"", b"three"]
    assert apart(joined([])) == []


def test_texts_of_several_batches_are_counted_as_each_part_alone_counts_them() -> None:
    alone = TableProfile(JOB)
    both = Together([TableProfile(JOB), TableProfile(JOB)])
    for jobs in (["a", "b", None], ["c", "a"], [], [None]):
        batch = pa.RecordBatch.from_pydict({"job": pa.array(jobs, pa.string())})
        alone.update(batch)
        both.update(batch)
    assert both.parts[0].to_bytes() == both.parts[1].to_bytes() == alone.to_bytes()
