import pyarrow as pa

from synth.profiling.findings import find, key_candidates
from synth.profiling.table_profile import TableProfile
from tests.synth.profiling.people import profile


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


def test_dates_in_text_are_no_telephone_numbers() -> None:
    days = [f"{1 + n % 28:02d}/{1 + n % 12:02d}/2024" for n in range(200)]
    table = TableProfile.of(pa.table({"day": days, "birth_date": days}))
    assert {f.column for f in find(table)} == {"day", "birth_date"}
    assert [f.column for f in find(table, ["day", "birth_date"])] == ["birth_date"]
