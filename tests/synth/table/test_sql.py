"""Names and texts in SQL; tests/lakehouse/test_schemas.py has Spark read them."""

import pytest

from synth.table.sql import literal, quote


@pytest.mark.parametrize("name", ["plain", "a b", "a.b", "`", "a``b", "'", "ü\n"])
def test_a_name_is_closed_only_where_it_ends(name: str) -> None:
    assert quote(name)[1:-1].replace("``", "`") == name
    assert quote(name)[0] == quote(name)[-1] == "`"


@pytest.mark.parametrize("text", ["", "it's", "\\", "\\'", "a\nb", "'; --"])
def test_a_text_is_closed_only_where_it_ends(text: str) -> None:
    inside = literal(text)[1:-1]
    assert inside.replace("\\'", "'").replace("\\\\", "\\") == text
    assert literal(text)[0] == literal(text)[-1] == "'"
