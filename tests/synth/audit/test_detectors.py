import pytest

from synth.audit.detectors import LOOKS
from synth.audit.distinct_texts import DistinctTexts
from tests.synth.audit.planted import texts_of


def kinds(text: str) -> set[str]:
    texts = DistinctTexts(texts_of([text]))
    return {own.kind for own in LOOKS if not own.by_name and own.look(texts)[1][0]}


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("e-mail address", "a@b.co|jane.doe+x@mail.example.org|jürgen@müller.de"),
        ("URL", "https://x.org/a?b|www.example.org"),
        ("IBAN", "DE89370400440532013000|DE89 3704 0044 0532 0130 00|GB82 WEST 1234 5698 7654 32"),
        ("payment card number", "4111 1111 1111 1111|5500-0055-5555-5559|2223003122003222"),
        ("vehicle number", "1M8GDM9AXKP042788"),
        ("MAC address", "00:1A:2B:3C:4D:5E|00-1a-2b-3c-4d-5e"),
        ("IP address", "192.168.1.1|fe80::1|2001:db8:85a3:0:0:8a2e:370:7334"),
        ("geographic coordinates", "48.8583701, 2.2944813|-33.8568;151.2153|POINT(2.294 48.858)"),
        ("telephone number", "+49 30 1234567|+14155552671|0049 30 1234567|(030) 123456"),
        ("telephone number", "030/1234567|(212) 555-1234|212.555.1234|01 23 45 67 89"),
        ("telephone number", "138 1234 5678|1-800-555-0199"),
    ],
)
def test_texts_of_a_kind(kind: str, texts: str) -> None:
    assert {text: kinds(text) for text in texts.split("|")} == {
        text: {kind} for text in texts.split("|")
    }


LOOK_ALIKES = (
    "DE88370400440532013000|4111111111111112|1234567890123456|2024-01-31|31.12.2024|"
    "31/12/2024 10:20|1.234.567,89|1234567.891|0.123456789|02134-1234|12345-6789|2.10.0.1|"
    "0012345678|12:30:45|12.50, 99.90|N14228|A320-214|2013-01-01T10:00:00Z|ORD-2024-000123|"
    "550e8400-e29b-41d4-a716-446655440000|a@b|@home|10 @ 5.00|4 Door Sedan|-73.97|12-34|"
)


@pytest.mark.parametrize(
    "text",
    LOOK_ALIKES.split("|"),
)
def test_texts_that_only_look_like_one(text: str) -> None:
    assert kinds(text) == set()
