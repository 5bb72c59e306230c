"""How a number is written in text: signs, groups of digits, decimals, and what is around it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synth.forms.moment_format import CHUNK
from synth.forms.text_print import Printer, digit_count, digits_of
from synth.forms.text_scan import Scanner
from synth.table.values import INT64_DIGITS

BEFORE, BEHIND_PREFIX, TRAILING, PARENTHESES = "before", "behind_prefix", "trailing", "parentheses"
INSIDE = "inside"  # parentheses between what stands before and behind: $(5)


@dataclass(frozen=True)
class NumberStyle:
    """The style of ``-1.234,50 €``; a number has 18 digits at most.

    ``least`` and ``most`` decimals: as many as the value needs between these; ``bare_whole``: whole
    numbers without any. ``indian``: groups of two above the thousand (12,34,567). ``affixes``: the
    texts before and behind the number, of which each row has one pair. ``plus``: positive numbers
    have a sign, ``plus_zero``: so has 0. ``leading_zero``: 0.5, not .5. ``width``: of texts that
    are filled up from the left, with blanks or with zeros (``fill``).
    """

    decimal: str = "."
    thousands: str = ""
    indian: bool = False
    least: int = 0
    most: int = 0
    bare_whole: bool = False
    sign: str = BEFORE
    minus: str = "-"
    plus: bool = False
    plus_zero: bool = False
    leading_zero: bool = True
    width: int = 0
    fill: str = " "
    affixes: tuple[tuple[str, str], ...] = (("", ""),)

    def read(self, array: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """``(numbers, affix, read)``: int64 in units of the last decimal, int64, and bool.

        Read is what :meth:`write` writes just so.
        """
        chunks = [array.slice(at, CHUNK) for at in range(0, max(len(array), 1), CHUNK)]
        parts = [self._read(chunk) for chunk in chunks]
        numbers, affix, read = (np.concatenate(column) for column in zip(*parts, strict=True))
        return numbers, affix, read

    def write(self, numbers: np.ndarray, affix: np.ndarray, valid: np.ndarray) -> pa.Array:
        """The texts of numbers in units of the last decimal, null where not valid."""
        starts = range(0, max(len(numbers), 1), CHUNK)
        slices = [slice(at, at + CHUNK) for at in starts]
        return pa.concat_arrays([self._write(numbers[s], affix[s], valid[s]) for s in slices])

    def words(self) -> str:
        """The style as spreadsheets write it: ``#.##0,00 €``."""
        whole = f"#{self.thousands}##0" if self.thousands else "0"
        decimals = "0" * self.least + "#" * (self.most - self.least)
        core = whole + (self.decimal + decimals if decimals else "")
        shown = [f"{prefix}{core}{suffix}" for prefix, suffix in self.affixes[:3]]
        return " or ".join(shown) + (" or others" if len(self.affixes) > 3 else "")

    def to_json(self) -> dict[str, Any]:
        """All fields as plain values."""
        return {**asdict(self), "affixes": [list(pair) for pair in self.affixes]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> NumberStyle:
        """What :meth:`to_json` wrote."""
        pairs = tuple((prefix, suffix) for prefix, suffix in data["affixes"])
        return cls(**{**data, "affixes": pairs})

    def _read(self, array: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        scanner = Scanner(self._stripped(array))
        prefixes, suffixes = self._sides()
        negative = np.zeros(scanner.rows, bool)
        if self.sign == BEFORE:
            negative = self._signs(scanner)
        elif self.sign == PARENTHESES:
            negative = scanner.passed("(")
        prefix = scanner.word(prefixes)
        if self.sign == INSIDE:
            negative = scanner.passed("(")
        if self.sign == BEHIND_PREFIX:
            negative = self._signs(scanner)
        number = self._digits(scanner)
        if self.sign == TRAILING:
            negative = scanner.passed(self.minus)
        if self.sign == INSIDE:
            scanner.ok &= scanner.passed(")") == negative
        suffix = scanner.word(suffixes)
        if self.sign == PARENTHESES:
            scanner.ok &= scanner.passed(")") == negative
        number = np.where(negative, -number, number)
        affix = self._pairs()[np.maximum(prefix, 0), np.maximum(suffix, 0)]
        read = scanner.finish() & (affix >= 0)
        affix = np.maximum(affix, 0)
        same = pc.equal(self._write(number, affix, read), array)
        read &= np.asarray(pc.fill_null(same, False))
        return number, affix, read

    def _stripped(self, array: pa.Array) -> pa.Array:
        """The texts without what fills them up."""
        if not self.width:
            return array
        if self.fill == " ":
            return pc.utf8_ltrim(array, " ")
        return pc.replace_substring_regex(array, "^(-?)0+([0-9])", r"\1\2")

    def _filled(self, texts: pa.Array) -> pa.Array:
        """The texts filled up to the width; zeros stand behind a minus."""
        if not self.width:
            return texts
        if self.fill == " ":
            return pc.utf8_lpad(texts, self.width, " ")
        minus = pc.starts_with(texts, self.minus)
        bare = pc.utf8_lpad(pc.utf8_ltrim(texts, self.minus), self.width - 1, self.fill)
        below = pc.binary_join_element_wise(pa.scalar(self.minus), bare, pa.scalar(""))
        return pc.if_else(minus, below, pc.utf8_lpad(texts, self.width, self.fill))

    def _digits(self, scanner: Scanner) -> np.ndarray:
        """The number without its sign, in units of the last decimal."""
        number: np.ndarray = scanner.grouped(self.thousands, INT64_DIGITS - self.most)
        if not self.most:
            return number
        scanner.passed(self.decimal)
        decimals, width = scanner.number(0, self.most)
        unit = 10 ** np.clip(self.most - width, 0, self.most)
        shifted: np.ndarray = number * 10**self.most + decimals * unit
        return shifted

    def _signs(self, scanner: Scanner) -> np.ndarray:
        negative = scanner.passed(self.minus)
        if self.plus:
            scanner.passed("+")
        return negative

    def _write(self, numbers: np.ndarray, affix: np.ndarray, valid: np.ndarray) -> pa.Array:
        printer = Printer(len(numbers))
        negative, size = numbers < 0, np.abs(numbers)
        prefixes, suffixes = self._sides()
        before = np.array([prefixes.index(prefix) for prefix, _ in self.affixes])[affix]
        behind = np.array([suffixes.index(suffix) for _, suffix in self.affixes])[affix]
        if self.sign == PARENTHESES:
            printer.optional("(", negative)
        elif self.sign == BEFORE:
            self._write_signs(printer, numbers)
        _words(printer, prefixes, before)
        if self.sign == INSIDE:
            printer.optional("(", negative)
        if self.sign == BEHIND_PREFIX:
            self._write_signs(printer, numbers)
        self._write_digits(printer, size)
        if self.sign == TRAILING:
            printer.optional(self.minus, negative)
        if self.sign == INSIDE:
            printer.optional(")", negative)
        _words(printer, suffixes, behind)
        if self.sign == PARENTHESES:
            printer.optional(")", negative)
        return self._filled(printer.finish(valid))

    def _write_signs(self, printer: Printer, numbers: np.ndarray) -> None:
        negative = numbers < 0
        if negative.any():
            printer.optional(self.minus, negative)
        if self.plus:
            printer.optional("+", numbers >= 0 if self.plus_zero else numbers > 0)

    def _write_digits(self, printer: Printer, size: np.ndarray) -> None:
        whole, fraction = np.divmod(size, 10**self.most)
        count = digit_count(whole)
        if not self.leading_zero:
            count = np.where((whole == 0) & (fraction > 0), 0, count)
        most = int(count.max(initial=1))
        digits = digits_of(whole, most)
        for place in range(most):  # so many digits stand behind it, its own included
            left = most - place
            if left != most and self._is_boundary(left):
                printer.optional(self.thousands, count > left)
            all_shown = bool((count >= left).all())
            shown = None if all_shown else (count >= left)[:, None]
            printer.block(digits[:, place : place + 1], shown)
        if self.most:
            kept = self._kept(fraction)
            printer.optional(self.decimal, kept > 0)
            shown = np.arange(self.most)[None, :] < kept[:, None]
            printer.block(digits_of(fraction, self.most), None if shown.all() else shown)

    def _is_boundary(self, left: int) -> bool:
        if not self.thousands:
            return False
        return left == 3 or (left > 3 and left % 2 == 1) if self.indian else left % 3 == 0

    def _kept(self, fraction: np.ndarray) -> np.ndarray:
        """How many decimals are written."""
        if self.bare_whole:
            return np.where(fraction == 0, 0, self.most)
        kept = np.full(len(fraction), self.least)
        for place in range(self.least + 1, self.most + 1):
            kept = np.where(fraction % 10 ** (self.most - place + 1) != 0, place, kept)
        return kept

    def _sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        prefixes = tuple(dict.fromkeys(prefix for prefix, _ in self.affixes))
        return prefixes, tuple(dict.fromkeys(suffix for _, suffix in self.affixes))

    def _pairs(self) -> np.ndarray:
        """int64 ``(prefixes, suffixes)``: the place of each pair, -1 where it is none."""
        prefixes, suffixes = self._sides()
        table = np.full((len(prefixes), len(suffixes)), -1)
        for place, (prefix, suffix) in enumerate(self.affixes):
            table[prefixes.index(prefix), suffixes.index(suffix)] = place
        return table


@dataclass(frozen=True)
class FloatStyle:
    """Floating-point numbers: the shortest digits that are exact, or a power of ten.

    ``digits`` of the mantissa behind the point, None for the shortest (Python's ``repr``);
    ``exponent`` is ``e`` or ``E``.
    """

    digits: int | None = None
    exponent: str = "e"

    def read(self, array: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """``(numbers, affix, read)`` as of :meth:`NumberStyle.read`, but float64."""
        sound = pc.fill_null(pc.match_substring_regex(array, _FLOAT), False)
        numbers = np.asarray(pc.if_else(sound, array, "0").cast(pa.float64()))
        read = np.asarray(sound) & np.isfinite(numbers)
        affix = np.zeros(len(numbers), np.int64)
        same = pc.equal(self.write(numbers, affix, read), array)
        return numbers, affix, read & np.asarray(pc.fill_null(same, False))

    def write(self, numbers: np.ndarray, affix: np.ndarray, valid: np.ndarray) -> pa.Array:
        """The texts of numbers, null where not valid."""
        if self.digits is None:
            texts = [repr(number) for number in numbers.tolist()]
        else:
            code = f"%.{self.digits}{self.exponent}"
            texts = [code % number for number in numbers.tolist()]
        return pa.array(texts, pa.string(), mask=~valid)

    def words(self) -> str:
        """The style in words."""
        if self.digits is None:
            return "the shortest exact digits"
        return f"0.{'0' * self.digits}{self.exponent}+00"

    def to_json(self) -> dict[str, Any]:
        """All fields as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> FloatStyle:
        """What :meth:`to_json` wrote."""
        return cls(**data)


_FLOAT = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$"


def _words(printer: Printer, texts: tuple[str, ...], index: np.ndarray) -> None:
    if len(texts) > 1:
        printer.words(texts, index)
    elif texts[0]:
        printer.literal(texts[0])
