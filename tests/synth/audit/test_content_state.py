import numpy as np
import pyarrow as pa
import pytest

from synth.audit.content_state import ContentState
from synth.audit.detectors import LOOKS
from synth.statistics.together import Together
from synth.table.schema import TableSchema
from tests.synth.audit.planted import table

TABLE = table()
SCHEMA = TableSchema.from_arrow(TABLE.schema)
WHOLE = ContentState.of(TABLE).to_bytes()


def state(rows: pa.Table) -> ContentState:
    return ContentState.from_bytes(ContentState.of(rows).to_bytes(), SCHEMA)


def matched(rows: pa.Table, kind: str) -> list[int]:
    looks = [place for place, own in enumerate(LOOKS) if own.kind == kind]
    return ContentState.of(rows).matched[:, looks].sum(axis=1).tolist()


def test_the_state_of_parts_is_that_of_the_whole() -> None:
    parts = [state(TABLE.slice(start, 150)) for start in (0, 150, 300)]
    parts[2].merge(parts[0])
    parts[2].merge(parts[1])
    assert parts[2].to_bytes() == WHOLE
    empty = ContentState(SCHEMA)
    empty.merge(ContentState.from_bytes(WHOLE, SCHEMA))
    assert empty.to_bytes() == WHOLE


def test_texts_in_dictionaries_count_as_texts() -> None:
    both = Together([ContentState(SCHEMA), ContentState(SCHEMA)])
    for batch in TABLE.to_batches(max_chunksize=130):
        both.update(batch)
    assert [part.to_bytes() for part in both.parts] == [WHOLE, WHOLE]


def test_no_value_is_in_the_state() -> None:
    values = [str(value) for column in TABLE.columns for value in column.to_pylist()[:50]]
    assert [value for value in values if len(value) > 4 and value.encode() in WHOLE] == []


def test_rows_are_counted_by_hand() -> None:
    rows = pa.table({"x": ["a@b.co", "a@b.co", None, " ", "-", "c@d.org", "no"], "f": [True] * 7})
    counts = ContentState.of(rows)
    assert counts.rows.tolist() == [4, 7] and counts.prose.tolist() == [0, 0]
    assert matched(rows, "e-mail address") == [3, 0]


@pytest.mark.parametrize(
    "kind",
    [pa.int64(), pa.float64(), pa.decimal128(20), pa.decimal128(22, 2), pa.uint64(), pa.string()],
    ids=str,
)
def test_cards_are_counted_in_numbers_of_any_type(kind: pa.DataType) -> None:
    cards = pa.array([4111111111111111, 5500005555555559, 4111111111111112, 17, None], pa.int64())
    assert matched(pa.table({"x": cards.cast(kind)}), "payment card number") == [2]


def test_numbers_that_are_not_whole_or_none_are_no_cards() -> None:
    numbers = pa.array([float("nan"), float("inf"), -4111111111111111.0, 4111.5, None])
    counts = ContentState.of(pa.table({"x": numbers}))
    assert counts.rows.tolist() == [3] and counts.matched.sum() == 0


def test_a_kind_that_needs_the_name_is_looked_for_there_alone() -> None:
    numbers = pa.array(np.arange(50) + 4930123456, pa.int64())
    assert matched(pa.table({"phone": numbers, "x": numbers}), "telephone number") == [50, 0]


def test_bytes_of_a_version_that_looked_for_other_kinds_are_refused(monkeypatch) -> None:
    monkeypatch.setattr("synth.audit.content_state._KINDS", ["IBAN"])
    with pytest.raises(ValueError, match="profile the whole table again"):
        ContentState.from_bytes(WHOLE, SCHEMA)
