from dataclasses import dataclass

import pytest

from synth.audit.free_text import search_free_text


@dataclass
class Found:
    entity_type: str
    score: float = 0.9


class Names:
    """Takes every word that begins with a capital for a person."""

    def analyze(self, text: str, language: str, **settings) -> list[Found]:
        assert language == "en" and settings == {"score_threshold": 0.5}
        capitals = [word for word in text.split() if word[0].isupper()]
        return [Found("PERSON") for _ in capitals] + [Found("LOCATION")]


def test_kinds_are_counted_by_row() -> None:
    sample = {"note": ["Anna met Bob", "nobody came", "Eve left", "Mallory"] * 10, "empty": []}
    done = search_free_text(sample, analyzer=Names())
    (content,) = done.contents
    assert (content.column, content.kind) == ("note", "name of a person in text")
    assert (content.rows, content.share, content.confidence) == (30, 0.75, "medium")
    assert content.identifying and "presidio" in done.notes[0] and "40 rows" in done.notes[0]


def test_what_a_model_may_have_mistaken_is_not_found_or_doubtful() -> None:
    assert search_free_text({"note": ["Anna"] * 2 + ["x"] * 98}, analyzer=Names()).contents == ()
    (content,) = search_free_text({"note": ["Anna"] * 5 + ["x"] * 95}, analyzer=Names()).contents
    assert content.confidence == "low"


def test_without_presidio_a_note_says_so() -> None:
    try:
        import presidio_analyzer  # noqa: F401
    except ImportError:
        done = search_free_text({"note": ["Anna met Bob"]})
        assert done.contents == () and "by patterns alone" in done.notes[0]
        assert "'note'" in done.notes[0] and "pip install presidio-analyzer" in done.notes[0]
        assert "Anna" not in done.notes[0]
    assert search_free_text({}).notes == ()


def test_presidio_finds_names_where_it_is_installed() -> None:
    pytest.importorskip("presidio_analyzer")
    done = search_free_text({"note": ["My friend John Smith lives here."] * 5})
    if done.contents:
        assert done.contents[0].kind == "name of a person in text"
    else:
        assert "spacy download" in done.notes[0]
