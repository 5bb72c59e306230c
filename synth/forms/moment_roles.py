"""Which formats a skeleton may be: each run of digits and each word is given its meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log10

from synth.forms.moment_format import MomentFormat
from synth.forms.moment_names import (
    HALF_DAYS,
    ORDINALS,
    base_language,
    languages_of,
    names,
)
from synth.forms.moment_signs import CLOCK_CODES, YEARLESS, clocks_signs, dates_signs
from synth.forms.moment_skeleton import DIGITS, OFFSET, WORD, Group

NEARLY_ALL = 0.95  # of a group's rows have what a role asks; the rest are other texts
_ZONES = (
    "UTC GMT CET CEST EST EDT CST CDT MST MDT PST PDT AKST AKDT HST BST IST JST KST SGT HKT MSK "
    "WET WEST EET EEST AEST AEDT ACST AWST NZST NZDT BRT SAST ART PKT ICT WIB"
)
ZONES = frozenset(_ZONES.split())
# How the parts of a date may follow each other (m also stands for a month's name).
FULL_DATES = frozenset({"Ymd", "dmY", "mdY", "Ydm", "ymd", "dmy", "mdy", "Yj"})
DATES = FULL_DATES | YEARLESS | {"Ym", "mY", "my", "GV", "GVu", "VG", "Yq", "qY"}
CLOCKS = frozenset({"HM", "HMS", "HMSf", "IMp", "IMSp", "IMSfp", "Ip", "NM", "NMS", "NMSf"})
CLOCKS |= {"pIM", "pIMS", "KSf", "EM", "EMS", "EMSf"}
COMPACT = {
    4: ("HM",),
    6: ("ymd", "dmy", "mdy", "HMS", "Ym", "mY", "GV"),
    7: ("Yj",),
    8: ("Ymd", "dmY", "mdY"),
    12: ("YmdHM", "ymdHMS"),
    14: ("YmdHMS", "dmYHMS", "mdYHMS"),
    17: ("YmdHMSf",),
}
EPOCH = {10: "", 13: "3", 16: "6", 19: "9"}  # digits of an instant, and of its fraction of seconds
# Of arbitrary digits, the share that are such a field (of two digits, 12 of 100 are a month).
CHANCE = {"m": 0.12, "d": 0.31, "H": 0.24, "I": 0.12, "M": 0.6, "S": 0.6, "j": 0.366, "V": 0.53}
CHANCE |= {"Y": 0.1, "G": 0.1, "q": 0.4, "u": 0.7, "z": 0.1, "b": 0.01, "B": 0.01, "p": 0.1}
CHANCE["E"] = 0.25
_OPTIONAL = {".": "?", ",": "!"}  # the flag of a fraction that is left out where it is zero
_WEEK_WORDS, _QUARTER_WORDS = {"W", "w", "KW", "CW", "wk", "week", "Week"}, {"Q", "q", "T"}


@dataclass(frozen=True)
class Draft:
    """A format that is being put together: its pattern so far, and the fields in their order."""

    form: MomentFormat
    codes: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ("",)  # the literal text before each field, and after the last

    def literal(self, text: str) -> Draft:
        """The draft, and a text that is always the same."""
        pattern = self.form.pattern + text.replace("%", "%%")
        form = replace(self.form, pattern=pattern)
        return replace(self, form=form, gaps=(*self.gaps[:-1], self.gaps[-1] + text))

    def field(self, code: str, flag: str = "", **named: object) -> Draft:
        """The draft, and a field."""
        form = replace(self.form, pattern=f"{self.form.pattern}%{flag}{code}", **named)  # type: ignore[arg-type]
        return replace(self, form=form, codes=(*self.codes, code), gaps=(*self.gaps, ""))

    def without_gap(self) -> Draft:
        """The draft without the sign behind its last field, which the next one writes itself."""
        pattern = self.form.pattern[: -len(self.gaps[-1])]
        return replace(self, form=replace(self.form, pattern=pattern), gaps=(*self.gaps[:-1], ""))


def formats_of(group: Group, min_entities: int) -> list[MomentFormat]:
    """All formats in which the texts of a group may be written."""
    drafts = [Draft(MomentFormat(""))]
    for place, kind in enumerate(group.skeleton):
        roles = _ROLES.get(kind)
        if roles is None:
            drafts = [draft.literal(kind) for draft in drafts]
        else:
            drafts = [
                new
                for draft in drafts
                for new in roles(draft, group, place, min_entities)
                if _has_sense(new)
            ]
    return [draft.form for draft in drafts if _is_whole(draft)]


def evidence(form: MomentFormat) -> float:
    """Digits of the odds that one value was written so by chance: 2 for a hundredth."""
    return sum(-log10(CHANCE.get(token.code, 1.0)) for token in form.tokens)


def date_order(codes: tuple[str, ...]) -> str:
    """The fields of the date in their order: ``dmY``; names of months are months."""
    return "".join("m" if c in "bB" else c for c in codes if c in "YymbBdjGVuq")


def _clock_order(codes: tuple[str, ...]) -> str:
    return "".join(c for c in codes if c in CLOCK_CODES)


def _word_roles(draft: Draft, group: Group, place: int, min_entities: int) -> Iterator[Draft]:
    common = frozenset(t for t, n in group.places[place].items() if n >= 0.01 * group.rows)
    if group.share(place, common) < NEARLY_ALL:
        return
    for code in "BbAa":
        for language, case in languages_of(code, common)[:4]:
            spoken = _spoken(draft, language, case)
            if spoken:
                yield draft.field(code, language=spoken, case=case)
    for pair in HALF_DAYS:
        if common <= set(pair) and ("I" in draft.codes or not _clock_order(draft.codes)):
            yield draft.field("p", half_days=pair)
    if common <= set(ORDINALS) and draft.codes[-1:] == ("d",) and not draft.gaps[-1]:
        yield draft.field("o")
        return
    after_clock = "M" in draft.codes or "p" in draft.codes
    in_brackets = draft.codes[-1:] == ("z",) and draft.gaps[-1][-1:] in ("(", "[")
    if after_clock and (in_brackets or all(word in ZONES or "/" in word for word in common)):
        held = {z for z in common if group.places[place][z] >= min_entities}
        yield draft.field("Z", zones=tuple(sorted(held)))
    if group.places[place][group.most(place)] >= max(NEARLY_ALL * group.rows, 1):
        yield draft.literal(group.most(place))


def _spoken(draft: Draft, language: str, case: str) -> str | None:
    """The language of all names, where those that a draft has already are of it too."""
    named = [code for code in draft.codes if code in "AaBb"]
    form = draft.form
    if not named or (language, case) == (form.language, form.case):
        return language
    if case != form.case or base_language(language) != base_language(form.language):
        return None
    if all(names(c, language, case) == names(c, form.language, case) for c in named):
        return language
    return None


def _offset_roles(draft: Draft, group: Group, place: int, min_entities: int) -> Iterator[Draft]:
    texts = group.places[place]
    utc = texts["Z"]
    longest = max((len(t) for t in texts if t != "Z"), default=1)
    flag = {1: "^", 3: "#", 5: "", 6: "^" if utc else ":"}[longest]
    constant = _minutes(group.most(place)) if len(texts) == 1 else None
    yield draft.field("z", flag, offset=constant)


def _minutes(offset: str) -> int:
    if offset == "Z":
        return 0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return (60 * int(digits[:2]) + int(digits[2:])) * (-1 if offset[0] == "-" else 1)


def _digit_roles(draft: Draft, group: Group, place: int, min_entities: int) -> Iterator[Draft]:
    texts, gap = group.places[place], draft.gaps[-1]
    if draft.codes[-1:] == ("S",) and gap in (".", ",", ":"):
        widths = {len(t) for t in texts}
        if max(widths) <= 9:
            digits = str(max(widths)) if len(widths) == 1 else ""
            yield draft.field("f", digits or "-")
            if gap in _OPTIONAL:
                yield draft.without_gap().field("f", _OPTIONAL[gap] + digits)
        return
    widths = _widths(group, place)
    if len(widths) == 1 and max(widths) in EPOCH and not set(draft.codes):
        yield draft.field("s", EPOCH[max(widths)])
        return
    if draft.codes == ("s",) and len(texts) == 1:
        yield draft.literal(group.most(place))
        return
    if widths == {1} and gap.strip(" -") in _QUARTER_WORDS:
        yield draft.field("q")
        return
    if len(widths) == 1:
        yield from _of_one_width(draft, widths, gap)
    if widths <= {1, 2} and gap.strip(" -") in _WEEK_WORDS:
        yield draft.field("V", _paddings(group, place)[0])
    after_letter = widths == {1} and gap[-1:].isalpha()  # the half-year of 2024-H1
    if widths <= {1, 2} and not after_letter:
        for flag in _paddings(group, place):
            for code in "dmHI":
                yield draft.field(code, flag)
    if not draft.codes and widths <= {1, 2} and texts["24"]:
        yield draft.field("E", _paddings(group, place)[0])
    if not draft.codes and widths <= {1, 2, 3, 4, 5}:
        yield draft.field("N", "" if 1 not in widths else "-")
        yield draft.field("K", "" if 1 not in widths else "-")


def _of_one_width(draft: Draft, widths: set[int], gap: str) -> Iterator[Draft]:
    (width,) = widths
    if width == 4:
        yield draft.field("Y")
        yield draft.field("G")
    if width == 3:
        yield draft.field("j")
    if width == 2:
        for code in "yMS":
            yield draft.field(code)
    if width == 1 and draft.codes[-1:] == ("V",):
        yield draft.field("u")
    for codes in COMPACT.get(width, ()):
        new = draft
        for code in codes:
            new = new.field(code, "3" if code == "f" else "")
        yield new


def _widths(group: Group, place: int) -> set[int]:
    """The numbers of digits, a blank in the place of a zero counted, but for rare ones."""
    count: dict[int, int] = {}
    for text, n in group.places[place].items():
        count[len(text)] = count.get(len(text), 0) + n
    return {width for width, n in count.items() if n > (1 - NEARLY_ALL) / 2 * group.rows}


def _paddings(group: Group, place: int) -> list[str]:
    """The ways in which numbers below ten are written: with a zero, a blank or nothing before."""
    texts = group.places[place]
    zeros = sum(n for t, n in texts.items() if len(t) == 2 and t[0] == "0")
    blanks = sum(n for t, n in texts.items() if t[0] == " ")
    bare = sum(n for t, n in texts.items() if len(t) == 1)
    ways = ((zeros, ""), (bare, "-"), (blanks, "_"))
    few = 0.02 * (zeros + bare + blanks)
    return [flag for n, flag in ways if n > few] or [""]


def _has_sense(draft: Draft) -> bool:
    """Whether no field stands twice, and the clock's follow each other."""
    plain = [
        "m" if c in "bB" else "Y" if c in "yG" else "A" if c == "a" else c for c in draft.codes
    ]
    if len(set(plain)) < len(plain) or sum(c in "HINKE" for c in plain) > 1:
        return False
    clock = _clock_order(draft.codes)
    return not clock or any(known.startswith(clock) for known in CLOCKS)


def _is_whole(draft: Draft) -> bool:
    codes = draft.codes
    if "s" in codes:
        return codes == ("s",)
    date, clock = date_order(codes), _clock_order(codes)
    if not (date or clock) or (date and date not in DATES) or (clock and clock not in CLOCKS):
        return False
    if not date and set(codes) - set(clock):
        return False  # a zone, or a weekday, of no date
    if date in YEARLESS and not {"b", "B"} & set(codes):
        return False
    if date and (set("NKE") & set(codes) or (clock and date not in FULL_DATES | YEARLESS)):
        return False
    if ("A" in codes or "a" in codes) and date not in FULL_DATES:
        return False
    places = [place for place, code in enumerate(codes) if code in CLOCK_CODES]
    if clock and places[-1] - places[0] != len(places) - 1:
        return False
    fields = tuple(zip(draft.codes[:-1], draft.gaps[1:-1], draft.codes[1:], strict=True))
    padded = all(token.flag == "" for token in draft.form.tokens)
    return dates_signs(fields, date, padded=padded) and clocks_signs(
        fields,
        draft.form.pattern,
        has_date=date in FULL_DATES and ("y" not in date or bool({"b", "B"} & set(codes))),
        date=date,
    )


_ROLES = {DIGITS: _digit_roles, WORD: _word_roles, OFFSET: _offset_roles}
