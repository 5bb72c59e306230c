"""What a setting is called where the caller came in: a key of the lake's, an argument in memory.

The same code speaks to who writes a configuration and to who calls the synthesizer. Messages name
a setting by :func:`called`, which gives the word that the caller can act on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType


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
    "split.key": Argument("fit", "entity", "entity=[...]"),
    "train.settings": Argument("__init__", "settings", "settings={...}"),
    "train.use_gpu": Argument("__init__", "device", "device='cuda'"),
}

# What the judge's own door calls them (synth.evaluation.evaluate), where that is another word.
OF_THE_JUDGE = {"privacy.min_entities": "min_entities"}

_in_memory: ContextVar[Mapping[str, str] | None] = ContextVar("in_memory", default=None)


@contextmanager
def in_memory(words: Mapping[str, str] = MappingProxyType({})) -> Iterator[None]:
    """Messages of the block name arguments of the synthesizer; ``words``: of another function."""
    token = _in_memory.set(words)
    try:
        yield
    finally:
        _in_memory.reset(token)


def called(setting: str) -> str:
    """A lake's setting as its caller knows it; KeyError for one that has no counterpart."""
    argument, words = ARGUMENTS[setting], _in_memory.get()
    return setting if words is None else words.get(setting, argument.words)


def either(*, lake: str, memory: str) -> str:
    """Of two ways to say what to do, or of what, the one that the caller can act on."""
    return lake if _in_memory.get() is None else memory


def learned_from() -> str:
    """The rows that are learned: a part of the lake's table, and in memory all of it."""
    return either(lake="the train part", memory="the table")
