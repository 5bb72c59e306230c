import numpy as np
import pyarrow as pa
import pytest

from synth.audit.distinct_texts import DistinctTexts
from synth.audit.national_identifiers import NATIONAL_IDENTIFIERS

EXAMPLES = {
    "Australian tax file number": "123456782|123 456 782",
    "Belgian national number": "85.07.30-033.28",
    "Brazilian CNPJ": "16.727.230/0001-97",
    "Brazilian CPF": "390.533.447-05|11144477735",
    "Canadian SIN": "123 456 782|130692544",
    "Chinese resident identity number": "11010519491231002X|360426199101010071",
    "Dutch BSN": "111222333|1234.56.782",
    "French social security number": "2 95 10 99 126 111 93|253072B07300470",
    "German tax number": "86095742719|47 036 892 816",
    "Indian Aadhaar number": "2341 2341 2346",
    "Indian PAN": "ABCPK1234D",
    "Italian codice fiscale": "RCCMNL83S18D969H|mrtmtt25d09f205z",
    "Japanese individual number": "1234 5678 9018",
    "Mexican CURP": "BOXW310820HNERXN09",
    "Polish PESEL": "44051401359",
    "Spanish NIF or NIE": "54362315-K|X-2482300-W",
    "Swedish personnummer": "811218-9876|19811218-9876",
    "Swiss social security number": "756.9217.0769.85",
    "Turkish identity number": "17291716060",
    "UK national insurance number": "AB 12 34 56 C|HH010203D",
    "US social security number": "123-45-6789|123456789",
}


def matched(kind: str, text: str) -> bool:
    return any(own.matches([text])[0] for own in NATIONAL_IDENTIFIERS if own.kind == kind)


def test_every_kind_has_an_example() -> None:
    assert EXAMPLES.keys() == {own.kind for own in NATIONAL_IDENTIFIERS}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_examples_are_found(kind: str) -> None:
    assert [text for text in EXAMPLES[kind].split("|") if not matched(kind, text)] == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("US social security number", "000-45-6789"),
        ("US social security number", "666-45-6789"),
        ("US social security number", "900-45-6789"),
        ("US social security number", "123-00-6789"),
        ("US social security number", "123-45-0000"),
        ("UK national insurance number", "BG123456C"),
        ("UK national insurance number", "AB123456E"),
        ("German tax number", "06095742719"),
        ("Swedish personnummer", "811318-9876"),
        ("Polish PESEL", "44131401359"),
        ("Dutch BSN", "111222334"),
    ],
)
def test_what_is_not_given_out_is_not_found(kind: str, text: str) -> None:
    assert not matched(kind, text)


@pytest.mark.parametrize(
    "detector",
    [own for own in NATIONAL_IDENTIFIERS if own.lengths and own.check],
    ids=lambda own: own.kind,
)
def test_of_random_numbers_no_more_pass_than_by_chance(detector) -> None:

    rng = np.random.default_rng(0)
    texts = ["".join(map(str, row)) for row in rng.integers(0, 10, (20_000, detector.lengths[-1]))]
    alike, passed = detector.look(DistinctTexts(pa.array(texts)))
    expected = detector.chance * alike.sum()
    assert passed.sum() <= expected + 4 * np.sqrt(expected) + 1
