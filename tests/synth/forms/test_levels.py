"""How finely texts are cut."""

import hashlib

import numpy as np
import pyarrow as pa
import pytest

from synth.forms.levels import CHUNKS, CLASSES, WORDS, choose_cut, cut, entropy, tokens_of
from tests.synth.forms.codes import codes


def test_signatures() -> None:
    texts = pa.array(["DE89-Xä ß", "jane.doe@mail.org", ""])
    assert CLASSES.signatures(texts).to_pylist() == ["A9-Aa a", "a.a@a.a", ""]
    assert WORDS.signatures(texts).to_pylist() == ["w-w w", "w.w@w.w", ""]
    assert CHUNKS.signatures(texts).to_pylist() == ["c c", "c@c", ""]
    assert tokens_of("A9-a  9", CLASSES) == ["A", "9", "-", "a", "  ", "9"]


def test_what_few_rows_share_is_no_shape() -> None:
    found = cut(pa.array(["A1"] * 20 + ["b-2"] * 3), CLASSES, 10)
    assert found.signatures == ("A9",)
    assert found.counts == (20,)
    assert found.covered == pytest.approx(20 / 23)
    assert found.few == 1


@pytest.mark.parametrize(
    ("kind", "level"),
    [("order", CLASSES), ("iban", CLASSES), ("plate", CLASSES), ("uuid", WORDS), ("md5", WORDS),
     ("mac", WORDS), ("base36", WORDS), ("email", CHUNKS), ("ip", CLASSES)],
)  # fmt: skip
def test_the_level_is_that_of_the_codes(kind: str, level: object) -> None:
    found = choose_cut(pa.array(codes(800)[kind][0]), 10)
    assert found is not None
    assert found.level is level


def test_short_hashes_are_words_although_their_classes_are_few() -> None:
    short = [hashlib.md5(str(n).encode()).hexdigest()[:4] for n in range(1000)]
    found = choose_cut(pa.array(short), 10)
    assert found is not None
    assert found.level is WORDS


def test_free_text_has_no_level() -> None:
    rng = np.random.default_rng(0)
    texts = [" ".join(["word"] * int(n)) + "." for n in rng.integers(10, 60, 500)]
    assert choose_cut(pa.array(texts), 10) is None


def test_many_words_with_signs_are_no_sentence() -> None:
    rng = np.random.default_rng(0)
    agents = [
        f"Mozilla/5.0 ({rng.choice(['X11; Linux x86_64', 'Windows NT 10.0; Win64; x64'])}) "
        f"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{n}.0.{n * 31}.{n} Safari/537.36"
        for n in rng.integers(90, 130, 400)
    ]
    found = choose_cut(pa.array(agents), 10)
    assert found is not None and found.covered == 1.0
    prose = ["A few words of a text that says nothing, and no more than 12 of them."] * 400
    assert choose_cut(pa.array(prose), 10) is None


def test_entropy_in_bits() -> None:
    assert entropy(np.array([1, 1, 1, 1])) == 2
    assert entropy(np.array([5, 0])) == 0
