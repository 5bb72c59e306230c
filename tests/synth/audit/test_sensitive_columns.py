from synth.audit.content import Confidence, SensitiveContent
from synth.audit.sensitive_columns import Inference, notes_on


def holds(column: str, *, identifying: bool = True, sure: Confidence = "high") -> SensitiveContent:
    return SensitiveContent(column, "e-mail address", 1.0, 10, "values", sure, identifying)


CONTENT = (holds("a"), holds("b", identifying=False), holds("c", sure="low"), holds("d"))


def test_what_surely_identifies_people_is_taken_for_sensitive() -> None:
    assert [one.column for one in Inference().identifying(CONTENT)] == ["a", "d"]
    assert [one.column for one in Inference(but=["a"]).identifying(CONTENT)] == ["d"]
    assert Inference(infer=False).identifying(CONTENT) == ()


def test_what_is_assumed_is_said_with_what_says_otherwise() -> None:
    first, second = notes_on(Inference().identifying(CONTENT))
    assert "'a' is taken for sensitive (e-mail address)" in first and "not_sensitive" in first
    assert "'d'" in second
