"""Names that refer to a key of another table, and names that only seem to."""

from __future__ import annotations

import pytest

from synth.audit.name_kinship import is_kin, words_of, words_of_table


def test_words_are_singular_and_in_lower_case() -> None:
    assert words_of("homeAirportCodes") == ("home", "airport", "code")
    assert words_of("DIM_CUSTOMERS.ID") == ("dim", "customer", "id")
    assert words_of("Länder_Adressen") == ("länder", "adressen")
    assert words_of("GRÖSSEN_ID") == ("grössen", "id")
    assert words_of("companies status") == ("company", "statu")
    assert words_of("___") == ()


def test_a_table_is_called_by_its_last_name() -> None:
    assert words_of_table("main.sales.Orders") == ("order",)
    assert words_of_table("/data/raw/air_ports.csv.gz") == ("air", "port")
    assert words_of_table("s3://lake/customers/") == ("customer",)


@pytest.mark.parametrize(
    ("column", "table", "key", "kin"),
    [
        ("customer_id", "shop.customers", "id", True),
        ("CustomerID", "Customers", "CustomerID", True),
        ("billing_customer_no", "customers", "customer_no", True),
        ("home_airport", "airports", "iata", True),
        ("carrier", "airlines", "carrier", True),
        ("customer", "customers.csv", "key", True),
        ("id", "customers", "id", False),
        ("rating", "customers", "id", False),
        ("customer_age", "customers", "id", False),
        ("number_of_customers", "customers", "id", False),
        ("customer_city", "customers", "id", False),
        ("___", "customers", "id", False),
    ],
)
def test_kinship(column: str, table: str, key: str, kin: bool) -> None:
    assert is_kin(column, table, key) is kin
