"""Writing and reading durations."""

import numpy as np

from synth.forms.duration_style import Component, DurationStyle
from tests.synth.forms.texts import texts

CLOCK = DurationStyle(
    (Component(3600, "h", "h"), Component(60, "m", "m"), Component(1, "s", "s")), between=" "
)


def leaving_out(when: str) -> DurationStyle:
    components = tuple(
        Component(one.unit, one.one, one.many, left_out=when) for one in CLOCK.components
    )
    return DurationStyle(components, between=" ")


def test_what_is_left_out() -> None:
    durations = np.array([0, 61, 3605, 7200])
    valid = np.ones(4, bool)
    assert CLOCK.write(durations, valid).to_pylist()[1:3] == ["0h 1m 1s", "1h 0m 5s"]
    assert leaving_out("zero").write(durations, valid).to_pylist() == ["0s", "1m 1s", "1h 5s", "2h"]
    assert leaving_out("leading").write(durations, valid).to_pylist() == [
        "0s", "1m 1s", "1h 0m 5s", "2h 0m 0s",
    ]  # fmt: skip


def test_reading_is_the_inverse() -> None:
    durations = np.arange(0, 90_000, 7)
    for style in (CLOCK, leaving_out("zero"), leaving_out("leading")):
        assert DurationStyle.from_json(style.to_json()) == style
        read, sound = style.read(style.write(durations, np.ones(len(durations), bool)))
        assert sound.all() and np.array_equal(read, durations)
    assert not CLOCK.read(texts(["1h 60m 0s", "1h", "01h 1m 1s", "", "1h 1m 1s "]))[1].any()


def test_decimals() -> None:
    fixed = DurationStyle((Component(100, "s", "s"),), decimals=2)
    durations, valid = np.array([100, 105, 150]), np.ones(3, bool)
    assert fixed.write(durations, valid).to_pylist() == ["1.00s", "1.05s", "1.50s"]
    trimmed = DurationStyle((Component(100, "s", "s"),), decimals=2, trimmed=True)
    assert trimmed.write(durations, valid).to_pylist() == ["1s", "1.05s", "1.5s"]
    bare = DurationStyle((Component(100, "s", "s"),), decimals=2, bare_whole=True)
    assert bare.write(durations, valid).to_pylist() == ["1s", "1.05s", "1.50s"]
