"""Texts cut into digits, words and signs."""

import pytest

from synth.forms.moment_skeleton import MOST_ROWS, cut, groups_of
from tests.synth.forms.texts import texts


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("2024-01-05", "DLDLD"), ("5 May 2024", "DLWLD"), ("2024-01-05T10:00Z", "DLDLDWDLDO"),
        ("2024-01-05 10:00:00.5+02:00[Europe/Berlin]", "DLDLDLDLDLDLDOLWL"), ("Jan  5", "WLD"),
        ("5:07 a.m.", "DLDLW"), ("1st", "DW"),
    ],
)  # fmt: skip
def test_kinds(text: str, kinds: str) -> None:
    assert "".join(kind for kind, _ in cut(text) or []) == kinds


@pytest.mark.parametrize("text", ["", "no digits", "1", "x" * 81 + "1", "a1 " * 20])
def test_what_cannot_be_a_date(text: str) -> None:
    assert cut(text) is None


def test_groups_of_a_column() -> None:
    groups, rows = groups_of(texts(["2024-01-05", "2023-12-31", "1/2/2024", None, "?"] * 10))
    assert rows == 40
    assert [(group.rows, group.skeleton) for group in groups] == [
        (20, ("D", "-", "D", "-", "D")),
        (10, ("D", "/", "D", "/", "D")),
    ]
    assert groups[0].share(0, frozenset({"2024"})) == 0.5
    assert groups_of(texts(["2024-01-05"] * 3 * MOST_ROWS))[1] <= 2 * MOST_ROWS
