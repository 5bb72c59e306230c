from jobs.audit_question import audit_question
from jobs.config_file import load_config
from synth.statistics.entities import Entities


def test_what_a_configuration_says_is_what_is_asked() -> None:
    given = {
        "seed": "people.csv",
        "lake.tables": "lake",
        "task.target": "granted",
        "task.positive": 1,
        "stated.intended_use": "load tests",
        "privacy.min_entities": 20,
        "columns.infer_sensitive": False,
        "columns.not_sensitive": ["mail"],
        "random_seed": 3,
    }
    asked = audit_question(load_config(None, given), Entities(7, 20, 31))
    assert (asked.target, asked.positive, asked.purpose) == ("granted", "1", "load tests")
    assert (asked.entities, asked.min_entities, asked.seed) == (7, 20, 3)
    assert (asked.least, audit_question(load_config(None, given)).least) == (31, 20)
    assert not asked.inference.infer and asked.inference.but == ("mail",)
