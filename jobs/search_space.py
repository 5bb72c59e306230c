"""The settings that a search tries: values or ranges by name, checked, and drawn evenly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.generators.contract import GeneratorKind
from synth.generators.registry import read_settings
from synth.table.errors import InputError

DIGITS = 3  # of a drawn fraction: more would be said, and mean nothing
ROUNDS = 50  # of draws, after which a space is taken to have no other settings


@dataclass(frozen=True)
class Values:
    """A setting's values, each as likely as the others."""

    values: tuple[Any, ...]

    def at(self, share: float) -> Any:
        """The value at a share in [0, 1) of the whole."""
        return self.values[int(share * len(self.values))]


@dataclass(frozen=True)
class Range:
    """A setting's range, its ends included; ``log``: each order of magnitude alike."""

    lowest: float
    highest: float
    log: bool
    whole: bool

    def at(self, share: float) -> float | int:
        """The number at a share in [0, 1) of the whole."""
        if self.log:
            found = math.exp(_between(math.log(self.lowest), math.log(self.highest), share))
        else:
            found = _between(self.lowest, self.highest, share)
        found = round(found) if self.whole else float(f"{found:.{DIGITS}g}")
        return min(max(found, self.lowest), self.highest)


Axis = Values | Range


def read_space(
    kind: GeneratorKind, given: Mapping[str, Any], asked: Mapping[str, Any]
) -> dict[str, Axis]:
    """The axes of a space, by setting, beside the settings that are ``given`` to all of it.

    InputError names the setting, what is wrong with it, and what to do: one that the kind does not
    know, that encode reads, or that the kind's figure cannot choose, and each value or end of a
    range that the kind refuses.
    """
    if kind.guide is None:
        raise InputError(
            f"generator {kind.name!r} cannot be searched: no figure of its fit says how good its "
            "settings are. Take one that learns, such as autoregressive, or name settings side by "
            "side in generators"
        )
    for name in asked:
        if name in kind.encode_settings:
            raise InputError(
                f"{name}: codes are made for it, before any fit; set it in settings, or name both "
                "in generators"
            )
        if name in kind.guide.blind_to:
            raise InputError(
                f"{name}: the {kind.guide.figure}, by which settings are searched, does not show "
                "what it is worth; set it in settings, or name both in generators"
            )
    return {name: _axis(kind, given, name, one) for name, one in asked.items()}


def drawn(
    kind: GeneratorKind,
    given: Mapping[str, Any],
    space: Mapping[str, Axis],
    trials: int,
    seed: int,
) -> list[dict[str, Any]]:
    """Settings of each trial: first those that are given, then others all different.

    A Latin hypercube (McKay, Beckman & Conover 1979): each range is covered evenly however few
    trials there are. Settings that the kind refuses together are left out. Fewer than asked where
    the space has no more. The same for the same seed.
    """
    from scipy.stats.qmc import LatinHypercube  # takes long, and configurations are read often

    rng = np.random.default_rng([seed, len(space)])
    found, seen = [dict(given)], [read_settings(kind, given)]
    for _ in range(ROUNDS):
        for shares in LatinHypercube(len(space), seed=rng).random(max(trials - 1, 1)):
            if len(found) >= trials:
                return found
            placed = zip(space.items(), shares, strict=True)
            settings = {**given, **{name: axis.at(share) for (name, axis), share in placed}}
            with suppress(InputError):
                own = read_settings(kind, settings)
                if own not in seen:  # the default that is written out is the default
                    found.append(settings)
                    seen.append(own)
    return found


def _axis(kind: GeneratorKind, given: Mapping[str, Any], name: str, asked: Any) -> Axis:
    if isinstance(asked, Mapping):
        return _range(kind, given, name, asked)
    if not isinstance(asked, list | tuple) or not asked:
        raise InputError(
            f"{name}: what to try is a list of values, or {{from: NUMBER, to: NUMBER}}, however: "
            f"{asked!r}"
        )
    values = tuple(asked)
    for place, value in enumerate(values):
        _require(kind, given, name, value)
        if value in values[:place]:
            raise InputError(f"{name}: {value!r} stands there twice; once is enough")
    return Values(values)


def _range(
    kind: GeneratorKind, given: Mapping[str, Any], name: str, asked: Mapping[str, Any]
) -> Range:
    lowest, highest, log = asked.get("from"), asked.get("to"), asked.get("log", False)
    ends, known = (lowest, highest), asked.keys() <= {"from", "to", "log"}
    if not known or not all(_is_number(end) for end in ends):
        raise InputError(
            f"{name}: a range is {{from: NUMBER, to: NUMBER}}, and log: true where each order of "
            f"magnitude is to be tried alike, however: {dict(asked)}"
        )
    assert lowest is not None and highest is not None
    for end in ends:
        _require(kind, given, name, end)
    if not lowest < highest:
        raise InputError(
            f"{name}: from is {lowest:g} and to is {highest:g}: no value lies between; put the "
            "lower one first"
        )
    if not isinstance(log, bool):
        raise InputError(f"{name}: log is true or false, however: {log!r}")
    if log and lowest <= 0:
        raise InputError(
            f"{name}: from is {lowest:g}, and log asks for numbers above 0: raise it, or leave log "
            "out"
        )
    return Range(lowest, highest, log, _is_whole(kind, given, name, lowest, highest))


def _require(kind: GeneratorKind, given: Mapping[str, Any], name: str, value: Any) -> None:
    """InputError where the kind refuses a value; it names the setting and the value."""
    read_settings(kind, {**given, name: value})


def _is_whole(
    kind: GeneratorKind, given: Mapping[str, Any], name: str, lowest: float, highest: float
) -> bool:
    """Whether the setting takes whole numbers alone: a fraction between the ends is refused."""
    between = lowest + (highest - lowest) / math.pi  # no whole number, of two that are
    try:
        _require(kind, given, name, between)
    except InputError:
        return True
    return False


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _between(lowest: float, highest: float, share: float) -> float:
    return lowest + share * (highest - lowest)
