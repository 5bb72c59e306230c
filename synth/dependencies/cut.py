"""Round numbers between two values of a table, which are neither of them."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

import numpy as np

from synth.table.values import is_moment, is_whole

_DIGITS = 17  # of a float64, and of int64 but one
_EXACT = Context(prec=60)


def cut_between(low: float, high: float, type_name: str) -> float:
    """The roundest number above ``low`` and below ``high``, as ``to_numbers`` has them.

    For dates and times the start of a year, month, day, hour, minute or second, where one lies
    between. ``high`` itself where nothing does.
    """
    if is_moment(type_name):
        found = _moment_between(int(low), int(high), "D" if type_name == "date" else "us")
        if found is not None:
            return found
    first, last = Decimal(low), Decimal(high)
    largest = max(abs(first), abs(last)).adjusted() + 1
    least = 0 if is_whole(type_name) else largest - 2 * _DIGITS
    for power in range(largest, least - 1, -1):
        unit = Decimal(1).scaleb(power)
        lowest = _EXACT.divide(first, unit).to_integral_value(ROUND_FLOOR) + 1
        highest = _EXACT.divide(last, unit).to_integral_value(ROUND_CEILING) - 1
        if lowest <= highest:
            middle = ((lowest + highest) / 2).to_integral_value(ROUND_FLOOR)
            cut = middle * unit
            number = int(cut) if is_whole(type_name) else float(cut)
            if low < number < high:
                return number
    return high


def _moment_between(low: int, high: int, unit: str) -> int | None:
    for coarse in ("Y", "M", "D", "h", "m", "s") if unit == "us" else ("Y", "M"):
        ends = np.array([low, high - 1], "int64").astype(f"datetime64[{unit}]")
        first, last = ends.astype(f"datetime64[{coarse}]").astype("int64")
        if last > first:
            middle = np.int64((first + 1 + last) // 2).astype(f"datetime64[{coarse}]")
            return int(middle.astype(f"datetime64[{unit}]").astype("int64"))
    return None
