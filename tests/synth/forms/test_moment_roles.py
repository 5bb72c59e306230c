"""Which formats a skeleton may be."""

import pytest

from synth.forms.moment_format import MomentFormat
from synth.forms.moment_roles import evidence, formats_of
from synth.forms.moment_skeleton import groups_of
from tests.synth.forms.texts import texts


def patterns(*values: str) -> set[str]:
    groups, _ = groups_of(texts([*values] * 5))
    return {form.pattern for form in formats_of(groups[0], 1)}


def test_two_digits_may_be_day_month_or_year() -> None:
    found = patterns("05/03/12", "11/12/10")
    assert found == {"%d/%m/%y", "%m/%d/%y", "%y/%m/%d"}
    assert patterns("2024-03-12") == {"%Y-%m-%d", "%Y-%d-%m"}
    assert patterns("10:30") == {"%H:%M", "%N:%M"}


def test_both_paddings_where_both_are_seen() -> None:
    assert {"%d.%m.%Y", "%-d.%-m.%Y"} <= patterns("05.03.2024", "5.3.2024")


@pytest.mark.parametrize(
    "text",
    ["1.2.3", "3/4", "10x20", "192.168.0.1", "10:00-12:00", "978-3-16-148410-0", "123-45-6789",
     "12/05-2024", "1:2:3:4", "20245", "3.14", "10.30"],
)  # fmt: skip
def test_what_is_no_format(text: str) -> None:
    assert patterns(text) == set()


def test_words_are_names_or_always_the_same() -> None:
    assert patterns("5 de mayo de 2024", "6 de junio de 2024") == {"%-d de %B de %Y"}
    assert patterns("5 cats 2024", "6 dogs 2024") == set()


def test_zones_are_those_that_enough_rows_share() -> None:
    groups, _ = groups_of(texts(["2024-01-05 10:00 CET"] * 9 + ["2024-01-05 10:00 EST"]))
    (form,) = [f for f in formats_of(groups[0], 5) if f.pattern.startswith("%Y-%m-%d %H")]
    assert form.zones == ("CET",)


def test_evidence_is_what_chance_would_give() -> None:
    assert evidence(MomentFormat("%m")) == pytest.approx(0.9208, abs=1e-4)  # log10(100 / 12)
