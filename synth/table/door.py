"""What a setting is called where the caller came in: a key of the lake's, an argument in memory.

The same code speaks to who writes a configuration and to who calls the synthesizer. Messages name
a setting by :func:`called`, which gives the word that the caller can act on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Argument:
    """``name`` is an argument of ``call``, a method of the synthesizer; ``words`` show its use."""

    call: str
    name: str
    words: str


# Every setting of the lake that a message of synth names, and its counterpart.
ARGUMENTS = {
    "dependencies.add": Argument("fit", "dependencies", "fit(dependencies=[...])"),
    "encode.first": Argument("fit", "first", "fit(first=[...])"),
    "privacy.min_entities": Argument("__init__", "encoder", "encoder['min_entities']"),
    "train.settings": Argument("__init__", "settings", "settings={...}"),
    "train.use_gpu": Argument("__init__", "device", "device='cuda'"),
}

_in_memory: ContextVar[bool] = ContextVar("in_memory", default=False)


@contextmanager
def in_memory() -> Iterator[None]:
    """Messages of the block name arguments of the synthesizer."""
    token = _in_memory.set(True)
    try:
        yield
    finally:
        _in_memory.reset(token)


def called(setting: str) -> str:
    """A lake's setting as its caller knows it; KeyError for one that has no counterpart."""
    argument = ARGUMENTS[setting]
    return argument.words if _in_memory.get() else setting


def either(*, lake: str, memory: str) -> str:
    """Of two ways to say what to do, or of what, the one that the caller can act on."""
    return memory if _in_memory.get() else lake


def learned_from() -> str:
    """The rows that are learned: a part of the lake's table, and in memory all of it."""
    return either(lake="the train part", memory="the table")
