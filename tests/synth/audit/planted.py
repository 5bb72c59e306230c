"""Columns with planted content, of which some only look like it."""

import numpy as np
import pyarrow as pa

from synth.forms.check_digits import SCHEMES
from synth.forms.texts import octets_of

ROWS = 400


def numbered(width: int, seed: int = 0, first: str = "") -> list[str]:
    """Random numbers of so many digits."""
    rng = np.random.default_rng(seed)
    digits = rng.integers(0, 10, (ROWS, width - len(first)))
    return [first + "".join(map(str, row)) for row in digits]


def right(scheme: str, codes: list[str]) -> list[str]:
    """The codes with the scheme's check digits in their places."""
    characters = octets_of(pa.array(codes), len(codes[0])).copy()
    places = list(SCHEMES[scheme].places(characters.shape[1]))
    characters[:, places] = SCHEMES[scheme].compute(characters)
    return [bytes(row).decode() for row in characters]


def grouped(codes: list[str]) -> list[str]:
    """In groups of four characters."""
    return [" ".join(code[k : k + 4] for k in range(0, len(code), 4)) for code in codes]


NAMES = ["Anna Rossi", "John Smith", "Müller, Jürgen", "MARIE DUPONT", "José García", "Piotr Nowak"]
NAMES += ["Jan de Vries", "Emily O'Brien", "Hans-Peter Klein", "Lucia Bianchi"]


def table() -> pa.Table:
    """The name of a column says what is in it, in words that mean nothing to a reader of names."""
    rng, places = np.random.default_rng(0), range(ROWS)
    cards = right("Luhn", numbered(16, first="4"))
    numbers = rng.integers(10**8, 10**9, ROWS)
    return pa.table(
        {
            "a_emails": [f"user.{i}@mail.example" for i in places],
            "b_cards": grouped(cards),
            "c_wrong_cards": grouped(numbered(16, first="4")),
            "d_ibans": grouped(right("IBAN", numbered(22, first="DE00"))),
            "e_wrong_ibans": grouped(numbered(22, first="DE12")),
            "f_phones": [f"+49 30 {1000000 + 37 * i}" for i in places],
            "g_dates": [f"{1 + i % 28:02d}/{1 + i % 12:02d}/20{i % 25:02d}" for i in places],
            "h_orders": numbered(16, first="10"),
            "i_nine_digits": numbers,
            "j_card_numbers": pa.array([int(card) for card in cards], pa.int64()),
            "k_people": [NAMES[i % 10] for i in places],
            "l_cities": [("New York", "San Francisco", "St. Louis")[i % 3] for i in places],
            "m_notes": [
                f"the customer said on day {i} that the parcel came late"
                + (f", write to p{i}@mail.example" if i % 50 == 0 else "")
                for i in places
            ],
            "n_hosts": [f"10.{i % 7}.{i % 250}.{(37 * i) % 256}" for i in places],
            "o_versions": [f"{i % 4}.{i % 12}.0.{i % 9}" for i in places],
            "p_places": [f"{48 + i / 1000:.4f}, {2 + i / 999:.4f}" for i in places],
            "q_homes": [f"{i} Baker Street, London" for i in places],
            "r_amounts": [f"{i * 7 % 999}.{i % 100:02d}" for i in places],
            "s_times": [f"{i % 24:02d}:{i % 60:02d}:{(7 * i) % 60:02d}" for i in places],
            "t_zip": [f"02{i % 900:03d}-{1000 + i}" for i in places],
            "u_cpf": pa.array([int(own) for own in right("CPF", numbered(11))], pa.int64()),
            "v_constant": ["4111111111111111"] * ROWS,
        }
    )


PLANTED = {
    "a_emails": "e-mail address",
    "b_cards": "payment card number",
    "d_ibans": "IBAN",
    "f_phones": "telephone number",
    "j_card_numbers": "payment card number",
    "k_people": "name of a person",
    "m_notes": "e-mail address in text",
    "n_hosts": "IP address",
    "p_places": "geographic coordinates",
    "q_homes": "postal address",
    "u_cpf": "Brazilian CPF",
}


def texts_of(texts: list[str]) -> pa.Array:
    """An Arrow array of texts."""
    return pa.array(texts, pa.string())
