import json
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from synth.profiling.privacy import protected_profile
from synth.profiling.table_profile import TableProfile
from tests.synth.profiling.people import people, profile


def test_what_is_written_of_a_profile_holds_no_value_of_few_or_of_sensitive_columns() -> None:
    found = profile(sensitive=("last_name",))
    text = json.dumps(protected_profile(found, 20))
    for secret in ("secret-value", "77777777", "Rossi", "mail.example", "p17"):
        assert secret not in text
    assert '"plain"' in text


def test_low_and_high_are_held_by_enough_rows() -> None:
    written = protected_profile(profile(), 20)
    salary = next(c for c in written["columns"] if c["name"] == "salary")
    values = np.sort(np.asarray(people()["salary"]))
    assert (values <= int(salary["low"])).sum() >= 20
    assert (values >= int(salary["high"])).sum() >= 20
    assert float(salary["quantiles"]["50%"]) == pytest.approx(np.median(values), abs=100)
    shown = [salary["low"], salary["high"], *salary["quantiles"].values()]
    assert not np.isin([int(value) for value in shown], values).any()  # each is of one row


def test_mean_and_deviation_do_not_tell_of_one_row() -> None:
    """Nine rows of any size, at either end, leave the same numbers."""
    rng = np.random.default_rng(0)
    plain = np.sort(rng.normal(50, 9, 1000)).round(3)
    written = []
    for low, high in ((plain[:9], plain[-9:]), ([-1e9] * 9, [1e9] * 9)):
        table = pa.table({"amount": np.concatenate([low, plain[9:-9], high])})
        written.append(protected_profile(TableProfile.of(table), 11)["columns"][0])
    for of_rows in written:
        del of_rows["distinct"]
    assert written[0] == written[1]
    assert abs(float(written[0]["mean"]) - 50) < 1


def test_a_quantile_that_enough_rows_hold_is_shown_as_it_is() -> None:
    ages = np.repeat(np.arange(20, 60), 15)
    (written,) = protected_profile(TableProfile.of(pa.table({"age": ages})), 11)["columns"]
    assert written["quantiles"]["50%"] == "39" and written["low"] == "20"


def test_a_mean_has_the_digits_that_whole_numbers_lack_and_a_date_is_a_date() -> None:
    table = pa.table(
        {
            "flag": pa.array([0, 1, 1] * 20),
            "price": pa.array([Decimal("1.10"), Decimal("1.20"), None] * 20, pa.decimal128(8, 2)),
            "day": pa.array([date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 4)] * 20),
            "unknown": np.where(np.arange(60) < 30, np.finfo(np.float64).max, 1.5),
        }
    )
    written = protected_profile(TableProfile.of(table), 20)
    means = {column["name"]: column["mean"] for column in written["columns"]}
    assert means["flag"] == "0.666667" and means["price"] == "1.15"
    assert means["day"] == "2024-01-02"
    deviations = [column.get("deviation") for column in written["columns"]]
    assert deviations == ["0.471405", "0.05", None, "inf"]
    assert written["columns"][3]["high"] == "1.79769e+308"  # and not its 309 digits


def test_of_too_few_rows_no_number_is_written() -> None:
    table = pa.table({"age": [30, 31, 32] * 13})
    (written,) = protected_profile(TableProfile.of(table), 20)["columns"]
    assert written == {"name": "age", "type": "bigint", "sensitive": False} | {
        "nulls": 0,
        "distinct": 3,
    }
    (enough,) = protected_profile(TableProfile.of(table), 19)["columns"]
    assert (enough["low"], enough["high"], enough["frequent"]) == ("31", "31", [])
