"""Formats of dates and times: what is written is read back, against Python's own strftime."""

import datetime as dt

import numpy as np
import pytest

from synth.forms.moment_format import CHUNK, MomentFormat, Moments
from synth.table.errors import InputError
from tests.synth.forms.texts import texts

RNG = np.random.default_rng(2)
EDGES = [
    dt.datetime(2000, 2, 29), dt.datetime(1900, 1, 1, 12), dt.datetime(2100, 12, 31, 23, 59, 59),
    dt.datetime(2024, 2, 29, 0, 0, 1), dt.datetime(1999, 12, 31, 12, 30), dt.datetime(2024, 5, 5),
    dt.datetime(1970, 1, 1, 11, 59, 59, 999_999), dt.datetime(2069, 10, 9, 1, 2, 3, 40),
]  # fmt: skip
TIMES = EDGES + [
    dt.datetime(1900, 1, 1) + dt.timedelta(seconds=int(s), microseconds=int(u))
    for s, u in zip(
        RNG.integers(0, 201 * 365 * 86_400, 500), RNG.integers(0, 10**6, 500), strict=True
    )
]
PYTHONS_OWN = [
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M", "%d-%b-%Y", "%B %d, %Y",
    "%a, %d %b %Y %H:%M:%S", "%A, %d %B %Y", "%Y%m%dT%H%M%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%j",
    "%G-W%V-%u", "%Y-%m", "%b %Y", "%H:%M:%S", "%I:%M %p", "100 %% %Y%m%d",
]  # fmt: skip
OURS = [
    "%-d.%-m.%Y", "%_d %b %Y", "%-H:%M", "%-I:%M%p", "%Y-%m-%d %H:%M:%S.%-f", "%H:%M:%S,%3f",
    "%Y-Q%q", "%B %-d%o, %Y", "%-N:%M:%S", "%d %B %Y", "%Y-%m-%dT%H:%M:%S.%9f",
    "%H:%M:%S%?f", "%Y-%m-%d %H:%M:%S%!3f", "%K:%S.%2f",
]  # fmt: skip


def moments_of(times: list[dt.datetime], offset: int = 0) -> Moments:
    days = np.array([(t - dt.datetime(1970, 1, 1)).days for t in times])
    clock = np.array(
        [((t.hour * 60 + t.minute) * 60 + t.second) * 10**9 + t.microsecond * 1_000 for t in times]
    )
    zero = np.zeros(len(times), np.int64)
    return Moments(days, clock, zero + offset, zero, np.ones(len(times), bool))


@pytest.mark.parametrize("pattern", PYTHONS_OWN)
def test_python_writes_the_same(pattern: str) -> None:
    written = MomentFormat(pattern).write(moments_of(TIMES))
    assert written.to_pylist() == [time.strftime(pattern) for time in TIMES]


@pytest.mark.parametrize("pattern", PYTHONS_OWN + OURS)
def test_what_is_written_is_read(pattern: str) -> None:
    form = MomentFormat(pattern)
    written = form.write(moments_of(TIMES))
    read = form.read(written)
    assert read.valid.all()
    assert form.write(read).equals(written)
    if form.has_date and {"d", "j", "u"} & form.codes and "y" not in form.codes:
        assert np.array_equal(read.days, moments_of(TIMES).days)
    if form.has_clock:
        clock = moments_of(TIMES).clock
        assert np.array_equal(read.clock, clock // form.unit * form.unit)


def test_an_empty_fraction_is_left_out() -> None:
    form = MomentFormat("%H:%M:%S%?f")
    values = texts(["0:0:05.5", "00:00:05.5", "00:00:05", "00:00:05.0", "00:00:05.50"])
    read = form.read(values)
    assert read.valid.tolist() == [False, True, True, False, False]
    assert form.write(read).to_pylist()[1:3] == values.to_pylist()[1:3]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("%s", "1704463200"), ("/Date(%3s)/", "/Date(1704463200123)/"), ("%6s", "1704463200123456")],
)
def test_seconds_since_1970(pattern: str, text: str) -> None:
    form = MomentFormat(pattern)
    read = form.read(texts([text, "17044632", "0704463200"]))
    assert read.valid.tolist() == [True, False, False] and form.is_zoned
    assert read.days[0] == (dt.datetime(2024, 1, 5) - dt.datetime(1970, 1, 1)).days
    assert read.clock[0] // 10**9 == 14 * 3600
    assert form.write(read).to_pylist()[0] == text


def test_a_day_that_ends_at_24() -> None:
    read = MomentFormat("%E:%M").read(texts(["00:00", "23:59", "24:00", "24:01", "25:00"]))
    assert read.valid.tolist() == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("language", "case"),
    [("de", "title"), ("fr", "lower"), ("es", "upper"), ("pl", "lower"), ("ru", "lower")],
)
def test_names_of_other_languages(language: str, case: str) -> None:
    form = MomentFormat("%-d. %B %Y", language=language, case=case)
    written = form.write(moments_of(TIMES))
    read = form.read(written)
    assert read.valid.all() and np.array_equal(read.days, moments_of(TIMES).days)


@pytest.mark.parametrize(
    ("pattern", "offset", "text"),
    [
        ("%H:%M%z", 120, "00:00+0200"), ("%H:%M%:z", -210, "00:00-03:30"),
        ("%H:%M%#z", 0, "00:00+00"),
        ("%H:%M%^z", 0, "00:00Z"), ("%H:%M%^z", -60, "00:00-01:00"),
    ],
)  # fmt: skip
def test_offsets(pattern: str, offset: int, text: str) -> None:
    form = MomentFormat(pattern)
    written = form.write(moments_of([dt.datetime(2024, 1, 1)], offset))
    assert written.to_pylist() == [text]
    read = form.read(written)
    assert read.valid.all() and read.offset.tolist() == [offset]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%Y-%m-%d", "2024-02-30"), ("%Y-%m-%d", "2024-1-05"), ("%Y-%m-%d", "2024-01-05 "),
        ("%Y-%m-%d", "0000-00-00"), ("%Y-%m-%d", "unknown"), ("%Y-%m-%d", ""),
        ("%d.%m.%Y", "31.04.2024"),
        ("%-d/%-m/%Y", "05/1/2024"), ("%_d %b %Y", "05 Jan 2024"), ("%d %b %Y", "05 jan 2024"),
        ("%a %Y-%m-%d", "Mon 2024-01-05"), ("%I:%M %p", "13:00 PM"), ("%I:%M %p", "00:10 AM"),
        ("%H:%M", "24:00"), ("%H:%M:%S", "23:59:60"), ("%H:%M%:z", "10:00-00:00"),
        ("%H:%M%:z", "10:00+19:00"),
        ("%H:%M%^z", "10:00+00:00"), ("%Y-Q%q", "2024-Q5"), ("%G-W%V", "2021-W53"),
        ("%Y-%j", "2023-366"),
        ("%B %-d%o, %Y", "May 2th, 2024"), ("%H:%M:%S.%-f", "10:00:00.50"), ("%-H:%M", "09:00"),
        ("%-N:%M", "007:30"),
    ],
)  # fmt: skip
def test_what_is_written_otherwise_is_not_read(pattern: str, text: str) -> None:
    assert not MomentFormat(pattern).read(texts([text, None])).valid.any()


def test_two_digit_years_lie_within_a_hundred_years() -> None:
    form = MomentFormat("%d.%m.%y", first_year=1930)
    read = form.read(texts(["01.01.30", "31.12.29", "29.02.00"]))
    years = (read.days.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970).tolist()
    assert read.valid.all() and years == [1930, 2029, 2000]


def test_rows_beyond_a_chunk_are_read_alike() -> None:
    array = texts(["2024-01-05", None, "x"] * (CHUNK // 2))
    read = MomentFormat("%Y-%m-%d").read(array)
    assert read.valid.tolist() == [True, False, False] * (CHUNK // 2)
    assert MomentFormat("%Y-%m-%d").write(read).null_count == CHUNK


def test_words_and_json() -> None:
    form = MomentFormat("%d.%m.%y %-H:%M %Z", zones=("CET", "CEST"), offset=None, first_year=1950)
    assert form.words() == "DD.MM.YY h:mm zone"
    assert MomentFormat("%H:%M%^z").words() == "hh:mmZ or +hh:mm"
    assert MomentFormat("%H:%M%^z", offset=0).words() == "hh:mmZ"
    assert MomentFormat.from_json(form.to_json()) == form
    with pytest.raises(InputError, match="%Q"):
        MomentFormat("%Y %Q")
    with pytest.raises(InputError, match="is no date format"):
        MomentFormat("%Y-%")


@pytest.mark.parametrize(
    ("pattern", "spark"),
    [
        ("%d.%m.%Y", "dd.MM.yyyy"),
        ("%-d/%-m/%Y", "d/M/yyyy"),
        ("%Y-%m-%dT%H:%M:%S", "yyyy-MM-dd'T'HH:mm:ss"),
        ("%b %d, %Y", None),
        ("%d.%m.%y", None),
        ("%H:%M:%S.%3f", None),
    ],
)
def test_patterns_of_digits_are_spark_s_as_well(pattern: str, spark: str | None) -> None:
    assert MomentFormat(pattern).in_spark() == spark
