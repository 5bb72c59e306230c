"""``lakesynth choose``: the best of finished runs, and with ``--publish`` its table published."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from jobs.api import choose_run
from jobs.choice import Choice
from jobs.config import Config
from jobs.config_file import load_lake, parse_changes
from jobs.history import PastRun, past_run
from jobs.options import ConfigOption, JsonOption, LakeOption, SetOption
from jobs.outcome import guarded
from jobs.publish import GateFailed, refusal
from jobs.show_choice import print_choice
from synth.metrics.ranking import RULE


def choose_command(
    runs: Annotated[list[str], typer.Argument(help="names of finished runs of one table")],
    lake: LakeOption = None,
    publish: Annotated[bool, typer.Option("--publish", help="publish the best one")] = False,
    config: ConfigOption = None,
    set_: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rank finished runs by their figures; publish the best, set the others aside."""

    def work(_: Config | None) -> dict[str, Any]:
        changes = parse_changes(set_ or [])
        choice = choose_run(runs, lake, config=config, changes=changes, publish=publish, brief=True)
        given = {} if lake is None else {"lake.tables": lake}
        files = load_lake(config, given | changes).files
        best = past_run(files, choice.best["run"])
        result = _result(choice, best, publish)
        if not as_json:
            print_choice(choice, result["published"])
        if publish and not choice.best["passed"]:
            raise _refused(choice, best, result)
        return result

    guarded(_nothing, work, as_json)


def _result(choice: Choice, best: PastRun, publish: bool) -> dict[str, Any]:
    """What a program is told; ``published`` is the table that the best one is published as now.

    Without publishing, the folders do not tell whose table that is.
    """
    done = best.records.get("publish") if publish else None
    table = None if done is None else done.tables.get("synthetic")
    published = None if table is None else table.name
    runs = list(choice.rows)
    return {
        "best": best.id,
        "published": published,
        "rule": RULE,
        "runs": runs,
        "notes": list(choice.notes),
    }


def _refused(choice: Choice, best: PastRun, result: dict[str, Any]) -> GateFailed:
    """The error of a best one that breaks a gate."""
    failed = refusal(best.records["evaluate"].facts, choice.best["table"])
    failed.result = result
    return failed


def _nothing() -> Config | None:
    """There is no configuration: a lake is enough."""
    return None
