"""A generator by its name, with settings of its own: a part of the sections that name one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from jobs.section import Section, dates_as_text
from synth.generators.contract import GeneratorKind
from synth.generators.registry import AUTO, DEFAULT, generator_kind, read_settings, resolved
from synth.report.words import generator_words


class GeneratorConfig(Section):
    """A generator by its name, with the settings that its kind knows."""

    generator: str = Field(
        DEFAULT,
        description="by name: ours, one that a package brings, or auto: the best that can be "
        "fitted here",
    )
    settings: dict[str, Any] = Field(
        default_factory=dict, description="of the generator: those that its kind knows"
    )

    _plain = field_validator("settings", mode="before")(dates_as_text)

    @model_validator(mode="before")
    @classmethod
    def _is_named(cls, data: Any) -> Any:
        """``auto``, and none where the default cannot be fitted, have the name of what they are."""
        if not isinstance(data, dict) or data.get("generators"):
            return data
        name = data.get("generator", AUTO)
        found = resolved(name) if isinstance(name, str) else name
        return data if found == data.get("generator", DEFAULT) else {**data, "generator": found}

    @field_validator("generator")
    @classmethod
    def _is_installed(cls, name: str) -> str:
        _ = generator_kind(name)
        return name

    @field_validator("settings")
    @classmethod
    def _are_of_the_generator(cls, given: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Those that differ from the defaults: one that is written out says nothing."""
        name = info.data.get("generator")
        if name is None:  # it is refused already
            return given
        kind = generator_kind(name)
        own, default = read_settings(kind, given), read_settings(kind)
        return {key: v for key, v in given.items() if getattr(own, key) != getattr(default, key)}

    @property
    def kind(self) -> GeneratorKind:
        """The kind of generator."""
        return generator_kind(self.generator)

    @property
    def generator_settings(self) -> Any:
        """The settings as the kind's own type."""
        return read_settings(self.kind, self.settings)

    @property
    def words(self) -> str:
        """As it is told: ``autoregressive (steps 300)``."""
        return generator_words(self.generator, self.settings)


def _named(entry: Any) -> Any:
    """A generator that is given by its name alone."""
    return {"generator": entry} if isinstance(entry, str) else entry


Entry = Annotated[
    GeneratorConfig, BeforeValidator(_named, json_schema_input_type=str | GeneratorConfig)
]
