import doctest
from pathlib import Path

from synth.audit import kinds
from synth.audit.detectors import DETECTORS
from synth.audit.national_identifiers import NATIONAL_IDENTIFIERS


def test_the_examples_hold() -> None:
    done = doctest.testmod(kinds)
    assert done.attempted == 2 and not done.failed


def test_every_national_identifier_is_one_of_its_family() -> None:
    assert {kinds.family(own.kind) for own in NATIONAL_IDENTIFIERS} == {"national identifier"}
    assert "national identifier" not in {
        kinds.family(own.kind) for own in DETECTORS if own not in NATIONAL_IDENTIFIERS
    }


def test_the_guide_names_every_kind() -> None:
    guide = Path(__file__).parents[3] / "docs" / "sensitive_content.md"
    text = " ".join(guide.read_text("utf-8").split())
    assert [own.kind for own in DETECTORS if own.kind not in text] == []
