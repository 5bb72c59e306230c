"""What names a stage's work: the settings that it reads, and the records that it reads.

Settings that have their default are left out, so that a version that brings a new one finds runs of
earlier versions again. Pure: no Spark, no files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from pydantic import BaseModel

from jobs.config import Config
from jobs.stages import BY_NAME, REPLACED, before
from lakehouse.expressions import mentions

# They say where and how the work is done, or what is kept; the same is made.
NOTHING_MADE = (
    "lake",
    "session",
    "mlflow",
    "encode.keep_codes",
    "train.at_once",
    "train.launch",
    "train.address",
    "train.workers",
    "train.use_gpu",
    "train.resources",
    "train.failures",
    "train.reader",
    "train.checkpoint_seconds",
    "sample.partitions",
)
_HIDDEN = "(not shown)"


@dataclass(frozen=True)
class Setting:
    """One setting by its dotted key; ``value`` is JSON."""

    key: str
    value: Any
    is_default: bool


@dataclass(frozen=True)
class Difference:
    """A setting that two configurations give different values; as text, sensitive ones masked."""

    key: str
    before: str
    now: str


def identity(
    stage: str,
    config: Config,
    read: Mapping[str, str],
    *,
    model: str | None = None,
    told: bool = True,
) -> str:
    """The name of a stage's work; ``read`` has the results of the records that it reads.

    ``model`` is the hash of a model that was trained elsewhere: it stands for encoder and training.
    Without ``told`` the name of what it leaves to other stages, whatever it tells besides.
    """
    if model is not None and stage in REPLACED:
        return digest([stage, model])
    found = settings(config, (stage,))
    if not told:
        more = _tells(stage, config)
        found = {key: one for key, one in found.items() if not _is_among(key, more)}
    return digest([stage, _said(found), sorted(read.items())])


def configuration(config: Config, last: str, *, model: str | None = None) -> str:
    """The name of all settings that the stages up to ``last`` read."""
    stages = _reading((*before(last), last), model)
    named = [_said(settings(config, stages))]
    return digest(named if model is None else [*named, model])


def settings(config: Config, stages: Iterable[str]) -> dict[str, Setting]:
    """The settings that these stages read, but for those that change nothing that is made."""
    named = tuple(stages)
    asked = [key for stage in named for key in _keys(stage, config)]
    dealt = _dealt(config) if "encode" in named else ()
    nothing = [key for key in NOTHING_MADE if key not in dealt]
    return {
        found.key: found
        for found in _leaves(config, config)
        if _is_among(found.key, asked) and not _is_among(found.key, nothing)
    }


def encode_reads(config: Config) -> tuple[str, ...]:
    """The settings of the training that the encode stage reads as well."""
    names = sorted(config.train.kind.encode_settings)
    return ("train.generator", *(f"train.settings.{name}" for name in names), *_dealt(config))


def _tells(stage: str, config: Config) -> tuple[str, ...]:
    """The settings by which a stage tells more: of the profile of all, what is to be predicted."""
    more = ("task.target", "task.positive") if stage == "profile" and config.profile.whole else ()
    return (*BY_NAME[stage].tells, *more)


def _dealt(config: Config) -> tuple[str, ...]:
    """What says in how many files codes lie, where that is not by their rows alone."""
    return ("train.reader", "train.workers") if config.train.deals_row_groups else ()


def differences(
    run: Config, given: Config, stages: Iterable[str], *, model: str | None = None
) -> list[Difference]:
    """The settings of these stages in which two configurations differ."""
    names = _reading(tuple(stages), model)
    hidden = _hidden(run) | _hidden(given)
    old, new = (_spread(settings(config, names)) for config in (run, given))
    return [
        Difference(".".join(key), _shown(key, old, hidden), _shown(key, new, hidden))
        for key in dict.fromkeys([*old, *new])
        if key not in old or key not in new or old[key] != new[key]
    ]


def chosen_settings(config: Config, sensitive: Iterable[str] = ()) -> dict[str, str]:
    """The settings of all stages that differ from their defaults, as text.

    What tells values of sensitive columns, those of the configuration and the given ones, is
    masked.
    """
    hidden = _hidden(config, sensitive)
    found = {key: one for key, one in settings(config, BY_NAME).items() if not one.is_default}
    spread = _spread(found)
    return {".".join(key): _shown(key, spread, hidden) for key in spread}


def digest(parts: Any) -> str:
    """16 hexadecimal digits that name a piece of JSON; the order in its objects counts."""
    text = json.dumps(parts, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _reading(stages: tuple[str, ...], model: str | None) -> tuple[str, ...]:
    """Those of the stages whose settings count beside a model that was trained elsewhere."""
    return stages if model is None else tuple(name for name in stages if name not in REPLACED)


def _keys(stage: str, config: Config) -> tuple[str, ...]:
    own = (*BY_NAME[stage].settings, *_tells(stage, config))
    return (*own, *encode_reads(config)) if stage == "encode" else own


def _is_among(key: str, keys: Iterable[str]) -> bool:
    """Whether a key, or a section that it is in, is one of ``keys``."""
    return any(key == one or key.startswith(f"{one}.") for one in keys)


def _leaves(config: Config, section: BaseModel, lead: str = "") -> Iterator[Setting]:
    """Every setting of a section and of its own sections."""
    plain = section.model_dump(mode="json")
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _leaves(config, value, f"{lead}{name}.")
        elif (lead, name) == ("train.", "settings"):  # each is one, those at their default left out
            yield from (Setting(f"train.settings.{key}", own, False) for key, own in value.items())
        elif (lead, name) == ("", "table"):  # the name that it has, whether given or not
            yield Setting(name, config.table_name, False)
        else:
            default = field.get_default(call_default_factory=True)
            yield Setting(f"{lead}{name}", plain[name], value == default)


def _said(found: Mapping[str, Setting]) -> list[tuple[str, Any]]:
    """What differs from its default; inside a value the order counts, as it does for conditions."""
    return [(key, one.value) for key, one in sorted(found.items()) if not one.is_default]


def _spread(found: Mapping[str, Setting]) -> dict[tuple[str, ...], Any]:
    """The values by key; of a setting that holds values by column, those of each column."""
    spread: dict[tuple[str, ...], Any] = {}
    for key, one in found.items():
        if isinstance(one.value, dict):
            spread |= {(key, str(column)): value for column, value in one.value.items()}
        else:
            spread[(key,)] = one.value
    return spread


def _shown(key: tuple[str, ...], values: Mapping[tuple[str, ...], Any], hidden: set[str]) -> str:
    if key not in values:  # of a generator's settings only those that are no default are known
        return "the default" if key[0].startswith("train.settings.") else "nothing"
    if key[-1] in hidden or _says(values[key], hidden):
        return _HIDDEN
    return json.dumps(values[key], ensure_ascii=False)


def _hidden(config: Config, sensitive: Iterable[str] = ()) -> set[str]:
    """The columns whose values are not shown, and the setting that may be a value of one."""
    hidden = {*config.columns.sensitive, *sensitive}
    target = config.task.target
    if target in hidden or (target is None and hidden):  # it is proposed from the data then
        hidden.add("task.positive")
    return hidden


def _says(value: Any, hidden: set[str]) -> bool:
    """Whether a value, such as a list of rules, says something of a hidden column but its name."""
    if isinstance(value, dict):
        return _mentions(value, hidden)
    return isinstance(value, list | tuple) and any(_says(one, hidden) for one in value)


def _mentions(value: Any, hidden: set[str]) -> bool:
    if isinstance(value, dict):
        return any(_mentions(one, hidden) for one in (*value, *value.values()))
    if isinstance(value, list | tuple):
        return any(_mentions(one, hidden) for one in value)
    return mentions(value, hidden) if isinstance(value, str) else value in hidden
