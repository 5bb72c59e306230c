"""Lineage in words, and the time of each stage."""

from synth.report.origin import lineage_view, stage_view


def test_lineage_is_said_in_words_and_what_says_nothing_is_left_out() -> None:
    found = lineage_view(
        {
            "lakesynth.synthetic": "true",
            "lakesynth.run_id": "adult-1",
            "lakesynth.seed": '{"name": "main.adult.seed", "version": 3}',
            "lakesynth.holdout": "null",
            "lakesynth.rows": "48842",
            "lakesynth.sampling_seed": "11495328383017411086",
            "lakesynth.temperature": "1.0",
            "lakesynth.given": '["sex", "age"]',
            "lakesynth.given_rows": "",
            "lakesynth.verdict": "passed",
            "lakesynth.something_new": "[]",
        }
    )
    assert found == {
        "Run": "adult-1",
        "Seed table": "main.adult.seed, version 3",
        "Rows": "48\u202f842",
        "Sampling seed": "11495328383017411086",
        "Temperature": "1.0",
        "Conditions on": "sex, age",
        "Verdict": "passed",
    }


def test_a_name_that_is_no_text_of_a_page_is_made_one() -> None:
    assert lineage_view({"lakesynth.seed_name": "a\x00b"})["Source as given"] != "a\x00b"


def test_stages_are_as_long_as_their_time() -> None:
    assert stage_view({"profile": 5.0, "train": 20.0}) == [
        {"name": "profile", "time": "5.0 s", "share": 25.0},
        {"name": "train", "time": "20.0 s", "share": 100.0},
    ]
    assert stage_view({}) == []
