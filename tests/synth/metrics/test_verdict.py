import json
from dataclasses import replace

from synth.metrics.copies import exact_copies
from synth.metrics.metric import Gate, Metric
from synth.metrics.verdict import KEPT, Verdict, areas_in_order, failed_kinds, verdict_of

KEPT_ONE = Metric("column_similarity", "table", 0.97, gate=Gate("quality", 0.96))
LOW = Metric("pair_similarity", "table", 0.8, gate=Gate("quality", 0.9))
AMBER = replace(LOW, gate=Gate("quality", 0.9, 0.7))
COPIED = replace(exact_copies(20, 1000), gate=Gate("privacy", 0.01))


def test_every_broken_gate_is_a_reason() -> None:
    assert verdict_of([KEPT_ONE, Metric("jensen_shannon", "table", 0.5)]).reasons == [KEPT]
    found = verdict_of([COPIED, KEPT_ONE, LOW])
    assert not found.passed and found.status == "red"
    assert found.reasons == [
        "20 of 1,000 rows equal a real one in every value, at most 10 may "
        "(gates.copy_rate, gates.copy_level)",
        "pair similarity is 0.8000, at least 0.9000 is asked",
    ]
    assert failed_kinds([COPIED, KEPT_ONE, LOW], found) == ["privacy", "quality"]
    assert areas_in_order(found) == [("fidelity", "red"), ("privacy", "red")]


def test_amber_is_published_only_where_it_may() -> None:
    found = verdict_of([KEPT_ONE, AMBER])
    assert found.passed and found.status == "amber" and found.reasons[0].startswith("amber: pair")
    refused = verdict_of([KEPT_ONE, AMBER], amber_passes=False)
    assert not refused.passed and failed_kinds([KEPT_ONE, AMBER], refused) == ["quality"]


def test_a_waived_red_figure_leaves_the_table_amber_and_says_who_answers() -> None:
    waived = replace(LOW, gate=Gate("quality", 0.9, waiver="Jane Doe: a pilot"))
    found = verdict_of([KEPT_ONE, waived])
    assert found.passed and found.status == "amber" and not found.reasons
    assert found.waived == [
        "pair similarity is 0.8000, at least 0.9000 is asked; waived by Jane Doe: a pilot"
    ]
    assert not verdict_of([COPIED, waived]).passed


def test_a_verdict_equals_itself_through_json_also_one_of_an_earlier_version() -> None:
    found = verdict_of([COPIED, AMBER])
    assert Verdict.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert Verdict.from_json({"passed": False, "reasons": ["no"]}).status == "red"
