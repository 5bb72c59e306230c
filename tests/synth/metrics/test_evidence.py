import json

from synth.metrics.evidence import Measured
from synth.metrics.metric import Metric


def test_what_was_measured_adds_up_and_equals_itself_through_json() -> None:
    one = Measured([Metric("a", "table", 0.5, detail="x")], ["said"], {"curve": [0.0, 1.0]})
    other = Measured([Metric("b", "column", 0.1, ("age",), slice="s")], [], {"more": {"k": 1}})
    both = one + other
    assert [m.name for m in both.metrics] == ["a", "b"] and set(both.facts) == {"curve", "more"}
    assert Measured.from_json(json.loads(json.dumps(both.to_json()))) == both
