"""Numbers that are clock times: 517 for 5:17. Their cells are made, and drawn from, in minutes.

As numbers they have a gap after each :59, at which intervals end, and rare times beside it would be
coded as the next frequent one.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace

import numpy as np

from synth.encode.cells import Cells, protected_cells
from synth.encode.levels import Levels, arrange
from synth.encode.settings import EncoderSettings
from synth.encode.usual_grid import RARELY
from synth.statistics.column_state import NumberState
from synth.statistics.frequent import FrequentNumbers

FEWEST_TIMES, LAST_HOUR, COARSEST_CLOCK = 30, 1200, 50
LAST_TIME = 2400
MINUTES_PER_DAY = 1440
BEYOND_A_DAY = 9_900  # as times: hours of infinite values


def clock_grid(state: NumberState, least: int) -> int:
    """The grid of clock times in minutes; 0 where the values are none.

    So many values do not lie below :60 by chance, unless all are multiples of 50 or of 100. Others
    of fewer than ``least`` rows, and of hardly any, are no clock times of a column of them.
    """
    values, counts = state.frequent.values, state.frequent.counts
    counts, values = counts[np.isfinite(values)], values[np.isfinite(values)]
    if not state.frequent.is_exact or len(values) < FEWEST_TIMES:
        return 0
    sound = _is_time(values)
    others = int(counts[~sound].sum())
    times = values[sound].astype(np.int64)
    if others >= least or others > RARELY * counts.sum() or (times != values[sound]).any():
        return 0
    if not len(times) or times[-1] < LAST_HOUR or np.gcd.reduce(times) >= COARSEST_CLOCK:
        return 0
    return int(np.gcd.reduce(minutes_of(times)))


def clock_cells(state: NumberState, settings: EncoderSettings, step: int) -> Cells:
    """The cells of clock times on a grid of ``step`` minutes: their edges are times as well.

    A finite number that is no clock time is in none. Beyond the last time nothing is drawn.
    """
    values, counts = state.frequent.values, state.frequent.counts
    kept = ~np.isfinite(values) | _is_time(values)
    values, counts = values[kept], counts[kept]
    in_minutes = copy(state)
    in_minutes.frequent = FrequentNumbers(_of_finite(minutes_of, values), counts)
    in_minutes.step, in_minutes.decimals = step, 0
    all_times = replace(settings, lossless=max(settings.lossless, MINUTES_PER_DAY + 3))
    found = protected_cells(in_minutes, all_times, tails=False)
    end = int(minutes_of(values[np.isfinite(values)].max())) + 1
    is_atom = found.is_atom
    lower = np.where(is_atom, found.lower, np.clip(found.lower, 0, end - 1))
    upper = np.where(is_atom, found.upper, np.clip(found.upper, 1, end))
    return replace(found, lower=_of_finite(time_of, lower), upper=_of_finite(time_of, upper))


def minutes_of(times: np.ndarray) -> np.ndarray:
    """Minutes since midnight of clock times, int64; of what is beyond :60, the full hour."""
    minutes: np.ndarray = times // 100 * 60 + np.minimum(times % 100, 60)
    return minutes


def time_of(minutes: np.ndarray) -> np.ndarray:
    """The clock times of so many minutes since midnight."""
    times: np.ndarray = minutes // 60 * 100 + minutes % 60
    return times


def clock_levels(cells: Cells, settings: EncoderSettings, step: int) -> Levels:
    """A clock time is its hour, and the minute in it: a minute means the same in every hour.

    Trains leave at 12 and 42 past, whatever the hour: what one hour shows of it counts for all. An
    interval has the minute of its first time that has no cell of its own. One level for few cells.
    """
    if len(cells.lower) <= settings.direct:
        return arrange(cells.counts, settings)
    beyond = (-BEYOND_A_DAY, BEYOND_A_DAY)
    ends = (np.clip(np.ceil(edge), *beyond) for edge in (cells.lower, cells.upper))
    own, last = (minutes_of(end.astype(np.int64)) for end in ends)
    taken = set(own[cells.is_atom].tolist())
    first = own.copy()
    for cell in np.flatnonzero(~cells.is_atom).tolist():
        free = (minute for minute in range(own[cell], last[cell], step) if minute not in taken)
        first[cell] = next(free, own[cell])
    group = np.unique(first // 60, return_inverse=True)[1]
    place = first % 60 // step
    # What has no time of its own comes after the minutes.
    _, again = np.unique(np.stack([group, place]), axis=1, return_index=True)
    others = np.setdiff1d(np.arange(len(place)), again)
    place[others] = 60 // step + np.arange(len(others))
    return Levels(group.astype(np.int32), place.astype(np.int32))


def _is_time(values: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):  # the rest of an infinite value
        sound: np.ndarray = (values >= 0) & (values <= LAST_TIME) & (values % 100 < 60)
    return sound


def _of_finite(told: Callable[[np.ndarray], np.ndarray], values: np.ndarray) -> np.ndarray:
    """What is ``told`` of finite values, in the values' dtype; infinite ones stay."""
    finite = np.isfinite(values)
    found = values.copy()
    found[finite] = told(values[finite])
    return found
