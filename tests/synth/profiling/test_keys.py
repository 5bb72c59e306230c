import pyarrow as pa

from synth.profiling.keys import key_candidates
from synth.profiling.table_profile import TableProfile
from tests.synth.profiling.people import profile


def test_dense_numbers_and_columns_called_so_are_candidates_for_keys() -> None:
    assert key_candidates(profile()) == ["customer"]  # not the salary, not the text
    names = ["id", "ORDER_ID", "orderId", "cust key", "paid", "monkey"]
    table = pa.table({name: [f"{name}-{i:05d}" for i in range(500)] for name in names})
    assert key_candidates(TableProfile.of(table)) == names[:4]
    small = pa.table({"tag": pa.array(range(120), pa.int16()), "half": pa.array([0, 1] * 60)})
    assert key_candidates(TableProfile.of(small)) == ["tag"]
