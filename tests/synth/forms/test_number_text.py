"""Numbers in text: recognised, read as numbers, written back."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.number_style import NumberStyle
from synth.forms.number_text import NumberText, parse, recognise
from synth.table.errors import InputError
from tests.synth.forms.texts import assert_kept, column, recognised, texts

RNG = np.random.default_rng(11)
ROWS = 300
AMOUNTS = np.round(RNG.lognormal(6, 2, ROWS), 2)
SIGNED = np.round(RNG.normal(0, 3_000, ROWS), 2)
COUNTS = RNG.lognormal(6, 2, ROWS).astype(int)


def german(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


WRITTEN: dict[str, tuple[list[str], str]] = {
    "euro": ([german(f"{v:,.2f}") + " €" for v in SIGNED], "decimal(18,2)"),
    "dollar": ([f"-${-v:,.2f}" if v < 0 else f"${v:,.2f}" for v in SIGNED], "decimal(18,2)"),
    "parentheses": ([f"({-v:,.2f})" if v < 0 else f"{v:,.2f}" for v in SIGNED], "decimal(18,2)"),
    "trailing": ([f"{abs(v):.2f}{'-' if v < 0 else ''}" for v in SIGNED], "decimal(18,2)"),
    "swiss": ([f"CHF {v:,.2f}".replace(",", "’") for v in AMOUNTS], "decimal(18,2)"),
    "french": (
        [german(f"{v:,.2f}").replace(".", "\u202f") + "\u00a0€" for v in AMOUNTS],
        "decimal(18,2)",
    ),
    "percent": ([f"{v:.1f}%" for v in RNG.uniform(0, 100, ROWS)], "decimal(18,1)"),
    "unit": ([f"{v:.1f} kg" for v in AMOUNTS], "decimal(18,1)"),
    "degrees": ([f"{v / 100:.1f}°C" for v in SIGNED], "decimal(18,1)"),
    "comma": ([f"{v:.2f}".replace(".", ",") for v in AMOUNTS], "decimal(18,2)"),
    "plus": ([f"{v:+.1f}" for v in SIGNED], "decimal(18,1)"),
    "whole": ([str(v) for v in COUNTS], "bigint"),
    "thousands": ([f"{v:,}" for v in COUNTS * 9], "bigint"),
    "whole euros": ([f"€ {v},-" for v in COUNTS], "bigint"),
    "brackets inside": (
        [f"$({-v:,.2f})" if v < 0 else f"${v:,.2f}" for v in SIGNED],
        "decimal(18,2)",
    ),
    "plus of zero": ([f"{v:+d}" for v in RNG.integers(-9, 99, ROWS)], "bigint"),
    "right-aligned": ([f"{v:>12,.2f}" for v in SIGNED], "decimal(18,2)"),
    "right-aligned whole": ([f"{v:>9d}" for v in COUNTS], "bigint"),
    "filled with zeros": ([f"{v:010.2f}" for v in SIGNED], "decimal(18,2)"),
    "quoted": ([f'"{v:.2f}"' for v in AMOUNTS], "decimal(18,2)"),
    "float": ([repr(v) for v in RNG.normal(size=ROWS).tolist()], "double"),
    "power of ten": ([f"{v:.3e}" for v in AMOUNTS], "double"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_styles_are_recognised_and_written_back(name: str) -> None:
    values, type_name = WRITTEN[name]
    form = recognised(recognise, [*values, None])
    assert isinstance(form, NumberText) and form.type == type_name
    assert [part.name for part in form.parts] == ["c"]
    assert assert_kept(form, texts([*values, None])).tolist() == [True] * ROWS + [False]


def test_what_is_read_is_the_amount() -> None:
    form = recognised(recognise, WRITTEN["euro"][0])
    assert form is not None
    read = form.read(texts(["-1.234,50 €", "0,05 €"]))[0]["c"]
    assert read.to_pylist() == [Decimal("-1234.50"), Decimal("0.05")]
    drawn = pa.array([Decimal("1000000.00"), None, Decimal("-0.01")], pa.decimal128(18, 2))
    assert form.write({"c": drawn}, RNG, 0).to_pylist() == ["1.000.000,00 €", None, "-0,01 €"]
    assert form.describe() == "numbers written as #.##0,00 €"


def test_several_styles_in_one_column() -> None:
    values = [f"{v:.2f}" if i % 2 else german(f"{v:.2f}") for i, v in enumerate(AMOUNTS)]
    found = recognise(column(), texts(values), 10)
    assert found is not None and assert_kept(found.form, texts(values)).all()
    assert [part.name for part in found.form.parts] == ["c", "c: format"]
    read = found.form.read(texts(["1.50", "1,50"]))[0]
    assert read["c"].to_pylist() == [Decimal("1.50")] * 2
    assert set(read["c: format"].to_pylist()) == {"0.00", "0,00"}
    assert "or" in found.form.describe()


def test_a_unit_may_have_decimals_and_signs_of_its_own() -> None:
    mass = [f"{v / 100:.1f} kg" if v > 99 else f"{v:.0f} g" for v in AMOUNTS]
    money = [f"$ {v:,.2f}" if i % 2 else german(f"€ {v:,.2f}") for i, v in enumerate(AMOUNTS * 100)]
    for values in (mass, money):
        form = recognised(recognise, values)
        assert form is not None and [p.name for p in form.parts] == ["c", "c: unit"]
        assert assert_kept(form, texts(values)).all()
    form = recognised(recognise, mass)
    assert form is not None
    drawn = {
        "c": pa.array([Decimal("2.5"), Decimal("2.5")], pa.decimal128(18, 1)),
        "c: unit": pa.array(["kg", "g"]),
    }
    assert form.write(drawn, RNG, 0).to_pylist() == ["2.5 kg", "3 g"]


def test_a_currency_of_each_row_is_a_part() -> None:
    values = [f"{('€', '$', '£')[i % 3]}{v:.2f}" for i, v in enumerate(AMOUNTS)]
    form = recognised(recognise, values)
    assert isinstance(form, NumberText) and [p.name for p in form.parts] == ["c", "c: unit"]
    assert assert_kept(form, texts(values)).all()
    parts = form.read(texts(values[:3]))[0]
    assert parts["c: unit"].to_pylist() == ["€", "$", "£"]
    unknown = {**parts, "c: unit": pa.array(["¥", None, "£"], pa.string())}
    assert isinstance(form.styles[0], NumberStyle)
    first = form.styles[0].affixes[0][0]
    assert [text[0] for text in form.write(unknown, RNG, 0).to_pylist()] == [first, first, "£"]


@pytest.mark.parametrize(
    "values",
    [
        [f"{v:05d}" for v in RNG.integers(0, 99_999, ROWS)],
        [str(v) for v in RNG.integers(10_000, 99_999, ROWS)],
        [str(v) for v in range(1, ROWS + 1)],
        [str(v) for v in RNG.integers(1, 10**7, ROWS)],
        [str(v) for v in RNG.integers(10**9, 10**11, ROWS)],
        [str(v) for v in RNG.integers(1990, 2024, ROWS)],
        [f"{v} %" for v in RNG.choice([5, 10, 15], ROWS)],
        [f"+49 {a} {b}" for a, b in RNG.integers(100, 9_999_999, (ROWS, 2))],
        [f"{v:05d}A" for v in RNG.integers(0, 9_999, ROWS)],
        [f"A{v}" for v in RNG.integers(1, 500, ROWS)],
        [f"Product {v}" for v in COUNTS],
        [f"{a}-{a}" for a in COUNTS],
        [f"{a}x{a}" for a in COUNTS],
        [".".join(map(str, row)) for row in RNG.integers(0, 256, (ROWS, 4))],
        [f"{a}.{b}.{c}" for a, b, c in RNG.integers(0, 30, (ROWS, 3))],
        [f"{v:x}" for v in RNG.integers(0, 2**60, ROWS)],
        [" ".join(f"{v:04d}" for v in row) for row in RNG.integers(0, 9_999, (ROWS, 4))],
        ["some words"] * ROWS,
    ],
)  # fmt: skip
def test_codes_and_other_texts_are_left_alone(values: list[str]) -> None:
    assert recognised(recognise, values) is None


def test_keys_and_other_types_are_left_alone() -> None:
    assert recognise(column(key=True), texts(WRITTEN["euro"][0]), 10) is None
    assert recognise(column("double"), pa.array(AMOUNTS), 10) is None


def test_what_is_no_number_is_not_read_and_said() -> None:
    values = [f"{v:.2f}" if i % 10 else "n/a" for i, v in enumerate(AMOUNTS)]
    found = recognise(column(), texts(values), 10)
    assert found is not None and assert_kept(found.form, texts(values)).mean() == 0.9
    assert any("10.00%" in note for note in found.notes)


def test_two_readings_are_said_and_corrected() -> None:
    values = texts([f"{v:,}" for v in RNG.integers(1_000, 99_999, ROWS)])
    found = recognise(column(), values, 10)
    assert found is not None and "two ways" in found.notes[0]
    assert found.form.parts[0].type == "bigint"
    corrected = parse(column(), "1.234,56", values, 10)
    assert corrected is not None and corrected.form.parts[0].type == "decimal(18,3)"


def test_a_user_asks_for_numbers() -> None:
    widths = texts([str(v) for v in RNG.integers(10_000, 99_999, ROWS)])
    found = parse(column(), "number", widths, 10)
    assert found is not None and assert_kept(found.form, widths).all()
    assert parse(column(), "ORD-2024-0001", widths, 10) is None
    assert parse(column("bigint"), "number", pa.array([1]), 10) is None
    with pytest.raises(InputError, match=r"column 'c' .*300 of 300"):
        parse(column(), "number", texts(["x"] * ROWS), 10)
