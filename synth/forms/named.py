"""Kinds of codes that a user may name: what their texts look like, and their check digits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NamedCode:
    """``expression`` (RE2) reads its texts; ``check`` is the scheme of its check digits."""

    expression: str
    check: str | None = None


_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
NAMED_CODES: dict[str, NamedCode] = {
    "code": NamedCode(r"(?s)\A.*\z"),
    "uuid": NamedCode(r"(?i)\A\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?\z"),
    "iban": NamedCode(r"\A[A-Z]{2}\d\d[ A-Z0-9]{11,38}\z", "IBAN"),
    "card": NamedCode(r"\A\d(?:[ -]?\d){11,18}\z", "Luhn"),
    "email": NamedCode(r"\A[^@\s]+@[^@\s]+\.[^@\s]+\z"),
    "ip": NamedCode(rf"(?i)\A(?:{_OCTET}(?:\.{_OCTET}){{3}}|[0-9a-f:]*:[0-9a-f:.]*)(?:/\d+)?\z"),
    "mac": NamedCode(r"(?i)\A[0-9a-f]{2}(?:[:.-]?[0-9a-f]{2}){5}\z"),
    "url": NamedCode(r"(?i)\A[a-z][a-z0-9+.-]*://\S+\z"),
    "isbn": NamedCode(r"\A(?:97[89][ -]?)?\d(?:[ -]?\d){8}[ -]?[\dX]\z"),
    "ean": NamedCode(r"\A(?:\d{8}|\d{12,14}|\d{18})\z", "EAN"),
}
