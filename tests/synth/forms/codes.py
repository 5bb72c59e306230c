"""Made codes of many kinds, each with the expression that all of them keep to."""

import base64
import hashlib
import uuid
from functools import cache

import numpy as np


def luhn_digit(body: str) -> str:
    total = 0
    for place, sign in enumerate(reversed(body)):
        digit = int(sign) * (2 if place % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


def is_luhn(code: str) -> bool:
    digits = "".join(sign for sign in code if sign.isdigit())
    return luhn_digit(digits[:-1]) == digits[-1]


def iban(country: str, account: str) -> str:
    turned = "".join(str(int(sign, 36)) for sign in f"{account}{country}00")
    return f"{country}{98 - int(turned) % 97:02d}{account}"


def is_iban(code: str) -> bool:
    plain = code.replace(" ", "")
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def ean_digit(body: str) -> str:
    total = sum(int(s) * (3 if i % 2 == 0 else 1) for i, s in enumerate(reversed(body)))
    return str(-total % 10)


def is_ean(code: str) -> bool:
    digits = code.replace("-", "")
    return ean_digit(digits[:-1]) == digits[-1]


def signs(rng: np.random.Generator, alphabet: str, length: int) -> str:
    return "".join(rng.choice(list(alphabet), length))


UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"


@cache
def codes(rows: int, seed: int = 3) -> dict[str, tuple[list[str], str]]:
    """By kind the codes of so many rows, and what they are written like."""
    rng = np.random.default_rng(seed)
    words = [signs(rng, UPPER.lower(), int(n)) for n in rng.integers(3, 9, 400)]
    made: dict[str, tuple[list[str], str]] = {}

    def add(name: str, expression: str, draw: object) -> None:
        made[name] = ([draw(row) for row in range(rows)], expression)

    def digits(count: int) -> str:
        return signs(rng, DIGITS, count)

    def pick(*values: str) -> str:
        return str(rng.choice(values))

    add(
        "order",
        r"(ORD|INV)-20(19|2[0-4])-\d{6}",
        lambda _: f"{pick('ORD', 'INV')}-{rng.integers(2019, 2025)}-{digits(6)}",
    )
    add(
        "joined order",
        r"ORD20(19|2[0-4])\d{6}",
        lambda _: f"ORD{rng.integers(2019, 2025)}{digits(6)}",
    )
    add(
        "uuid",
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        lambda _: str(uuid.UUID(bytes=rng.bytes(16), version=4)),
    )
    add("md5", r"[0-9a-f]{32}", lambda row: hashlib.md5(str(row).encode()).hexdigest())
    add("sha1", r"[0-9A-F]{40}", lambda row: hashlib.sha1(str(row).encode()).hexdigest().upper())
    add(
        "mac",
        r"[0-9a-f]{2}(:[0-9a-f]{2}){5}",
        lambda _: ":".join(f"{n:02x}" for n in rng.integers(0, 256, 6)),
    )
    add(
        "iban",
        r"(DE\d{20}|GB\d\d[A-Z]{4}\d{14})",
        lambda _: (
            iban("DE", digits(18))
            if rng.random() < 0.5
            else iban("GB", signs(rng, UPPER, 4) + digits(14))
        ),
    )
    add(
        "grouped card",
        r"(4|51|55)\d+( \d{4}){3}",
        lambda _: _grouped(_card(pick("4", "51", "55"), 16, digits)),
    )
    add(
        "card",
        r"4\d{15}|37\d{13}",
        lambda _: _card("4", 16, digits) if rng.random() < 0.6 else _card("37", 15, digits),
    )
    add("ean", r"400\d{10}", lambda _: (b := "400" + digits(9)) + ean_digit(b))
    add(
        "url",
        r"https://shop\.example/p/[1-9]\d*",
        lambda _: f"https://shop.example/p/{rng.integers(1, 10**6)}",
    )
    add(
        "email",
        r"[a-z]+(\.[a-z]+|[1-9]\d?)?@(gmail\.com|mail\.co\.uk|example\.org)",
        lambda _: (
            pick(
                f"{rng.choice(words)}.{rng.choice(words)}",
                f"{rng.choice(words)}{rng.integers(1, 99)}",
                str(rng.choice(words)),
            )
            + "@"
            + pick("gmail.com", "gmail.com", "mail.co.uk", "example.org")
        ),
    )
    add(
        "ip",
        r"((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}",
        lambda _: ".".join(map(str, rng.integers(0, 256, 4))),
    )
    add(
        "plate",
        r"[A-Z]{3} \d{3}|\d{3} [A-F]{2}",
        lambda _: (
            f"{signs(rng, UPPER, 3)} {digits(3)}"
            if rng.random() < 0.5
            else f"{digits(3)} {signs(rng, 'ABCDEF', 2)}"
        ),
    )
    add("base36", r"[0-9A-Z]{6}", lambda _: signs(rng, DIGITS + UPPER, 6))
    add(
        "base64",
        r"(?=.{20}$|.{24}$)[A-Za-z0-9+/]+={0,2}",
        lambda _: base64.b64encode(rng.bytes(int(rng.choice([15, 16, 17])))).decode(),
    )
    add(
        "trailing spaces",
        r"[0-9A-Z]{3}-\d{6}  ",
        lambda _: f"{signs(rng, DIGITS + UPPER, 3)}-{digits(6)}  ",
    )
    add(
        "json",
        r'\{"id": [1-9]\d*, "k": "[a-z]+"\}',
        lambda _: f'{{"id": {rng.integers(1, 10**6)}, "k": "{rng.choice(words)}"}}',
    )
    add("umlauts", r"Mü[a-zß]+ß", lambda _: f"Mü{rng.choice(words)}ß{rng.choice(words)}ß")
    return made


def _card(lead: str, length: int, digits: object) -> str:
    body = lead + digits(length - len(lead) - 1)
    return body + luhn_digit(body)


def _grouped(code: str) -> str:
    return " ".join(code[place : place + 4] for place in range(0, len(code), 4))
