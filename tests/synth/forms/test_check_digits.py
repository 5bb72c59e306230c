"""Check digits, by numbers that standards and authorities print."""

import numpy as np
import pytest

from synth.forms.check_digits import SCHEMES, Check, find_check

RIGHT = [
    ("Luhn", 0, "4111111111111111"),  # a test card
    ("Luhn", 0, "378282246310005"),
    ("Luhn", 0, "US0378331005"),  # an ISIN
    ("Luhn", 0, "490154203237518"),  # an IMEI
    ("EAN", 0, "4006381333931"),
    ("EAN", 0, "9783161484100"),
    ("EAN", 0, "036000291452"),  # UPC
    ("EAN", 0, "73513537"),
    ("ISBN-10 or ISSN", 0, "316148410X"),
    ("ISBN-10 or ISSN", 0, "03785955"),
    ("IBAN", 0, "DE89370400440532013000"),
    ("IBAN", 0, "GB29NWBK60161331926819"),
    ("IBAN", 0, "NO9386011117947"),
    ("MOD 97-10", 0, "529900T8BM49AURSDO55"),  # an LEI
    ("MOD 11,10", 2, "DE136695976"),  # a VAT number
    ("MOD 11-2", 0, "0000000218250097"),  # an ORCID
    ("CPF", 0, "11144477735"),
    ("CNPJ", 0, "11222333000181"),
    ("ISO 6346", 0, "CSQU3054383"),
    ("Verhoeff", 0, "999941057058"),  # an Aadhaar that the authority prints
    ("MOD 11-2", 0, "11010519491231002X"),  # of a Chinese identity card
    ("VIN", 0, "1M8GDM9AXKP042788"),
    ("NIF", 0, "12345678Z"),
]


def characters(*codes: str) -> np.ndarray:
    return np.array([list(code.encode()) for code in codes], np.uint8)


@pytest.mark.parametrize(("scheme", "skip", "code"), RIGHT)
def test_a_known_code_is_its_own(scheme: str, skip: int, code: str) -> None:
    check = Check(scheme, skip)
    places = check.places(len(code))
    assert places
    assert bytes(check.applied(characters(code))[0]).decode() == code
    wrong = list(code)
    for place in places:
        wrong[place] = "0" if wrong[place] != "0" else "1"
    assert bytes(check.applied(characters("".join(wrong)))[0]).decode() == code


@pytest.mark.parametrize(("scheme", "skip", "code"), RIGHT)
def test_a_scheme_is_found_where_all_codes_keep_it_and_in_no_others(
    scheme: str, skip: int, code: str
) -> None:
    rng = np.random.default_rng(0)
    many = np.repeat(characters(code), 200, axis=0)
    digits = [p for p in range(max(skip, 4), len(code)) if code[p].isdigit()]
    many[:, digits] = rng.integers(ord("0"), ord("9") + 1, (200, len(digits)))
    assert find_check(many) is None
    kept = Check(scheme, skip).applied(many)
    found = find_check(kept)
    assert found is not None
    assert (found.applied(kept) == kept).all()
    kept[7, -1] = ord("0") if kept[7, -1] != ord("0") else ord("1")
    assert find_check(kept) is None


def test_few_codes_prove_nothing() -> None:
    assert find_check(characters(*["4111111111111111"] * 50)) is None
    assert find_check(characters("12345")) is None


def test_every_scheme_is_tested() -> None:
    assert {scheme for scheme, _, _ in RIGHT} == set(SCHEMES)
