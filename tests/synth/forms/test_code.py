"""Codes as a form: what is read is written back, in the seed's shape, and keys are unique."""

import json
import logging
import re
from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.code import FAMILY, CodeForm, parse, recognise
from synth.forms.segments import Number
from synth.table.errors import InputError
from synth.table.schema import Column
from tests.synth.forms.codes import codes, is_ean, is_iban, is_luhn, signs

ROWS = 1500
RNG = np.random.default_rng(0)
KINDS = tuple(codes(1))


@cache
def seed() -> dict[str, tuple[list[str], str]]:
    return codes(ROWS)


def form_of(values: list[str | None], *, key: bool = False, sensitive: bool = False) -> CodeForm:
    column = Column("c", "string", key=key, sensitive=sensitive)
    found = recognise(column, pa.array(values, pa.string()), 10)
    assert found is not None
    form = found.form
    assert isinstance(form, CodeForm)
    again = CodeForm.from_json(column, json.loads(json.dumps(form.to_json())))
    assert again == form
    return again


def written(form: CodeForm, values: list[str | None], first_row: int = 0, rng: int = 0) -> pa.Array:
    parts, _ = form.read(pa.array(values, pa.string()))
    parts = {**parts, "another column": pa.nulls(len(values))}
    return form.write(parts, np.random.default_rng(rng), first_row)


@pytest.mark.parametrize("kind", KINDS)
def test_codes_are_written_in_the_shape_of_the_seed_with_what_was_read_of_them(kind: str) -> None:
    values, expression = seed()[kind]
    form = form_of(values)
    parts, read = form.read(pa.array(values))
    assert read.mean() > 0.99
    new = written(form, values)
    assert not [code for code in new.to_pylist() if not re.fullmatch(expression, code)]
    again, read_again = form.read(new)
    assert read_again.all()
    for part in form.parts:
        assert part.arrow_type == parts[part.name].type
        known = np.asarray(parts[part.name].is_valid())
        assert again[part.name].filter(pa.array(known)) == parts[part.name].filter(pa.array(known))


@pytest.mark.parametrize("kind", KINDS)
def test_keys_of_several_blocks_differ_and_keep_the_shape(kind: str) -> None:
    values, expression = seed()[kind]
    form = form_of(values, key=True)
    blocks = [written(form, values, first).to_pylist() for first in (0, ROWS, 16384)]
    keys = [key for block in blocks for key in block]
    assert len(set(keys)) == len(keys)
    within = [
        k
        for b, first in zip(blocks, (0, ROWS, 16384), strict=True)
        for k in b
        if first + ROWS <= form.grammar.room
    ]
    assert not [key for key in within if not re.fullmatch(expression, key)]


@pytest.mark.parametrize(
    ("kind", "is_right"),
    [("iban", is_iban), ("card", is_luhn), ("grouped card", is_luhn), ("ean", is_ean)],
)
@pytest.mark.parametrize("key", [False, True])
def test_check_digits_are_right(kind: str, is_right: object, key: bool) -> None:
    values = seed()[kind][0]
    assert all(map(is_right, values))
    assert all(map(is_right, written(form_of(values, key=key), values).to_pylist()))


def test_random_codes_are_not_those_of_the_seed() -> None:
    for kind in ("uuid", "md5", "mac", "iban", "base64"):
        values = seed()[kind][0]
        for key in (False, True):
            assert not set(written(form_of(values, key=key), values).to_pylist()) & set(values)


def test_keys_in_sequence_count_on() -> None:
    values = [f"C{n:06d}" for n in range(1, 601)]
    form = form_of(values, key=True)
    assert form.parts == ()
    assert written(form, values).to_pylist()[:2] == ["C000001", "C000002"]
    assert written(form, values, 999_999).to_pylist()[:2] == ["C1000000", "C1000001"]
    offset = form_of([f"C{n}" for n in range(100_001, 100_601)], key=True)
    assert written(offset, values).to_pylist()[0] == "C100001"


def test_keys_with_zeros_in_front_have_room_for_more() -> None:
    values = [f"{n:08x}" for n in range(1, 501)]
    form = form_of(values, key=True)
    assert form.grammar.room == 16**8
    keys = written(form, values).to_pylist() + written(form, values, 10**6).to_pylist()
    assert len(set(keys)) == 1000
    assert all(re.fullmatch("[0-9a-f]{8}", key) for key in keys)


def test_scripts_of_many_characters_are_written() -> None:
    values = ["".join(map(chr, RNG.integers(0x4E00, 0x9FFF, 4))) for _ in range(500)]
    new = written(form_of(values), values).to_pylist()
    assert all(len(text) == 4 and "\u4e00" <= min(text) <= max(text) <= "\u9fff" for text in new)


def test_keys_beyond_their_shape_are_longer_and_this_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rng = np.random.default_rng(0)
    values = [f"{n:04x}" for n in rng.choice(65536, 2000, replace=False)]
    form = form_of(values, key=True)
    assert "room for 65,536 keys" in form.describe()
    with caplog.at_level(logging.WARNING):
        keys = [
            k
            for first in (0, 64_000, 65_000, 131_000, 10**9)
            for k in written(form, values, first).to_pylist()[:1000]
        ]
    assert len(set(keys)) == len(keys)
    assert max(map(len, keys)) > 4
    assert "room for 65,536 keys" in caplog.text


def test_a_year_in_a_key_is_learned_and_keys_differ_by_their_number() -> None:
    values = seed()["order"][0]
    form = form_of(values, key=True)
    assert [part.name for part in form.parts] == ["c", "c: prefix", "c: year"]
    new = written(form, values).to_pylist()
    assert [code[:8] for code in new] == [code[:8] for code in values]
    assert len({code[-6:] for code in new}) == ROWS


def test_days_tell_keys_apart_where_numbers_alone_do_not() -> None:
    rng = np.random.default_rng(1)
    days = np.datetime64("2024-01-01") + rng.integers(0, 366, 3000)
    values = [f"INV-{str(d).replace('-', '')}-{rng.integers(0, 1000):03d}" for d in days]
    keys = written(form_of(values, key=True), values).to_pylist()
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"INV-2024(0[1-9]|1[0-2])([0-2]\d|3[01])-\d{3}", key) for key in keys)


def test_a_day_inside_a_code_is_learned_as_a_date() -> None:
    rng = np.random.default_rng(1)
    days = np.datetime64("2023-01-01") + rng.integers(0, 700, 1000)
    for values in (
        [f"INV-{str(d).replace('-', '')}-{rng.integers(0, 10**4):04d}" for d in days],
        [f"log_{d}_{rng.integers(0, 10**4):04d}.txt" for d in days],
    ):
        form = form_of(values)
        part = next(part for part in form.parts if part.type == "date")
        parts, _ = form.read(pa.array(values))
        assert part.name == "c: day"
        assert parts["c: day"] == pa.array(days.astype("datetime64[D]"), pa.date32())
        assert [v[4:14] for v in written(form, values).to_pylist()] == (
            [
                v[4:12] + w[12:14]
                for v, w in zip(values, written(form, values).to_pylist(), strict=True)
            ]
        )


def test_nulls_stay_and_what_is_unique_stays_so() -> None:
    values: list[str | None] = list(seed()["order"][0])
    values[::7] = [None] * len(values[::7])
    form = form_of(values)
    new = written(form, values)
    assert new.is_null().to_pylist() == [value is None for value in values]
    assert form.unique
    there = new.drop_null().to_pylist()
    assert len(set(there)) == len(there)


def test_what_a_field_does_not_know_is_made_up_in_its_place() -> None:
    rng = np.random.default_rng(0)
    domains = ["gmail.com"] * 700 + [f"{signs(rng, 'abcdefghij', 6)}.net" for _ in range(300)]
    values = [f"user{rng.integers(10**6)}@{domain}" for domain in domains]
    form = form_of(values)
    parts, read = form.read(pa.array(values))
    assert read.all()
    assert parts["c: domain"].to_pylist() == ["gmail.com"] * 700 + [None] * 300
    new = [code.split("@")[1] for code in written(form, values).to_pylist()]
    assert new[:700] == ["gmail.com"] * 700
    assert all(re.fullmatch(r"[a-j]{6}\.net", domain) for domain in new[700:])
    stored = json.dumps(form.to_json())
    assert not [domain for domain in set(domains[700:]) if domain in stored]


def test_nothing_that_few_rows_share_is_stored() -> None:
    rng = np.random.default_rng(0)
    values = [f"K-{rng.integers(10**8):08d}" for _ in range(995)] + [
        f"secret{n}!" for n in range(5)
    ]
    form = form_of(values)
    assert "secret" not in json.dumps(form.to_json())
    found = recognise(form.column, pa.array(values), 10)
    assert found is not None
    assert found.notes[0].startswith("5 of 1,000 sampled values have no shape")
    assert all(re.fullmatch(r"K-\d{8}", code) for code in written(form, values).to_pylist())


def test_values_of_a_sensitive_column_are_not_shown() -> None:
    values = seed()["order"][0]
    assert "ORD" not in form_of(["ORD" + v[3:] for v in values], sensitive=True).describe()
    numbers = [f"user{n}@mail.org" for n in RNG.integers(5000, 90_000, 500)]
    assert form_of(numbers).describe() == "codes: user<number of 4 to 5 digits>@mail.org"
    assert form_of(["ORD" + v[3:] for v in values]).describe() == "codes: ORD-<year>-<6 digits>"


@pytest.mark.parametrize(
    "values",
    [
        ["a", "b", "c"] * 100,  # learned as they are
        [f"{i} " + " ".join(["word"] * (i % 40)) + "." for i in range(400)],  # free text
        ["x" * (i % 300) + "\n" + "." * (i % 401) for i in range(400)],
        [None] * 100,
        [f"C{n}" for n in range(10)],  # too few
        [
            "{" + ",".join(f'"{chr(97 + k)}{i}":{k}' for k in range(i % 50)) + "}"
            for i in range(400)
        ],
    ],
)
def test_texts_without_a_shape_are_left_alone(values: list[str | None]) -> None:
    assert recognise(Column("c", "string"), pa.array(values, pa.string()), 10) is None


def test_other_types_are_left_alone() -> None:
    assert recognise(Column("c", "int"), pa.array(range(100), pa.int32()), 10) is None
    assert recognise(Column("c", "int", key=True), pa.array(range(100), pa.int32()), 10) is None


def test_same_rows_give_the_same_bytes() -> None:
    values = seed()["email"][0]
    form = form_of(values)
    assert written(form, values, rng=4) == written(form, values, rng=4)
    assert written(form, values, rng=4) != written(form, values, rng=5)


def given(wanted: str, values: list[str], type_: str = "string") -> CodeForm | None:
    found = parse(Column("c", type_), wanted, pa.array(values, pa.string()), 10)
    if found is None:
        return None
    assert isinstance(found.form, CodeForm)
    return found.form


def test_a_user_names_a_kind_or_an_expression() -> None:
    values = seed()["order"][0]
    named = given("code", values)
    assert named is not None
    assert named.describe() == "codes: <prefix>-<year>-<6 digits>"
    own = given(r"(ORD|INV)-\d{4}-\d{6}", values)
    assert own is not None
    parts, read = own.read(pa.array(values))
    assert read.all()
    assert parts["c: prefix"].to_pylist() == [value[:3] for value in values]
    assert given("%d/%m/%Y", values) is None
    assert given("uuid", seed()["uuid"][0]) is not None


def test_check_digits_of_a_named_kind_are_written_whatever_the_seed_has() -> None:
    rng = np.random.default_rng(0)
    wrong = [f"DE{rng.integers(10**9):020d}" for _ in range(200)]
    form = given("iban", wrong)
    assert form is not None
    assert all(map(is_iban, written(form, wrong).to_pylist()))


@pytest.mark.parametrize(
    ("wanted", "type_", "says"),
    [
        ("uuid", "string", "100% of the values of column 'c' are not written as 'uuid'"),
        (r"X\d{3}", "string", "are not written as"),
        ("code", "int", "is of type int"),
        (r"\w+", "string", "is not understood"),
    ],
)
def test_what_does_not_fit_is_refused(wanted: str, type_: str, says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        given(wanted, seed()["order"][0], type_)


def test_the_family_says_what_may_be_named() -> None:
    assert "iban" in FAMILY.wanted
    assert FAMILY.kinds == (CodeForm,)


@pytest.mark.parametrize("shape", ["CUST-{}", "C{:05d}"])
def test_texts_that_number_the_rows_stay_unique_without_being_keys(shape: str) -> None:
    values: list[str | None] = [shape.format(n) for n in range(1, 601)]
    form = form_of(values)
    assert form.unique
    made = written(form, values).to_pylist() + written(form, values, 600).to_pylist()
    assert len(set(made)) == 1200
    some = form_of([shape.format(n) for n in np.random.default_rng(1).permutation(9000)[:600]])
    assert not any(segment.start for segment in some.grammar.patterns[0].segments
                   if isinstance(segment, Number))  # fmt: skip


def test_few_letters_between_separators_are_a_part() -> None:
    rng = np.random.default_rng(2)
    sizes = rng.choice(["S", "M", "L"], 900).tolist()
    values: list[str | None] = [f"SHIRT-{size}-{rng.integers(1000):03d}" for size in sizes]
    parts, _ = form_of(values).read(pa.array(values))
    assert sizes in [part.to_pylist() for part in parts.values()]
