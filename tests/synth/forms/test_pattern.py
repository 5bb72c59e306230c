"""One shape of texts."""

import json
import re

import numpy as np
import pyarrow as pa

from synth.forms.check_digits import Check
from synth.forms.pattern import Field, Pattern, shortest
from synth.forms.segments import Literal, Number, Places
from tests.synth.forms.codes import is_luhn

DIGITS = "0123456789"
YEAR = Field("year", ("2023", "2024"), (30, 70))
ORDER = Pattern(
    "A-9", (Literal("ORD-"), YEAR, Places((DIGITS,) * 3)), r"\AORD-(?P<f0>[0-9]{4})[0-9]{3}\z", 100
)


def test_fields_are_read_and_written() -> None:
    fits, (years,) = ORDER.read(pa.array(["ORD-2024123", "ORD-1999123", "XYZ", "ORD-20241234"]))
    assert fits.tolist() == [True, True, False, False]
    assert years.to_pylist() == ["2024", None]
    rng = np.random.default_rng(0)
    texts = ORDER.write({"year": pa.array(["2023", None, "2024"])}, 3, rng).to_pylist()
    assert texts[0].startswith("ORD-2023")
    assert texts[1][4:8] in YEAR.values
    assert all(re.fullmatch(r"ORD-\d{7}", text) for text in texts)


def test_rows_are_told_apart_and_a_lead_makes_room() -> None:
    rng = np.random.default_rng(0)
    given = {"year": pa.array(["2024"] * 1000)}
    assert ORDER.capacity == 1000
    assert len(set(ORDER.write(given, 1000, rng, np.arange(1000)).to_pylist())) == 1000
    lead = ORDER.write(given, 1000, rng, np.arange(1000), pa.array(["17"] * 1000)).to_pylist()
    assert all(re.fullmatch(r"ORD-202417\d{3}", text) for text in lead)
    assert ORDER.longest == 11
    assert shortest(ORDER.segments) == 8


def test_a_day_is_a_field_of_its_own_type() -> None:
    day = Field("day", (), (), Number(0, ((19700, 19800, 50),), layout="%y%m%d"), "%y%m%d")
    pattern = Pattern("9", (day,), r"\A(?P<f0>[0-9]{6})\z", 50)
    _, (days,) = pattern.read(pa.array(["240131", "240132"]))
    assert days.type == pa.date32()
    assert days.to_pylist()[1] is None
    rng = np.random.default_rng(0)
    texts = pattern.write({"day": days}, 2, rng).to_pylist()
    assert texts[0] == "240131"
    assert re.fullmatch(r"2[34]\d{4}", texts[1])
    assert day.draw(5, rng).type == pa.date32()


def test_check_digits_are_put_in_their_places() -> None:
    segments = (
        Places((DIGITS,) * 4),
        Literal(" "),
        Places((DIGITS,) * 3),
        Places(("0",), check=True),
    )
    pattern = Pattern(
        "9 9", segments, r"\A[0-9]{4} [0-9]{4}\z", 9, Check("Luhn"), (0, 1, 2, 3, 5, 6, 7, 8)
    )
    texts = pattern.write({}, 200, np.random.default_rng(0)).to_pylist()
    assert all(map(is_luhn, texts))
    assert pattern.describe() == "<4 digits> <3 digits><check> with Luhn check digits"
    assert Pattern.from_json(json.loads(json.dumps(pattern.to_json()))) == pattern


def test_words_for_the_report() -> None:
    assert ORDER.describe() == "ORD-<year><3 digits>"
    assert ORDER.describe(hidden=True) == "…-<year><3 digits>".replace("…", "…" * 3)
    assert Pattern("", (), r"\A\z", 9).describe() == "empty text"
    assert Pattern.from_json(json.loads(json.dumps(ORDER.to_json()))) == ORDER
