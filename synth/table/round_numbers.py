"""Round numbers between two values of a table, which are neither of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from synth.table.values import is_moment, is_whole

_DIGITS = 17  # of a float64
_TIME_UNITS = ("Y", "M", "D", "h", "m", "s")
_NEAR = (0, 1, -1, 2, -2)  # multiples beside the middle one, where that is somebody's own
_Scale = tuple[np.ndarray, np.ndarray, Callable[[np.ndarray], np.ndarray]]


def cut_between(low: float, high: float, type_name: str) -> float:
    """The roundest number above ``low`` and below ``high``; see :func:`round_between`."""
    domain = np.int64 if is_whole(type_name) else np.float64
    cuts = round_between(np.array([low], domain), np.array([high], domain), type_name)
    cut: float = cuts[0].item()
    return cut


def round_between(
    low: np.ndarray, high: np.ndarray, type_name: str, taken: np.ndarray | None = None
) -> np.ndarray:
    """The roundest numbers above ``low`` and below ``high``, as ``to_numbers`` has them.

    int64 or float64 ``(numbers,)``. For dates and times the start of a year, month, day, hour,
    minute or second, where one lies between. None is among the ascending values ``taken`` unless
    all that were looked at are; ``high`` itself where nothing lies between.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # distances beyond the floats
        return _round_between(low, high, type_name, taken)


def _round_between(
    low: np.ndarray, high: np.ndarray, type_name: str, taken: np.ndarray | None
) -> np.ndarray:
    found, is_open, has_spare = high.copy(), high > low, np.zeros(len(high), bool)
    for first, last, value_of in _scales(low, high, type_name):
        rows = np.flatnonzero(is_open & (first <= last))
        middle = first[rows] + (last[rows] - first[rows]) // 2
        for offset in _NEAR:
            place = middle + offset
            value = value_of(place)
            inside = is_open[rows] & (value > low[rows]) & (value < high[rows])
            free = inside & ~_is_in(value, taken)
            spare = inside & ~free & ~has_spare[rows]
            found[rows[free | spare]] = value[free | spare]
            is_open[rows[free]], has_spare[rows[spare]] = False, True
        if not is_open.any():
            break
    return found


def _is_in(values: np.ndarray, ascending: np.ndarray | None) -> np.ndarray:
    if ascending is None or not len(ascending):
        return np.zeros(len(values), bool)
    at = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    same: np.ndarray = ascending[at] == values
    return same


def _scales(low: np.ndarray, high: np.ndarray, type_name: str) -> Iterator[_Scale]:
    """From the coarsest on: the first and the last multiple between, and what a multiple is."""
    if not len(low):
        return
    if is_moment(type_name):
        yield from _moments(low, high, "D" if type_name == "date" else "us")
    largest = max(float(np.abs(ends.astype(np.float64)).max()) for ends in (low, high))
    power = int(np.floor(np.log10(largest))) + 1 if largest > 0 else 0
    if is_whole(type_name):
        for whole in range(min(power, 18), -1, -1):
            yield _whole(low, high, 10**whole)
        return
    least = min(float((high - low).min()), 1e307)
    finest = int(np.floor(np.log10(least))) - 2 if least > 0 else power - 2 * _DIGITS
    for real in range(min(power, 308), max(finest, power - 340, -307) - 1, -1):
        yield _real(low, high, real)


def _moments(low: np.ndarray, high: np.ndarray, unit: str) -> Iterator[_Scale]:
    for coarse in _TIME_UNITS if unit == "us" else _TIME_UNITS[:2]:

        def value_of(place: np.ndarray, coarse: str = coarse) -> np.ndarray:
            moments = place.astype(f"datetime64[{coarse}]").astype(f"datetime64[{unit}]")
            whole: np.ndarray = moments.astype(np.int64)
            return whole

        first, last = (
            ends.astype(f"datetime64[{unit}]").astype(f"datetime64[{coarse}]").astype(np.int64)
            for ends in (low, high - 1)
        )
        yield first + 1, last, value_of


def _whole(low: np.ndarray, high: np.ndarray, unit: int) -> _Scale:
    return low // unit + 1, -(-high // unit) - 1, lambda place: place * unit


def _real(low: np.ndarray, high: np.ndarray, power: int) -> _Scale:
    """Multiples as floats: their number may have more digits than int64."""

    def value_of(place: np.ndarray) -> np.ndarray:
        value: np.ndarray = place * 10.0**power if power >= 0 else place / 10.0**-power
        return value

    below, above = (
        ends / 10.0**power if power >= 0 else ends * 10.0**-power for ends in (low, high)
    )
    return np.floor(below) + 1, np.ceil(above) - 1, value_of
