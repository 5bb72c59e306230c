import pyarrow as pa
import pytest

from synth.audit.detectors import CONTAINED
from synth.audit.distinct_texts import DistinctTexts

PHONE = ["telephone number in text"]


def kinds(text: str) -> list[str]:
    return [own.kind for own in CONTAINED if own.look(DistinctTexts(pa.array([text])))[1][0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to j.d@x-y.org, please", ["e-mail address in text"]),
        ("Jane Doe <j@x.org>", ["e-mail address in text"]),
        ("pay 4111 1111 1111 1111 now", ["payment card number in text"]),
        ("to DE89 3704 0044 0532 0130 00 please", ["IBAN in text"]),
        ("call +49 30 1234567 today", ["telephone number in text"]),
        ("my number is 123-45-6789 ok", ["US social security number in text"]),
        ("a@x.org;b@y.org", ["e-mail address in text"]),
        ('{"mail":"j@x.org","tel":"+4930123456"}', ["e-mail address in text", *PHONE]),
        ("x " * 2000 + "j@x.org", ["e-mail address in text"]),
        ("order 1234567890123456 sent", []),
        ("meet @ noon", []),
        ("j@x.org", []),  # the whole text: that is the detector's
        ("DE89 3704 0044 0532 0130 00", []),
    ],
)
def test_what_stands_in_a_text(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_numbers_hold_no_texts_and_cards_of_wrong_digits_are_look_alikes() -> None:
    card = next(own for own in CONTAINED if own.kind.startswith("payment"))
    texts = pa.array(["pay 4111 1111 1111 1112 now"])
    alike, matched = card.look(DistinctTexts(texts))
    assert alike.tolist() == [True] and matched.tolist() == [False]
    numbers = DistinctTexts(pa.array(["4111111111111111"]), from_numbers=True)
    assert not any(own.look(numbers)[0].any() for own in CONTAINED)
    assert card.identifying and not card.telling and card.chance == 0.1
