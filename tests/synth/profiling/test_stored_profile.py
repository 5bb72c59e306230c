import pyarrow as pa
import pytest

from synth.profiling.stored_profile import StoredProfile, hidden, without_values
from synth.profiling.table_profile import TableProfile
from synth.table.schema import TableSchema

# Moments of four rows are those of two and two, bit by bit.
TABLE = pa.table(
    {
        "age": pa.array([30, 30, 34, 66], pa.int32()),
        "name": ["Ms Unheard-of", "Mr Unheard-of", None, None],
        "pay": [987654.5, None, None, None],
    }
)


def of(table: pa.Table, *sensitive: str) -> StoredProfile:
    found = StoredProfile(TableSchema.from_arrow(table.schema).marked(sensitive=sensitive))
    for batch in table.to_batches():
        found.update(batch)
    return found


@pytest.mark.parametrize("sensitive", [("name", "pay"), (), ("age", "name", "pay")])
def test_parts_add_to_the_whole(sensitive: tuple[str, ...]) -> None:
    whole, first = of(TABLE, *sensitive), of(TABLE[:2], *sensitive)
    schema = TableSchema.from_arrow(TABLE.schema).marked(sensitive=sensitive)
    again = StoredProfile.from_bytes(first.to_bytes(), schema)
    again.merge(of(TABLE[2:], *sensitive))
    assert again.to_bytes() == whole.to_bytes()
    assert again.rows == 4


def test_of_sensitive_columns_counts_are_kept_and_no_value() -> None:
    schema = TableSchema.from_arrow(TABLE.schema).marked(sensitive=["name", "pay"])
    profile = TableProfile(schema)
    for batch in TABLE.to_batches():
        profile.update(batch)
    kept = without_values(profile)
    assert kept.counts.nulls == {"name": 2, "pay": 3}
    assert kept.profile.schema.names == ("age",)
    assert kept.to_bytes() == of(TABLE, "name", "pay").to_bytes()
    open_bytes = of(TABLE).to_bytes()
    for value in (b"Unheard", TABLE["pay"].chunk(0).buffers()[1].to_pybytes()[:8]):
        assert value in open_bytes and value not in kept.to_bytes()
    assert profile["name"].counted.highest == 1  # the profile itself is as it was


def test_columns_that_become_sensitive_leave_counts_alone() -> None:
    schema = TableSchema.from_arrow(TABLE.schema).marked(sensitive=["name", "pay"])
    assert hidden(of(TABLE, "pay"), schema).to_bytes() == of(TABLE, "name", "pay").to_bytes()
