"""``train.search``: which settings of the generator are tried, and how long."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from jobs.section import Section
from synth.table.errors import InputError


class SearchConfig(Section):
    """A search of the generator's settings by Ray Tune; none where it names no setting."""

    settings: dict[str, Any] = Field(
        default_factory=dict,
        description="of the generator, each with the values to try: a list, or {from, to, log}",
    )
    trials: int = Field(8, ge=1, le=1000, description="fits that are tried, the given one first")
    seconds: float = Field(1800.0, gt=0, description="after which the search ends")
    at_once: int = Field(1, ge=1, description="trials that are fitted at the same time")

    @model_validator(mode="after")
    def _names_settings(self) -> SearchConfig:
        given = sorted(self.model_fields_set - {"settings"})
        if given and not self.settings and any(self._differs(name) for name in given):
            raise InputError(
                f"search has {', '.join(given)} and no settings to try: name some, such as "
                "settings: {hidden: [32, 64, 128]}, or leave search out"
            )
        return self

    def _differs(self, name: str) -> bool:
        field = type(self).model_fields[name]
        return bool(getattr(self, name) != field.get_default(call_default_factory=True))
