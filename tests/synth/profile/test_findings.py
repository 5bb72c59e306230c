import json
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa

from synth.profile.findings import find, key_candidates
from synth.profile.privacy import protected_profile
from synth.profile.table_profile import TableProfile
from synth.table.schema import TableSchema


def people(rows: int = 3000) -> pa.Table:
    rng = np.random.default_rng(0)
    salary = rng.integers(20_000, 90_000, rows)
    salary[0] = 77_777_777
    return pa.table(
        {
            "customer": pa.array(np.arange(rows) + 10**6),
            "contact": [f"p{i}.x@mail.example" for i in range(rows)],
            "host": [f"10.0.{i % 200}.{i % 7}" for i in range(rows)],
            "last_name": rng.choice(["Rossi", "Hansen"], rows).tolist(),
            "salary": salary,
            "flag": np.where(rng.random(rows) < 0.99, "no", "yes").tolist(),
            "gone": pa.array([None] * rows, pa.string()),
            "rare": np.where(np.arange(rows) < 3, "secret-value", "plain").tolist(),
            "note": [f"{'word ' * (i % 40)}{i}" for i in range(rows)],
        }
    )


def profile(sensitive: tuple[str, ...] = ()) -> TableProfile:
    table = people()
    found = TableProfile(TableSchema.from_arrow(table.schema).marked(sensitive=sensitive))
    for batch in table.to_batches():
        found.update(batch)
    return found


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


def test_what_is_written_of_a_profile_holds_no_value_of_few_or_of_sensitive_columns() -> None:
    found = profile(sensitive=("last_name",))
    text = json.dumps(protected_profile(found, find(found), 20))
    for secret in ("secret-value", "77777777", "Rossi", "mail.example", "p17"):
        assert secret not in text
    assert '"plain"' in text


def test_low_and_high_are_held_by_enough_rows() -> None:
    written = protected_profile(profile(), [], 20)
    salary = next(c for c in written["columns"] if c["name"] == "salary")
    values = np.sort(np.asarray(people()["salary"]))
    assert (values <= int(salary["low"])).sum() >= 20
    assert (values >= int(salary["high"])).sum() >= 20
    assert float(salary["quantiles"]["50%"]) == np.quantile(values, 0.5, method="inverted_cdf")


def test_a_mean_has_the_digits_that_whole_numbers_lack_and_a_date_is_a_date() -> None:
    table = pa.table(
        {
            "flag": pa.array([0, 1, 1] * 20),
            "price": pa.array([Decimal("1.10"), Decimal("1.20"), None] * 20, pa.decimal128(8, 2)),
            "day": pa.array([date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 4)] * 20),
            "unknown": np.where(np.arange(60) < 30, np.finfo(np.float64).max, 1.5),
        }
    )
    written = protected_profile(TableProfile.of(table), [], 20)
    means = {column["name"]: column["mean"] for column in written["columns"]}
    assert means["flag"] == "0.666667" and means["price"] == "1.15"
    assert means["day"] == "2024-01-02"
    deviations = [column.get("deviation") for column in written["columns"]]
    assert deviations == ["0.471405", "0.05", None, "inf"]
    assert written["columns"][3]["high"] == "1.79769e+308"  # and not its 309 digits
