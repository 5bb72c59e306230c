import numpy as np
import pyarrow as pa

from synth.audit.detector import Detector, by_characters, fits, keeps
from synth.audit.distinct_texts import DistinctTexts

EVEN = Detector(
    "even code",
    r"A\d{3}",
    (3, 3),
    (1, 1),
    by_characters(lambda signs: signs[:, -1] % 2 == 0),
    0.5,
    alike=r"[A-Z]\d{3}",
    compact=True,
    lengths=(4,),
)


def test_a_text_is_of_the_kind_by_shape_and_check() -> None:
    assert EVEN.matches(["A122", "a-12 2", "B122", "A123", "A1222", ""]).tolist() == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    alike, matched = EVEN.look(DistinctTexts(pa.array(["A122", "B122", "A123", "122"])))
    assert alike.tolist() == [True, True, True, False] and matched.sum() == 1
    assert EVEN.identifying


def test_what_it_needs_and_how_many_spaces() -> None:
    wanted = Detector("x", r".*", (0, 9), (0, 9), needs="@", spaces=1)
    assert wanted.matches(["a b@", "ab@", "a b"]).tolist() == [True, False, False]


def test_a_whole_number_may_have_lost_leading_zeros() -> None:
    digits = Detector("x", r"0\d{4}", (5, 5), lengths=(5,))
    numbers = DistinctTexts(pa.array(["123", "1234", "12345", "12"]), from_numbers=True)
    assert digits.look(numbers)[1].tolist() == [True, True, False, False]
    texts_alone = Detector("x", r"\d+", (1, 9))
    assert not texts_alone.look(numbers)[0].any()
    ranged = Detector("x", r"\d+", (1, 9), lengths=(3, 4))
    assert ranged.look(numbers)[1].tolist() == [True, True, False, False]


def test_checks_see_texts_of_several_lengths() -> None:
    check = by_characters(lambda signs: np.full(len(signs), signs.shape[1] == 2))
    assert check(pa.array(["12", "123", "45"])).tolist() == [True, False, True]
    assert keeps("Luhn")(pa.array(["4111111111111111", "4111111111111112", "12"])).tolist() == [
        True,
        False,
        False,
    ]


def test_an_expression_must_fit_the_whole_text() -> None:
    assert fits(pa.array(["ab", "abc", "a\nb"]), "a|ab").tolist() == [True, False, False]
