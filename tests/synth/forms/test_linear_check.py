"""Check digits that are found as sums of values, whatever their weights."""

from collections.abc import Callable

import numpy as np
import pytest

from synth.forms.linear_check import LinearCheck, find_linear_check

RNG = np.random.default_rng(4)
_HETU = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def digits(count: int) -> str:
    return "".join(map(str, RNG.integers(0, 10, count)))


def weighted(text: str, weights: list[int]) -> int:
    return sum(int(c, 36) * weight for c, weight in zip(text, weights, strict=True))


def routing(text: str) -> bool:
    """Of American banks."""
    return weighted(text, [3, 7, 1] * 3) % 10 == 0


def health(text: str) -> bool:
    """NHS numbers, none of which needs a ten."""
    return weighted(text, list(range(10, 0, -1))) % 11 == 0


def pesel(text: str) -> bool:
    return weighted(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0


def belgian(text: str) -> bool:
    return int(text[9:]) == 97 - int(text[:9]) % 97


def finnish(text: str) -> bool:
    return _HETU[int(text[:9]) % 31] == text[9]


def sedol(text: str) -> bool:
    return weighted(text, [1, 3, 1, 7, 3, 9, 1]) % 10 == 0


def provider(text: str) -> bool:
    """Luhn with a prefix that is not written (American NPI)."""
    figures = [int(c) for c in "80840" + text][::-1]
    return sum(f if i % 2 == 0 else f * 2 - 9 * (f > 4) for i, f in enumerate(figures)) % 10 == 0


SCHEMES: dict[str, tuple[Callable[[str], bool], Callable[[], str], str, int]] = {
    "routing": (routing, lambda: digits(8), "0123456789", 10),
    "health": (health, lambda: digits(9), "0123456789", 11),
    "pesel": (pesel, lambda: digits(10), "0123456789", 10),
    "finnish": (finnish, lambda: digits(9), _HETU, 31),
    "provider": (provider, lambda: "1" + digits(8), "0123456789", 10),
    "sedol": (sedol, lambda: "".join(RNG.choice(list("BCDFGH01234"), 6)), "0123456789", 10),
    "belgian": (belgian, lambda: digits(9), "", 97),
}


def codes(name: str, rows: int) -> list[str]:
    keeps, begin, ends, _ = SCHEMES[name]
    tails = list(ends) or [f"{n:02d}" for n in range(100)]
    found: list[str] = []
    while len(found) < rows:
        text = begin()
        found += [text + tail for tail in tails if keeps(text + tail)][:1]
    return found


def characters(texts: list[str]) -> np.ndarray:
    return np.array([list(text.encode()) for text in texts], np.uint8)


@pytest.mark.parametrize("name", SCHEMES)
def test_a_scheme_is_found_and_kept(name: str) -> None:
    keeps, begin, ends, modulus = SCHEMES[name]
    sample = characters(codes(name, 700))
    check = find_linear_check(sample)
    assert check is not None and check.modulus == modulus
    assert LinearCheck.from_json(check.to_json()) == check
    assert check.holds(sample).all()
    assert check.places(sample.shape[1]) == check.at and check.places(3) == ()
    made = characters([begin() + "0" * (1 if ends else 2) for _ in range(500)])
    written = [bytes(row).decode() for row in check.applied(made)]
    assert all(map(keeps, written))


def test_what_has_no_check_digits() -> None:
    for texts in (
        [digits(10) for _ in range(700)],
        [f"{n:06d}" for n in range(1, 700)],
        [f"{d[:4]}-{d[:4]}" for d in (digits(4) for _ in range(700))],
        [f"2024{digits(6)}" for _ in range(700)],
        [f"{n:012x}" for n in RNG.integers(0, 2**48, 700)],
        codes("pesel", 120),  # too few to tell
        codes("pesel", 600) + [digits(11) for _ in range(20)],
    ):
        assert find_linear_check(characters(texts)) is None
