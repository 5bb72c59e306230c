import numpy as np
import pyarrow as pa

from synth.profiling.size import notes_on_size
from synth.profiling.table_profile import TableProfile
from synth.table.door import in_memory
from synth.table.schema import TableSchema
from tests.synth.tables import batch_of


def profile(rows: int, columns: int, **more: list[str]) -> TableProfile:
    numbers = {f"n{place}": np.arange(rows) % 7 for place in range(columns)}
    table = pa.table({**numbers, **more})
    found = TableProfile(TableSchema.from_arrow(table.schema))
    found.update(batch_of(table))
    return found


def test_few_rows_are_said_with_what_is_lost() -> None:
    (said,) = notes_on_size(profile(499, 3), 3, 11)
    assert said.startswith("the train part has 499 rows: fewer than 500 teach little")
    assert "fewer than 11 rows share are lost (privacy.min_entities)" in said
    with in_memory():
        (said,) = notes_on_size(profile(499, 3), 3, 20)
    assert said.startswith("the table has 499 rows") and "20 rows share" in said


def test_rows_are_few_for_the_columns_too() -> None:
    assert notes_on_size(profile(600, 30), 30, 11) == ()
    (said,) = notes_on_size(profile(600, 31), 31, 11)
    assert said.startswith("the train part has 600 rows for 31 columns, fewer than 20 a column")


def test_of_a_wide_table_time_is_said_and_what_to_leave_out() -> None:
    assert notes_on_size(profile(2_100, 100), 100, 11) == ()
    texts = [f"secret {place}" for place in range(2_100)]
    (said,) = notes_on_size(profile(2_100, 104, remark=texts), 105, 11)
    assert "105 columns" in said and "about 0.2 s on one core" in said
    assert "'remark', whose texts are nearly all different" in said
    assert "secret" not in said and "(train.settings)" in said
