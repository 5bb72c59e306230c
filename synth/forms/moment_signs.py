"""What may stand between the fields of a date and of a clock time."""

from __future__ import annotations

Fields = tuple[tuple[str, str, str], ...]  # a field, the text behind it, and the next field
DATE_CODES, CLOCK_CODES, NAMES = "YymbBdjGVuq", "HINKEMSfp", "AaoB"
YEARLESS = frozenset({"dm", "md"})  # with the name of the month
NUMERIC = frozenset({"Ymd", "dmY", "mdY", "Ydm", "ymd", "dmy", "mdy"})
_BETWEEN_NUMBERS = frozenset({"", "-", "/", ".", " ", "_", ". ", ":"})
# Signs that differ between the parts of one date.
_UNLIKE = (frozenset({".", ". "}), frozenset({"年", "月"}), frozenset({"년 ", "월 "}))
_IN_CLOCKS = frozenset({":", "h", "H", "h ", "時", "时", "点", "分", "시", "시 ", "분", "분 "})
_BEFORE_SHORT_YEAR = frozenset({"-", "/", "'", " '", ""})


def dates_signs(fields: Fields, date: str, *, padded: bool) -> bool:
    """Whether what stands between a date's fields is what stands there in dates.

    ``date``: its fields in their order (``dmY``); ``padded``: whether numbers have leading zeros.
    """
    named = any(code in "bB" for pair in fields for code in (pair[0], pair[2]))
    weekday = any(code in "Aa" for pair in fields for code in (pair[0], pair[2]))
    if any(a in CLOCK_CODES and b in DATE_CODES and " " not in gap for a, gap, b in fields):
        return False  # the 56 of 23:53:56 is no year
    signs = {gap for a, gap, b in fields if b in DATE_CODES and a in DATE_CODES + "Aao"}
    if date in NUMERIC and not named and not weekday:
        if len(signs) > 1 and not any(signs <= unlike for unlike in _UNLIKE):
            return False
        known = signs <= _BETWEEN_NUMBERS or any(signs <= unlike for unlike in _UNLIKE)
        return known and (":" not in signs or date == "Ymd")
    if date == "my":  # as on cards; 1/2 is no month
        return signs <= _BEFORE_SHORT_YEAR and (named or (signs == {"/"} and padded))
    return not any(":" in gap or (date in YEARLESS and "'" in gap) for gap in signs)


def clocks_signs(fields: Fields, pattern: str, *, date: str, has_date: bool) -> bool:
    """Whether what stands between a clock time's fields is what stands there in times.

    ``has_date``: a full date makes a time of what could be a decimal or a code by itself.
    """
    alone = "".join(code for code, _, _ in fields) + fields[-1][2] if fields else ""
    for before, gap, code in fields:
        if before not in "HINKEMS" or code not in "MSfp" or code == "f":
            continue
        if code == "p" and not gap.strip():
            continue
        first = alone == "HM" and not pattern.partition("%H")[0]
        by_itself = (first or alone == "HMS") if date == "" else date not in YEARLESS
        compact = gap == "" and before in "HM" and by_itself
        dotted = gap == "." and " Uhr" in pattern
        certain = has_date and gap in (".", "-", "_")
        if not (gap in _IN_CLOCKS or compact or dotted or certain):
            return False
    return True
