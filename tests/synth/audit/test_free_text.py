import json
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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


def test_without_presidio_a_note_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)  # cannot be imported
    monkeypatch.setitem(sys.modules, "spacy", None)
    done = search_free_text({"note": ["Anna met Bob"]})
    assert done.contents == () and "by patterns alone" in done.notes[0]
    assert "'note'" in done.notes[0] and "pip install 'lakesynth[text]'" in done.notes[0]
    assert "Anna" not in done.notes[0]
    assert search_free_text({}).notes == ()


MODEL = "en_core_web_sm"


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An installed model of spaCy's by that name, which knows two people by their names."""
    pytest.importorskip("presidio_analyzer")
    spacy = pytest.importorskip("spacy")
    pipeline = spacy.blank("en")
    people = [{"label": "PERSON", "pattern": name} for name in ("Anna Kowalska", "John Smith")]
    pipeline.add_pipe("entity_ruler").add_patterns(people)
    pipeline.meta |= {"name": MODEL.removeprefix("en_"), "version": "3.8.0"}
    package = tmp_path / MODEL
    package.mkdir()
    pipeline.to_disk(package / f"{MODEL}-3.8.0")
    (package / "meta.json").write_text(json.dumps(pipeline.meta), "utf-8")
    (package / "__init__.py").write_text(
        "from spacy.util import load_model_from_init_py\n\n\n"
        "def load(**overrides):\n    return load_model_from_init_py(__file__, **overrides)\n",
        "utf-8",
    )
    told = tmp_path / f"{MODEL}-3.8.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Name: {MODEL}\nVersion: 3.8.0\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop(MODEL, None)


def test_presidio_itself_finds_people_in_sentences_and_asks_nothing_of_the_network(
    model: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[object] = []

    def refused(*given: object, **_: object) -> None:
        asked.append(given)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    told = ["Call Anna Kowalska back.", "John Smith wrote from john@example.org."] * 6
    done = search_free_text({"note": [*told, *["The parcel came late."] * 8]})
    assert not asked and "Traceback" not in caplog.text
    assert "presidio as 'en'" in done.notes[0]
    found = {one.kind: (one.rows, one.identifying) for one in done.contents}
    assert found["name of a person in text"] == (12, True)
    assert found["e-mail address in text"] == (6, True)


def test_without_a_model_a_note_says_which_and_none_is_downloaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("presidio_analyzer")
    spacy = pytest.importorskip("spacy")
    monkeypatch.setattr(spacy.util, "is_package", lambda name: False)
    done = search_free_text({"note": ["Anna met Bob"]}, language="de")
    assert done.contents == () and "spacy download de_core_news_lg" in done.notes[0]
    unknown = search_free_text({"note": ["Anna met Bob"]}, language="xx")
    assert "no model of the language 'xx' is known; en, de," in unknown.notes[0]
