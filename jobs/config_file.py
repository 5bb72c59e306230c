"""The configuration file: reading it, laying changes over it, saying what is wrong with it."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from jobs.config import Config, ConfigError
from jobs.lake import Lake
from synth.generators.registry import DEFAULT, generator_kind, settings_schema

# Their values may be keys of an object store, or an address with a password: never in a message.
_UNSAID = ("session", "mlflow")


def load_config(path: Path | None = None, changes: dict[str, Any] | None = None) -> Config:
    """Read a YAML file and lay ``changes`` (dotted key -> value) over it; may raise ConfigError."""
    data: dict[str, Any] = {}
    if path is not None:
        data = _read_yaml(path)
    for key, value in (changes or {}).items():
        _set(data, key, value)
    where = str(path) if path else "the configuration"
    if not data.get("seed"):
        raise ConfigError(
            f"{where} names no seed table: give a file, a folder, a Delta path or "
            "catalog.schema.table as seed"
        )
    if not (data.get("lake") or {}).get("tables"):
        raise ConfigError(f"{where} names no lake: give --lake WHERE, a folder or catalog.schema")
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        lines = "\n  ".join(_explain(problem) for problem in error.errors())
        raise ConfigError(f"{where} cannot be used:\n  {lines}") from error


def load_lake(path: Path | None, changes: dict[str, Any]) -> Lake:
    """The lake that a configuration file, or ``changes`` over it, names; no seed is needed."""
    named = {key: value for key, value in changes.items() if key.split(".")[0] == "lake"}
    return Lake.of(load_config(path, {**named, "seed": "any"}))


def read_mapping(option: str, text: str) -> dict[str, Any]:
    """An option's value that is a mapping in YAML or JSON."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{option} is not YAML: {error}") from error
    if not isinstance(found, dict):
        raise ConfigError(
            f"{option} maps columns to values, for example '{{city: Rome}}', however: {text!r}"
        )
    return found


def parse_changes(pairs: list[str]) -> dict[str, Any]:
    """``["train.settings.steps=500"]`` as dotted keys with YAML values."""
    changes: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key.strip():
            raise ConfigError(f"--set {pair!r} is not KEY=VALUE, for example sample.rows=500")
        try:
            changes[key.strip()] = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ConfigError(f"--set {pair!r}: the value is not YAML: {error}") from error
    return changes


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the configuration file."""
    schema = Config.model_json_schema()
    # Of a generator that a package brings any settings may stand: its kind checks them.
    own = settings_schema(generator_kind(DEFAULT))
    train = schema["$defs"]["TrainConfig"]
    schema["$defs"]["Settings"] = own
    default = {"properties": {"generator": {"const": DEFAULT}}}
    train["if"], train["then"] = default, {"properties": {"settings": {"$ref": "#/$defs/Settings"}}}
    return schema


def _read_yaml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ConfigError(f"there is no configuration file {path}")
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not YAML: {error}") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{path} must hold keys and values, for example 'seed: people.csv'")
    return data


def _set(data: dict[str, Any], key: str, value: Any) -> None:
    *parents, last = key.split(".")
    for parent in parents:
        inner = data.setdefault(parent, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"{key}: {parent} is a value, not a section")
        data = inner
    data[last] = value


def _explain(problem: Any) -> str:
    """One line of pydantic's findings, with the known keys where one is unknown."""
    place = problem["loc"]
    name = ".".join(str(part) for part in place)
    lead = f"{name}: " if name else ""  # of sections that do not go together
    if place[:1] == ("train",) and place[-1] == "settings" and problem["type"] == "value_error":
        # A line each, led by the setting.
        said = problem["msg"].removeprefix("Value error, ")
        return "\n  ".join(f"{name}.{line}" for line in said.splitlines())
    if problem["type"] != "extra_forbidden":
        given = problem.get("input")
        shown = "" if isinstance(given, dict) or place[0] in _UNSAID else f" (given: {given!r})"
        return f"{lead}{problem['msg'].removeprefix('Value error, ')}{shown}"
    section: Any = Config
    for part in place[:-1]:
        section = _inside(section, part)
    if not hasattr(section, "model_fields"):  # a section that may be none
        section = get_args(section)[0]
    known = sorted(section.model_fields)
    close = difflib.get_close_matches(str(place[-1]), known, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{name}: unknown key; {hint}known here: {', '.join(known)}"


def _inside(section: Any, part: int | str) -> Any:
    """The section, or the kinds that it may be of, at one part of a place in the configuration."""
    if isinstance(part, int):  # one of a tuple of sections
        inner = get_args(section)[0]
        return getattr(inner, "__origin__", inner)
    kinds = get_args(section)
    if kinds and not hasattr(section, "model_fields"):  # a section or none, or one of several kinds
        named = [one for one in kinds if _is_of_kind(one, part)]
        if named:
            return named[0]
        section = kinds[0]
    return section.model_fields[part].annotation


def _is_of_kind(section: Any, name: str) -> bool:
    """Whether a section is the kind of rule that has this name."""
    rule = getattr(section, "model_fields", {}).get("rule")
    return rule is not None and rule.default == name
