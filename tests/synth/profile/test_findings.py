import pyarrow as pa

from synth.profile.findings import find, key_candidates
from synth.profile.table_profile import TableProfile
from tests.synth.profile.people import profile


def kinds(name: str) -> set[str]:
    return {f.kind for f in find(profile()) if f.column == name}


def test_each_finding_is_found_where_it_is_and_nowhere_else() -> None:
    assert kinds("gone") == {"empty"}
    assert kinds("flag") == {"imbalance"}
    assert kinds("contact") == kinds("host") == kinds("last_name") == {"personal data"}
    assert kinds("salary") == set()


def test_dense_numbers_and_columns_called_so_are_candidates_for_keys() -> None:
    assert key_candidates(profile()) == ["customer"]  # not the salary, not the text
    names = ["id", "ORDER_ID", "orderId", "cust key", "paid", "monkey"]
    table = pa.table({name: [f"{name}-{i:05d}" for i in range(500)] for name in names})
    assert key_candidates(TableProfile.of(table)) == names[:4]
    small = pa.table({"tag": pa.array(range(120), pa.int16()), "half": pa.array([0, 1] * 60)})
    assert key_candidates(TableProfile.of(small)) == ["tag"]
