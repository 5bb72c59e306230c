"""A profile that may be kept for later: of sensitive columns it has counts, and no value."""

from __future__ import annotations

import pyarrow as pa

from synth.profiling.table_profile import TableProfile
from synth.statistics.null_counts import NullCounts
from synth.statistics.together import apart, joined
from synth.table.schema import TableSchema


class StoredProfile:
    """A :class:`synth.statistics.state.State` of a table of which the schema marks columns.

    ``profile`` has the states of the columns that are not sensitive, ``counts`` the rows of the
    table and the nulls of those that are. A state of a sensitive column without its values would be
    no state of a column: it would say that all are equal.
    """

    def __init__(self, schema: TableSchema):
        self.profile = TableProfile(_open(schema))
        self.counts = NullCounts(column.name for column in schema if column.sensitive)

    @property
    def rows(self) -> int:
        """Rows seen so far."""
        return self.counts.rows

    def update(self, batch: pa.RecordBatch) -> None:
        """Add a batch whose columns are the schema's, by name."""
        self.profile.update(batch)
        self.counts.update(batch)

    def merge(self, other: StoredProfile) -> None:
        """Add the rows that another one of the same schema has seen."""
        self.profile.merge(other.profile)
        self.counts.merge(other.counts)

    def to_bytes(self) -> bytes:
        """Both states; the schema is not part of them."""
        return joined([self.profile.to_bytes(), self.counts.to_bytes()])

    @classmethod
    def from_bytes(cls, data: bytes, schema: TableSchema) -> StoredProfile:
        """What :meth:`to_bytes` wrote, of a table of this schema."""
        found, (profile, counts) = cls(schema), apart(data)
        found.profile = TableProfile.from_bytes(profile, _open(schema))
        found.counts = NullCounts.from_bytes(counts)
        return found


def without_values(profile: TableProfile) -> StoredProfile:
    """What may be kept of a profile; the schema marks the sensitive columns."""
    found = StoredProfile(profile.schema)
    found.profile = profile.with_columns(_open(profile.schema), {})
    found.counts.rows = profile.rows
    found.counts.nulls = {name: profile[name].nulls for name in found.counts.nulls}
    return found


def hidden(kept: StoredProfile, schema: TableSchema) -> StoredProfile:
    """The same rows by a schema that marks more columns as sensitive: their values are gone."""
    found = StoredProfile(schema)
    found.profile = kept.profile.with_columns(_open(schema), {})
    found.counts.rows = kept.rows
    for name in found.counts.nulls:
        own = kept.counts.nulls
        found.counts.nulls[name] = own[name] if name in own else kept.profile[name].nulls
    return found


def _open(schema: TableSchema) -> TableSchema:
    return schema.select(column.name for column in schema if not column.sensitive)
