"""Every kind that learns a likelihood refuses what its device or machine cannot do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synth.generators.network_kind import NetworkKind
from synth.generators.registry import generator_kind
from synth.table.errors import InputError


@pytest.mark.parametrize("name", ["autoregressive", "diffusion", "tvae"])
def test_precision_and_compiler_are_looked_at(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = generator_kind(name)
    assert isinstance(kind, NetworkKind)
    usual = kind.settings_type()
    tf32 = replace(usual, precision="tf32")
    kind.require_means(tf32, device="cuda")
    with pytest.raises(InputError, match="precision tf32 is of GPUs"):
        kind.require_means(tf32, device="cpu")
    asked: list[str] = []
    monkeypatch.setattr("synth.generators.network_kind.require_compiler", asked.append)
    kind.require_machine(usual, device="cpu")
    assert asked == []
    kind.require_machine(replace(usual, compiled=True), device="cpu")
    assert asked == ["cpu"]
