from dataclasses import replace

from jobs.proposals import Proposal, proposals
from tests.jobs.proposed import AUDIT


def test_each_constraint_is_proposed_to_the_setting_that_takes_it() -> None:
    found = list(proposals(AUDIT))
    assert [(one.setting, one.value) for one in found] == [
        ("columns.sensitive", "mail"),
        ("columns.keys", "id"),
        ("clean.rules", {"rule": "unique", "columns": ["shop", "bill"]}),
        (
            "clean.rules",
            {
                "rule": "foreign_key_exists",
                "columns": ["shop"],
                "table": "shops",
                "references": ["id"],
            },
        ),
        ("clean.rules", {"rule": "expression", "expression": "`opened` <= `closed`"}),
        ("clean.rules", {"rule": "matches", "columns": ["bill"], "pattern": "[A-Z]-[0-9]{2}"}),
        ("dependencies.add", {"kind": "sum", "sources": ["net", "tax"], "target": "gross"}),
    ]
    assert [one.evidence for one in found[3:6]] == [
        "2 of 100 rows have no parent",
        "opened is at most closed, but for 1 of 100 rows",
        "another form than A-99 in 1 of 99 rows",
    ]


def test_what_was_not_to_be_inferred_is_not_proposed() -> None:
    told = list(proposals(replace(AUDIT, question={"not_sensitive": ("mail",)})))
    assert told[0] == Proposal("columns.keys", "id", "unique in 100 rows")
