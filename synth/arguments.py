"""What callers of the synthesizer give, looked at before any work."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from numbers import Integral
from pathlib import Path
from typing import Any, get_args

from synth.encode.settings import EncoderSettings, RareValues
from synth.table.errors import InputError, InputTypeError
from synth.table.frame_type import FrameType
from synth.table.known_names import known_names
from synth.table.schema import TableSchema

# The least and the largest value of each limit; None where there is no largest.
_LIMITS: dict[str, tuple[int, int | None]] = {
    "min_entities": (1, None),
    "direct": (2, 4096),
    "lossless": (2, 8192),
    "coarse": (2, 256),
    "fine": (1, 128),
}


@dataclass(frozen=True)
class FitArguments:
    """What a caller says of a table's columns, by their labels until :meth:`named`.

    ``find_rules`` and ``find_forms``: whether rules and forms are looked for beside those given.
    """

    keys: tuple[Any, ...] = ()
    sensitive: tuple[Any, ...] = ()
    not_sensitive: tuple[Any, ...] = ()
    entity: tuple[Any, ...] = ()
    first: tuple[Any, ...] = ()
    veto: tuple[Any, ...] = ()
    rules: tuple[Mapping[str, Any], ...] = ()
    forms: Mapping[Any, str] = field(default_factory=dict)
    find_rules: bool = True
    find_forms: bool = True
    infer_sensitive: bool = True

    @classmethod
    def of(
        cls, *, dependencies: Any, forms: Any, infer_sensitive: bool = True, **columns: Any
    ) -> FitArguments:
        """As ``fit`` takes them; InputError where one is no list, no mapping, no rule."""
        rules = own_rules(dependencies)
        return cls(
            **{name: tuple(listed(name, given)) for name, given in columns.items()},
            rules=() if isinstance(rules, bool) else tuple(rules),
            forms=wanted_forms(forms),
            find_rules=rules is not False,
            find_forms=forms is not False,
            infer_sensitive=infer_sensitive,
        )

    def named(self, looked: FrameType, known: Collection[str]) -> FitArguments:
        """The same by names of columns; InputError names a label that is no column's."""
        require_known_in_rules(self.rules, looked, known)
        names = require_known("forms", self.forms, looked, known)
        return replace(
            self,
            keys=tuple(require_known("keys", self.keys, looked, known)),
            sensitive=tuple(require_known("sensitive", self.sensitive, looked, known)),
            not_sensitive=tuple(require_known("not_sensitive", self.not_sensitive, looked, known)),
            entity=tuple(require_known("entity", self.entity, looked, known)),
            first=tuple(require_known("first", self.first, looked, known, parts=True)),
            veto=tuple(require_known("veto", self.veto, looked, known, parts=True)),
            rules=tuple(looked.rules(self.rules)),
            forms=dict(zip(names, self.forms.values(), strict=True)),
        )


def whole(name: str, value: Any, *, least: int | None = None) -> int:
    """A whole number, ``least`` or more; InputError for anything else, True and False included."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise InputError(f"{name} must be a whole number, however: {value!r}")
    if least is not None and value < least:
        raise InputError(f"{name} must be {least} or more, however: {value!r}")
    return int(value)


def shown(progress: Any) -> bool | None:
    """Whether progress is shown; InputError for what is neither True, False nor None."""
    if progress is not None and not isinstance(progress, bool):
        raise InputError(
            "progress is None (shown in a notebook or on a terminal), True or False, however: "
            f"{progress!r}"
        )
    return progress


def encoder_settings(given: Any) -> EncoderSettings:
    """Settings of the encoder from such, or from a mapping; InputError names what is wrong."""
    if given is None:
        return EncoderSettings()
    known = [field.name for field in fields(EncoderSettings)]
    if isinstance(given, Mapping):
        for name in given:
            if name not in known:
                raise InputError(f"encoder: no setting {name!r}; {known_names(name, known)}")
        given = EncoderSettings(**given)
    if not isinstance(given, EncoderSettings):
        raise InputTypeError(
            "encoder is EncoderSettings or a mapping such as {'min_entities': 20}, however: "
            f"{type(given).__name__}"
        )
    for name, (least, most) in _LIMITS.items():
        value = whole(f"encoder: {name}", getattr(given, name), least=least)
        if most is not None and value > most:
            raise InputError(f"encoder: {name} must be {most} or less, however: {value}")
    if isinstance(given.heavy, bool) or not isinstance(given.heavy, int | float):
        raise InputError(f"encoder: heavy is a share of the rows, however: {given.heavy!r}")
    if not 0 < given.heavy <= 1:
        raise InputError(f"encoder: heavy lies above 0 and up to 1, however: {given.heavy!r}")
    if given.rare_values not in get_args(RareValues):
        words = " or ".join(get_args(RareValues))
        raise InputError(f"encoder: rare_values is {words}, however: {given.rare_values!r}")
    return given


def schema_of(given: Any) -> TableSchema | None:
    """A schema or None; InputTypeError for anything else."""
    if given is not None and not isinstance(given, TableSchema):
        raise InputTypeError(
            "schema is a synth.table.schema.TableSchema, such as TableSchema((Column('zip', "
            f"'string'), ...)), however: {type(given).__name__}"
        )
    return given


def listed(argument: str, columns: Any) -> list[Hashable]:
    """A list of column labels; InputError where it is no list."""
    if isinstance(columns, str):  # its letters would be taken for columns
        raise InputError(f"{argument} takes column names: write {argument}=[{columns!r}]")
    if isinstance(columns, Mapping) or not isinstance(columns, Iterable):
        raise InputTypeError(
            f"{argument} takes a list of column names, however: {type(columns).__name__}"
        )
    return list(columns)


def require_known(
    argument: str,
    labels: Iterable[Hashable],
    looked: FrameType,
    known: Collection[str],
    *,
    parts: bool = False,
) -> list[Any]:
    """The names of columns by their labels; InputError names a label that is no column's.

    ``known`` are the names under which the table's columns are learned. With ``parts``, what may be
    a part of one (``order: year``) is left for whoever knows the parts.
    """
    found = []
    for label in labels:
        name = looked.name_of(label)
        is_known = name in known or (parts and str(name).rpartition(": ")[0] in known)
        if not is_known:
            raise InputError(
                f"{argument} names {label!r}, which is no column of the table; "
                f"{known_names(label, known)}"
            )
        found.append(name)
    return found


def require_known_in_rules(
    rules: Iterable[Mapping[str, Any]], looked: FrameType, known: Collection[str]
) -> None:
    """InputError names a column of the caller's own rules that the table lacks."""
    for rule in rules:
        sources = rule.get("sources", ())
        named = [*(sources if isinstance(sources, list | tuple) else ())]
        named += [rule["target"]] if "target" in rule else []
        require_known("dependencies", named, looked, known, parts=True)


def wanted_forms(forms: Any) -> Mapping[Any, str]:
    """The caller's own forms by label, none for True and False; InputError for anything else."""
    if isinstance(forms, bool):
        return {}
    if not isinstance(forms, Mapping):
        raise InputTypeError(
            "forms is True, False or a mapping such as {'signup': '%d/%m/%Y'}, however: "
            f"{type(forms).__name__}"
        )
    for label, wanted in forms.items():
        if not isinstance(wanted, str):
            raise InputError(
                f"forms: how column {label!r} is written is a text, such as 'plain', however: "
                f"{wanted!r}"
            )
    return forms


def own_rules(dependencies: Any) -> bool | list[Mapping[str, Any]]:
    """The caller's own rules, or whether to look for any; InputError for anything else."""
    if isinstance(dependencies, bool):
        return dependencies
    form = "{'kind': 'sum', 'sources': ['net', 'tax'], 'target': 'gross'}"
    if isinstance(dependencies, str | Mapping) or not isinstance(dependencies, Iterable):
        raise InputTypeError(
            f"dependencies is True, False or a list of rules such as [{form}], however: "
            f"{type(dependencies).__name__}"
        )
    rules = list(dependencies)
    for rule in rules:
        if not isinstance(rule, Mapping):
            raise InputTypeError(f"dependencies: a rule is written {form}, however: {rule!r}")
    return rules


def folder_of(given: Any) -> Path:
    """A folder's path; InputTypeError for what is none."""
    try:
        return Path(given)
    except TypeError:
        raise InputTypeError(f"folder is a path, however: {type(given).__name__}") from None
