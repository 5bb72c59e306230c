"""Generators by name, ours and those of other packages, and the reading of their settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from synth.generators.contract import GeneratorKind
from synth.table.errors import InputError
from synth.table.known_names import nearest

ENTRY_POINTS = "lakesynth.generators"
AUTO = "auto"
DEFAULT, WITHOUT_TORCH = "autoregressive", "mixture"
# Adding one of ours is a file or a folder, and a line here; paths, so that one loads no other.
_PATHS = {
    "autoregressive": "synth.generators.autoregressive.kind:AutoregressiveKind",
    "tvae": "synth.generators.tvae.kind:TvaeKind",
    "ctgan": "synth.generators.ctgan.kind:CtganKind",
    "diffusion": "synth.generators.diffusion.kind:DiffusionKind",
    "mixture": "synth.generators.mixture.kind:MixtureKind",
    "gaussian_copula": "synth.generators.gaussian_copula.kind:GaussianCopulaKind",
    "marginal": "synth.generators.marginal:MarginalKind",
}


def resolved(name: str) -> str:
    """The generator that a name stands for: ``auto`` is the best one that can be fitted here.

    That is the default where torch is installed, and else the best of those that need none.
    """
    if name != AUTO:
        return name
    return DEFAULT if find_spec("torch") else WITHOUT_TORCH


def note_on_torch(name: str) -> tuple[str, ...]:
    """That a generator stands in for the default, which cannot be fitted here; else nothing."""
    if name != WITHOUT_TORCH or find_spec("torch"):
        return ()
    return (
        f"torch is not installed here: the generator is {name}, the best of those that need none; "
        f"for {DEFAULT}, which is better, pip install 'lakesynth[train]'",
    )


def generator_names() -> tuple[str, ...]:
    """The names of all generators that are installed."""
    return tuple(sorted({*_PATHS, *(point.name for point in entry_points(group=ENTRY_POINTS))}))


def generator_kind(name: str) -> GeneratorKind:
    """The kind of this name; InputError names those that there are, or what a package lacks."""
    if name in _PATHS:
        module, _, attribute = _PATHS[name].partition(":")
        found = getattr(import_module(module), attribute)
    else:
        point = next((p for p in entry_points(group=ENTRY_POINTS) if p.name == name), None)
        if point is None:
            close = nearest(name, (*generator_names(), AUTO))
            hint = f"did you mean {close}? " if close else ""
            raise InputError(
                f"no generator {name!r}; {hint}there are: {', '.join(generator_names())}"
            )
        try:
            found = point.load()
        except (ImportError, AttributeError) as error:
            raise InputError(
                f"generator {name!r} is installed but cannot be loaded from {point.value} "
                f"({error}): install what it needs, or mend its entry point"
            ) from error
    kind = found() if isinstance(found, type) else found
    if not isinstance(kind, GeneratorKind):
        raise InputError(
            f"generator {name!r} is no GeneratorKind but a {type(kind).__name__}: its entry point "
            "names a subclass of synth.generators.contract.GeneratorKind"
        )
    return kind


def read_settings(kind: GeneratorKind, settings: Mapping[str, Any] | Any = None) -> Any:
    """Settings of the kind's own type, from a mapping or from such settings themselves.

    InputError has one line for each that is unknown or wrong, with the known ones.
    """
    own, known = kind.settings_type, setting_names(kind.settings_type)
    if isinstance(settings, own):  # a dataclass takes anything: it is looked at here
        settings = {name: getattr(settings, name) for name in known}
    if settings is not None and not isinstance(settings, Mapping):
        raise InputError(
            f"settings of generator {kind.name!r} are a mapping or {own.__name__}, however: "
            f"{type(settings).__name__}"
        )
    plain = dict(settings or {})
    if plain and not known:
        raise InputError(f"{', '.join(map(str, plain))}: generator {kind.name!r} has no settings")
    unknown = [_unknown(str(name), known) for name in plain if name not in known]
    if unknown:
        raise InputError("\n".join(unknown))
    try:
        return TypeAdapter(own).validate_python(plain)
    except ValidationError as error:
        raise InputError("\n".join(map(_wrong, error.errors()))) from None


def setting_names(settings_type: type[Any]) -> tuple[str, ...]:
    """The names of the settings that a dataclass or a pydantic model has."""
    if issubclass(settings_type, BaseModel):
        return tuple(settings_type.model_fields)
    if is_dataclass(settings_type):
        return tuple(field.name for field in fields(settings_type) if field.init)
    raise TypeError(f"{settings_type.__name__} is neither a dataclass nor a pydantic model")


def settings_schema(kind: GeneratorKind) -> dict[str, Any]:
    """The JSON Schema of the kind's settings; no key but its own."""
    return {**TypeAdapter(kind.settings_type).json_schema(), "additionalProperties": False}


def _unknown(name: str, known: tuple[str, ...]) -> str:
    close = nearest(name, known)
    hint = f"did you mean {close}? " if close else ""
    return f"{name}: unknown key; {hint}known here: {', '.join(sorted(known))}"


def _wrong(problem: Any) -> str:
    name = ".".join(map(str, problem["loc"]))
    said = problem["msg"].removeprefix("Value error, ")
    return f"{name}: {said} (given: {problem.get('input')!r})" if name else said
