"""What generators are there, and what each can do: for who chooses one."""

from __future__ import annotations

from dataclasses import dataclass

from synth.generators.contract import Conditional, Scored, Tempered
from synth.generators.registry import generator_kind, generator_names, setting_names
from synth.table.errors import InputError


@dataclass(frozen=True)
class Installed:
    """What one generator is and can do, or why it cannot be loaded."""

    name: str
    summary: str
    conditions: bool | None = None  # None: not known before a fit
    densities: bool | None = None
    temperature: bool | None = None
    settings: tuple[str, ...] = ()
    problem: str | None = None


def installed() -> tuple[Installed, ...]:
    """All generators, also those that cannot be loaded."""
    return tuple(_looked_at(name) for name in generator_names())


def _looked_at(name: str) -> Installed:
    try:
        kind = generator_kind(name)
    except InputError as error:
        return Installed(name, "", problem=str(error))
    made = kind.generator_type

    def can(capability: type) -> bool | None:
        return None if made is None else issubclass(made, capability)

    return Installed(
        name,
        kind.summary or (type(kind).__doc__ or "").partition("\n")[0],  # none that it inherits
        can(Conditional),
        can(Scored),
        can(Tempered),
        setting_names(kind.settings_type),
    )
