"""Remedies name what their reader can set."""

from __future__ import annotations

from jobs.config import Config
from synth.audit.remedies import _IN_MEMORY, by
from synth.table.door import in_memory


def test_each_door_has_its_word() -> None:
    for setting, word in _IN_MEMORY.items():
        section, _, name = setting.partition(":")[0].partition(".")
        own = Config.model_fields[section].annotation
        assert name in own.model_fields, setting  # type: ignore[union-attr]
        assert by(setting) == setting
        with in_memory():
            assert by(setting) == word
