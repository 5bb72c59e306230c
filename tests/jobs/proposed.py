"""An audit in which there is something of every kind to propose."""

from synth.audit.audit import Audit
from synth.audit.content import SensitiveContent

RULE = {"rule": "gross is the sum of\nnet and tax", "kind": "sum", "rows": 100, "exceptions": 0}
AUDIT = Audit(
    "lake/bills: all",
    100,
    (),
    (),
    (),
    (),
    {
        "rules": [
            {**RULE, "sources": ["net", "tax"], "target": "gross", "used": "drop"},
            {**RULE, "sources": ["net"], "target": "tax", "used": None},
            {
                **RULE,
                "rule": "opened is at most closed",
                "used": None,
                "sources": ["opened"],
                "target": "closed",
                "violations": 1,
                "clean": {"rule": "expression", "expression": "`opened` <= `closed`"},
            },
        ],
        "keys": [["id"], ["shop", "bill"]],
        "formats": [
            {
                "shape": "A-99",
                "rows": 99,
                "violations": 1,
                "clean": {"rule": "matches", "columns": ["bill"], "pattern": "[A-Z]-[0-9]{2}"},
            }
        ],
        "foreign_keys": [
            {
                "rows": 100,
                "violations": 2,
                "rule": {
                    "rule": "foreign_key_exists",
                    "columns": ["shop"],
                    "table": "shops",
                    "references": ["id"],
                },
            },
            {"rows": 9, "violations": 0},  # of another table to this one
        ],
    },
    (),
    content=(SensitiveContent("mail", "e-mail address", 1.0, 100, "values", "high", True),),
)
