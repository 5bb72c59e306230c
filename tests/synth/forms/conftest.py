"""The families of forms that are installed, or the tests' own."""

from collections.abc import Iterator

import pytest

from synth.forms import registry


@pytest.fixture
def degrees_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tests' own form is the only one."""
    monkeypatch.setattr(registry, "_FAMILIES", ("tests.synth.forms.degrees",))
    registry.families.cache_clear()
    yield
    registry.families.cache_clear()
