from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from jobs.generator_section import Entry, GeneratorConfig


def test_an_entry_is_a_name_or_a_name_with_settings() -> None:
    entries: TypeAdapter[GeneratorConfig] = TypeAdapter(Entry)
    assert entries.validate_python("mixture") == GeneratorConfig(generator="mixture")
    given = {"generator": "mixture", "settings": {"passes": 2}}
    assert entries.validate_python(given).words == "mixture (passes 2)"
    assert entries.validate_python(given).generator_settings.passes == 2
    with pytest.raises(ValidationError, match=r"passes: .*greater than or equal to 1"):
        entries.validate_python({"generator": "mixture", "settings": {"passes": 0}})


def test_auto_has_the_name_of_what_it_is() -> None:
    assert GeneratorConfig(generator="auto").generator == "autoregressive"
    assert GeneratorConfig().kind.name == "autoregressive"
