"""Which formats a sample is written in."""

import numpy as np
import pytest

from synth.forms.moment_search import loosened, search
from tests.synth.forms.texts import moments, texts

TIMES = moments(400)


def patterns(values: list[str | None], min_entities: int = 10) -> list[str]:
    found = search(texts(values), min_entities)
    return [] if found is None else [form.pattern for form in found.formats]


@pytest.mark.parametrize(
    "pattern", ["%d/%m/%Y", "%m/%d/%Y", "%y%m%d", "%d.%m.%y", "%Y%m%d", "%H%M%S"]
)
def test_day_month_and_year_are_told_apart_by_the_values(pattern: str) -> None:
    assert patterns([time.strftime(pattern) for time in TIMES]) == [pattern]


def test_a_second_format_is_found_and_counted() -> None:
    values = [t.strftime("%Y-%m-%d" if i % 10 else "%d/%m/%Y") for i, t in enumerate(TIMES)]
    found = search(texts([*values, None, "unknown"]), 10)
    assert found is not None
    assert [form.pattern for form in found.formats] == ["%Y-%m-%d", "%d/%m/%Y"]
    assert found.counts == (360, 40) and found.rows == 401
    assert patterns(values, min_entities=41) == ["%Y-%m-%d"]  # too few share the second


def test_what_cannot_be_told_apart_is_named() -> None:
    both = [f"{1 + t.day % 12:02d}/{t.month:02d}/{t.year}" for t in TIMES]
    found = search(texts(both), 10)
    assert found is not None and len(found.rivals) == 1
    assert {found.formats[0].pattern, found.rivals[0].pattern} == {"%d/%m/%Y", "%m/%d/%Y"}
    firsts = [f"01/{t.month:02d}/{t.year}" for t in TIMES]
    assert patterns(firsts) == ["%d/%m/%Y"]  # the first of each month, not days of January


@pytest.mark.parametrize(
    ("years", "first", "last"), [((2019, 2024), 1960, 2024), ((1940, 2004), 1910, 1940)]
)
def test_the_century_of_two_digit_years(years: tuple[int, int], first: int, last: int) -> None:
    span = years[1] - years[0]
    values = [
        f"{t.strftime('%d.%m.')}{(years[0] + i % span) % 100:02d}" for i, t in enumerate(TIMES)
    ]
    found = search(texts(values), 10)
    assert found is not None
    window = found.formats[0].first_year
    assert first <= window <= last and window <= years[0] and years[1] < window + 100


def test_few_values_are_no_evidence() -> None:
    assert patterns(["2024-01-05"] * 400) == []
    assert patterns(["09:00", "10:00", "17:00"] * 100) == []
    assert patterns(["2024-01-05", "2024-02-06", "2023-03-07"] * 100) == ["%Y-%m-%d"]


def test_digits_of_codes_are_no_times() -> None:
    assert patterns([f"K-{n:04d}" for n in range(40)] * 5) == []
    assert patterns([f"{n:04d}" for n in range(60)] * 5) == []
    assert patterns([f"{1_000_000_000 + 7 * n}" for n in range(400)]) == []
    spread = [f"1{n:09d}" for n in np.random.default_rng(0).integers(0, 10**9, 400)]
    assert patterns(spread) == []  # over 32 years


def test_a_pattern_without_what_values_tell() -> None:
    assert loosened("%-d/%_m/%Y %-I:%M%p") == loosened("%d/%m/%Y %I:%M%p")
    assert loosened("%F %T.%f%z") == loosened("%Y-%m-%d %H:%M:%S.%3f%:z")
    assert loosened("%b") == loosened("%B")
