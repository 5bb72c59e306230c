"""Dates and times in text: recognised, read as dates and times, written back."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.moment_names import names
from synth.forms.moment_text import MomentText, parse, recognise
from synth.table.errors import InputError
from tests.synth.forms.texts import assert_kept, column, moments, recognised, texts

TIMES = moments(300)
RNG = np.random.default_rng(5)
SPANISH = names("B", "es", "lower")


def berlin(time: datetime) -> str:
    return time.replace(tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin")).isoformat()


def by(pattern: str) -> Callable[[datetime], str]:
    return lambda time: time.strftime(pattern)


def named(directive: str, language: str, case: str) -> Callable[[datetime], str]:
    months = names(directive, language, case)
    return lambda time: f"{time.day} {months[time.month - 1]} {time.year}"


WRITTEN: dict[str, tuple[Callable[[datetime], str], str]] = {
    **{
        pattern: (by(pattern), "date")
        for pattern in (
            "%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d.%m.%y",
            "%Y%m%d", "%d%m%Y", "%d %b %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%A, %d %B %Y",
            "%Y-%m", "%b-%y", "%d %b", "%b %Y", "%m/%Y", "%m/%y", "%G-W%V", "%G-W%V-%u", "%Y-%j",
            "%d. %m. %Y", "due %Y-%m-%d",
        )
    },
    **{
        pattern: (by(pattern), "timestamp_ntz")
        for pattern in (
            "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %I:%M %p", "%Y%m%d%H%M%S",
            "%a %b %d %H:%M:%S %Y", "%Y:%m:%d %H:%M:%S", "%d.%m.%Y, %H.%M", "%Y-%m-%d %H:%M:%S CET",
            "%H:%M %d/%m/%Y", "%b %d %H:%M:%S",
        )
    },
    **{
        pattern: (by(pattern), "timestamp")
        for pattern in (
            "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%d %H:%M:%S+02:00",
            "%a, %d %b %Y %H:%M:%S +0000", "%a, %d %b %Y %H:%M:%S GMT", "%Y%m%dT%H%M%SZ",
            "%a %b %d %Y %H:%M:%S GMT+0100 (CET)", "%Y-%m-%d %H:%M:%S UTC",
            "%d/%b/%Y:%H:%M:%S -0730",
        )
    },
    **{
        pattern: (by(pattern), "bigint")
        for pattern in ("%H:%M", "%H:%M:%S", "%I:%M %p", "%H:%M:%S.%f", "%Hh%M", "%H:%M Uhr")
    },
    "unpadded": (lambda t: f"{t.month}/{t.day}/{t.year} {t.hour}:{t:%M}", "timestamp_ntz"),
    "blank": (lambda t: f"{t:%b} {t.day:2d} {t.year}", "date"),
    "lower": (lambda t: f"{t.hour % 12 or 12}:{t:%M}{t:%p}".lower(), "bigint"),
    "dots": (lambda t: f"{t.hour % 12 or 12}:{t:%M} {'ap'[t.hour // 12]}.m.", "bigint"),
    "quarter": (lambda t: f"{t.year}-Q{(t.month + 2) // 3}", "date"),
    "german": (lambda t: f"{t.day}. {names('B', 'de', 'title')[t.month - 1]} {t.year}", "date"),
    "spanish": (lambda t: f"{t.day} de {SPANISH[t.month - 1]} de {t.year}", "date"),
    "upper": (lambda t: f"{t:%d-%b-%Y}".upper(), "date"),
    "ordinal": (
        lambda t: f"{t:%B} {t.day}"
        + ("th" if 11 <= t.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(t.day % 10, "th"))
        + f", {t.year}",
        "date",
    ),
    "trimmed": (lambda t: f"{t:%Y-%m-%d %H:%M:%S}.{t.second % 10}", "timestamp_ntz"),
    **{
        f"short {language} {case}": (named("b", language, case), "date")
        for language, case in (
            ("fr.", "lower"), ("de.", "title"), ("en-4.", "title"), ("en-4", "title"),
            ("en-ap", "title"), ("es.", "lower"), ("fr-3", "upper"),
        )
    },
    **{
        f"long {language}": (named("B", language, "lower"), "date")
        for language in ("pl", "sv", "da", "cs", "ru", "fi", "tr", "uk", "ro")
    },
    "french": (
        lambda t: f"{names('a', 'fr.', 'lower')[t.weekday()]} {t.day} "
        f"{names('b', 'fr.', 'lower')[t.month - 1]} {t.year}",
        "date",
    ),
    "oracle": (lambda t: f"{t:%d-%b-%y %I.%M.%S.%f %p}".upper(), "timestamp_ntz"),
    "javascript": (
        lambda t: f"{t:%a %b %d %Y %H:%M:%S} GMT+0100 (Central European Standard Time)",
        "timestamp",
    ),
    "seconds since 1970": (lambda t: f"{t.replace(tzinfo=UTC).timestamp():.0f}", "timestamp"),
    ".net": (lambda t: f"/Date({t.replace(tzinfo=UTC).timestamp():.0f}123)/", "timestamp"),
    "japanese": (lambda t: f"{t.year}年{t:%m}月{t:%d}日 {t:%H}時{t:%M}分", "timestamp_ntz"),
    "chinese": (
        lambda t: f"{t:%Y/%m/%d} {'上下'[t.hour // 12]}午{t.hour % 12 or 12}:{t:%M}",
        "timestamp_ntz",
    ),
    "python": (lambda t: str(t.replace(microsecond=t.second % 3 * 1_000)), "timestamp_ntz"),
    "week": (lambda t: f"{t:%G%V}", "date"),
    "military": (lambda t: f"{t:%H%M}", "bigint"),
    "to 24:00": (lambda t: "24:00" if t.hour == 0 else f"{t:%H:%M}", "bigint"),
    "of a race": (lambda t: f"{t.minute}:{t:%S}.{t.hour:02d}", "bigint"),
    "no end": (lambda t: f"{t:%Y%m%d}" if t.minute % 5 else "99991231", "date"),
    "berlin": (berlin, "timestamp"),
    "java": (lambda t: berlin(t) + "[Europe/Berlin]", "timestamp"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_formats_are_recognised_and_written_back(name: str) -> None:
    write, type_name = WRITTEN[name]
    form = recognised(recognise, [*map(write, TIMES), None])
    assert isinstance(form, MomentText) and form.type == type_name
    assert form.parts[0].name == "c"
    read = assert_kept(form, texts([*map(write, TIMES), None]))
    assert read[:-1].all() and not read[-1]


def test_what_is_read_is_the_date() -> None:
    form = recognised(recognise, [f"{t:%d.%m.%Y %H:%M}" for t in TIMES])
    assert form is not None
    value = form.read(texts(["29.02.2024 23:59"]))[0]["c"][0].as_py()
    assert value == datetime(2024, 2, 29, 23, 59)
    instants = recognised(recognise, [f"{t:%Y-%m-%dT%H:%M:%S}-0330" for t in TIMES])
    assert instants is not None
    found = instants.read(texts(["2024-01-01T00:00:00-0330"]))[0]["c"][0].as_py()
    assert found.isoformat() == "2024-01-01T03:30:00+00:00"
    clock = recognised(recognise, [f"{t:%I:%M %p}" for t in TIMES])
    assert clock is not None and clock.read(texts(["12:05 AM", "12:05 PM"]))[0][
        "c"
    ].to_pylist() == [5, 725]


@pytest.mark.parametrize(
    "values",
    [
        [f"{a:02d}-{b:02d}-{c:02d}" for a, b, c in RNG.integers(0, 100, (300, 3))],
        [f"{a}.{b}.{c}" for a, b, c in RNG.integers(0, 30, (300, 3))],
        [f"{a}.{b}.{c}" for a, b, c in RNG.integers(0, 12, (300, 3))],
        [".".join(map(str, row)) for row in RNG.integers(0, 256, (300, 4))],
        [f"{a}/{b}" for a, b in RNG.integers(1, 9, (300, 2))],
        [f"{a}:{b}" for a, b in RNG.integers(0, 6, (300, 2))],
        [f"{a}x{b}" for a, b in RNG.integers(1, 99, (300, 2))],
        [str(t.year) for t in TIMES],
        [f"978-3-{a:05d}-{b:03d}-{a % 10}" for a, b in RNG.integers(0, 1000, (300, 2))],
        [f"{a:06d}" for a in RNG.integers(0, 10**6, 300)],
        [f"{a:08d}" for a in RNG.integers(0, 10**8, 300)],
        [f"{a:03d}-{b:02d}-{c:04d}" for a, b, c in RNG.integers(0, 1000, (300, 3))],
        [f"{a:02d}:00-{b:02d}:00" for a, b in RNG.integers(0, 24, (300, 2))],
        ["May the 4th be with you"] * 300,
        [f"{a:.2f}" for a in RNG.normal(2000, 20, 300)],
    ],
)  # fmt: skip
def test_other_texts_are_left_alone(values: list[str]) -> None:
    assert recognised(recognise, values) is None


def test_keys_and_other_types_are_left_alone() -> None:
    dates = texts([f"{t:%Y-%m-%d}" for t in TIMES])
    assert recognise(column(key=True), dates, 10) is None
    assert recognise(column("bigint"), pa.array(range(300)), 10) is None


def test_what_is_no_date_is_not_read_and_said() -> None:
    junk = ["unknown", "0000-00-00", "n/a", "31.02.2024", ""]
    values = [f"{t:%d.%m.%Y}" if i % 10 else junk[i // 10 % 5] for i, t in enumerate(TIMES)]
    found = recognise(column(), texts(values), 10)
    assert found is not None
    assert assert_kept(found.form, texts(values)).mean() == 0.9
    assert any("10.00%" in note for note in found.notes)
    assert not any(word in note for note in found.notes for word in junk[:4])
    mostly = [value if i % 3 else f"unknown {i}" for i, value in enumerate(values)]
    assert recognise(column(), texts(mostly), 10) is None


def test_frequent_marks_for_what_is_missing_say_nothing_against_dates() -> None:
    values = [f"{t:%d.%m.%Y}" if i % 3 else ("", "n/a")[i % 2] for i, t in enumerate(TIMES)]
    form = recognised(recognise, values)
    assert form is not None and assert_kept(form, texts(values)).sum() == 200
    assert recognised(recognise, values, min_entities=80) is None  # too few rows share the marks


def test_two_formats_become_a_part() -> None:
    values = [f"{t:%Y-%m-%d %H:%M}" if i % 4 else f"{t:%d/%m/%Y}" for i, t in enumerate(TIMES)]
    form = recognised(recognise, values)
    assert form is not None and [p.name for p in form.parts] == ["c", "c: format"]
    assert assert_kept(form, texts(values)).all()
    parts = form.read(texts(values[:2]))[0]
    assert parts["c: format"].to_pylist() == ["DD/MM/YYYY", "YYYY-MM-DD hh:mm"]
    unknown = {**parts, "c: format": pa.array(["?", None], pa.string())}
    assert all(" " in text for text in form.write(unknown, RNG, 0).to_pylist())


def test_offsets_and_zones_of_rows_are_parts() -> None:
    offsets = [f"{t:%Y-%m-%dT%H:%M:%S}{('+02:00', '-05:00')[i % 2]}" for i, t in enumerate(TIMES)]
    form = recognised(recognise, offsets)
    assert form is not None and [p.name for p in form.parts] == ["c", "c: offset in minutes"]
    assert form.read(texts(offsets[:2]))[0]["c: offset in minutes"].to_pylist() == [120, -300]
    zones = [f"{t:%d.%m.%Y %H:%M} {('CET', 'EST', 'JST')[i % 2]}" for i, t in enumerate(TIMES)]
    form = recognised(recognise, zones)
    assert form is not None and [p.name for p in form.parts] == ["c", "c: zone"]
    assert assert_kept(form, texts([*zones, "05.01.2024 10:00 JST"]))[:-1].all()


def test_offsets_of_a_zone_need_no_part() -> None:
    found = recognise(column(), texts(map(berlin, TIMES)), 10)
    assert found is not None and len(found.form.parts) == 1
    assert any("Europe/Berlin" in note for note in found.notes)
    assert not found.form.read(texts(["2024-07-01T12:00:00+01:00"]))[1].any()
    later = pa.array([datetime(2030, 7, 1, 12)], pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    assert found.form.write({"c": later}, RNG, 0).to_pylist() == ["2030-07-01T14:00:00+02:00"]


def test_digits_below_a_microsecond_are_kept() -> None:
    values = [f"{t:%Y-%m-%dT%H:%M:%S}.{RNG.integers(10**9):09d}Z" for t in TIMES]
    found = recognise(column(), texts(values), 10)
    assert found is not None and [p.name for p in found.form.parts] == ["c", "c: nanoseconds"]
    assert assert_kept(found.form, texts(values)).all() and any(
        "microsecond" in n for n in found.notes
    )
    zeros = [f"{t:%Y-%m-%dT%H:%M:%S}.{i:06d}000Z" for i, t in enumerate(TIMES)]
    form = recognised(recognise, zeros)
    assert form is not None and len(form.parts) == 1 and assert_kept(form, texts(zeros)).all()


def test_hours_of_durations() -> None:
    values = [f"{m // 60:02d}:{m % 60:02d}" for m in RNG.integers(0, 9_000, 300)]
    form = recognised(recognise, values)
    assert form is not None and assert_kept(form, texts(values)).all()
    assert form.describe() == "durations written as hh:mm"
    assert form.read(texts(["80:07"]))[0]["c"].to_pylist() == [4807]


def test_drawn_values_are_always_written_as_dates() -> None:
    form = recognised(recognise, [f"{t:%d.%m.%Y}" for t in TIMES])
    assert form is not None
    days = pa.array([0, -25_567, None, 2_932_896], pa.int32()).cast(pa.date32())
    assert form.write({"c": days}, RNG, 0).to_pylist() == [
        "01.01.1970",
        "01.01.1900",
        None,
        "31.12.9999",
    ]
    clock = recognised(recognise, [f"{t:%H:%M}" for t in TIMES])
    assert clock is not None
    drawn = clock.write({"c": pa.array([-5, 1439, 2000, None])}, RNG, 0)
    assert drawn.to_pylist() == ["00:00", "23:59", "23:59", None]


def test_a_user_names_the_format() -> None:
    both = texts([f"{1 + t.day % 12:02d}/{1 + t.month % 12:02d}/{t.year}" for t in TIMES])
    for wanted in ("%d/%m/%Y", "%m/%d/%Y"):
        found = parse(column(), wanted, both, 10)
        assert found is not None and isinstance(found.form, MomentText)
        assert found.form.formats[0].pattern == wanted
    bare_days = texts([f"{t.day}/{t.month}/{t.year}" for t in TIMES])
    found = parse(column(), "%d/%m/%Y", bare_days, 10)
    assert found is not None and assert_kept(found.form, bare_days).all()
    half = texts([f"{t:%Y-%m-%d}" if i % 3 else f"?{i}" for i, t in enumerate(TIMES)])
    assert recognise(column(), half, 10) is None
    assert parse(column(), "date", half, 10) is not None
    assert parse(column(), "number", half, 10) is None
    assert parse(column("bigint"), "%Y%m%d", pa.array([1]), 10) is None


def test_a_format_that_is_not_found_but_fits_is_taken() -> None:
    lengths = texts([f"{m:02d}:{s:02d}" for m, s in RNG.integers(0, 60, (300, 2))])
    found = parse(column(), "%M:%S", lengths, 10)
    assert found is not None and assert_kept(found.form, lengths).all()
    assert found.form.read(texts(["03:20"]))[0]["c"].to_pylist() == [200]
    days = texts([f"{t:%d/%m}" for t in TIMES])
    found = parse(column(), "%d/%m", days, 10)
    assert found is not None and assert_kept(found.form, days).all()
    with pytest.raises(InputError, match="'%B' says neither"):
        parse(column(), "%B", texts([f"{t:%B}" for t in TIMES]), 10)


@pytest.mark.parametrize("wanted", ["%d.%m.%Y", "%Y-%m-%d %H:%M", "time", "%Y %Q"])
def test_a_format_that_does_not_fit_is_refused(wanted: str) -> None:
    values = texts(["x"] * 300 if wanted == "time" else [f"{t:%Y-%m-%d}" for t in TIMES])
    with pytest.raises(InputError, match="column 'c'") as refused:
        parse(column(), wanted, values, 10)
    assert "%Q" in str(refused.value) or "300 of 300" in str(refused.value)
