"""Every kind that learns a likelihood refuses what cannot be, by itself or where it learns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synth.generators.network_kind import NetworkKind
from synth.generators.registry import generator_kind
from synth.table.errors import InputError

NAMES = ("autoregressive", "diffusion", "tvae")


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_has_a_row_for_each_part_at_least(name: str) -> None:
    kind = generator_kind(name)
    usual = kind.settings_type()
    kind.require_means(replace(usual, accumulation=32), device="cpu")
    kind.require_means(replace(usual, accumulation=64, batch_rows=64), device="cpu")
    at_least = "more than the 32 rows that a batch has at least where batch_rows is not given: set "
    with pytest.raises(InputError, match=f"^accumulation is 33, {at_least}accumulation to 32 or"):
        kind.require_means(replace(usual, accumulation=33), device="cpu")
    with pytest.raises(InputError, match="accumulation is 65, more than the 64 rows of a batch:"):
        kind.require_means(replace(usual, accumulation=65, batch_rows=64), device="cpu")


@pytest.mark.parametrize("name", NAMES)
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


@pytest.mark.parametrize("name", NAMES)
def test_a_fit_is_longer_with_rows_and_codes_and_ends_with_its_steps(name: str) -> None:
    kind = generator_kind(name)
    usual = kind.settings_type()
    few, many = kind.length(usual, 10_000, 500), kind.length(usual, 100_000, 500)
    assert few is not None and many is not None and few.steps < many.steps < many.most_steps
    assert few.step_rows == usual.batch_size(10_000) and few.most_steps == usual.steps
    wide = kind.length(usual, 10_000, 800)
    assert wide is not None and wide.steps > few.steps
    short = kind.length(replace(usual, steps=50), 10_000, 500)
    assert short is not None and short.steps == short.most_steps == 50


@pytest.mark.parametrize("name", NAMES)
def test_a_rehearsal_has_the_batch_of_the_whole_table_and_few_steps(name: str) -> None:
    kind = generator_kind(name)
    usual = kind.settings_type()
    short = kind.rehearsed(usual, 10**6)
    assert short.batch_rows == usual.batch_size(10**6)
    assert short.steps <= 100 and short.steps >= 3 * short.evaluation_gap(0)
