"""The profile of a train part, and the rules of it: one scan for both where that can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame

from jobs.entities import tell_entities
from jobs.rows import aggregate_learned, profile_table
from jobs.run import Run
from synth.dependencies.finding import DependencySearch
from synth.dependencies.search import Candidates
from synth.dependencies.verify import Verification
from synth.forms.find import settled_by
from synth.forms.table_forms import TableForms
from synth.profiling.table_profile import TableProfile
from synth.statistics.together import Together
from synth.table.schema import TableSchema

SearchOf = Callable[[TableForms], DependencySearch]


@dataclass(frozen=True)
class CheckedRules:
    """What a sample suggests of rules, and what breaks them in all rows, as ``search`` asks."""

    search: DependencySearch
    candidates: Candidates
    verification: Verification


class TrainProfile:
    """Profiles a train part in its forms, and verifies the rules that ``sample``, of it, suggests.

    The profile of all columns takes the rules along, in the forms as the sample has them settled.
    Where the whole table settles them otherwise, :meth:`rules` looks anew, in a scan of its own.
    ``search_of`` is what is looked for among learned columns.
    """

    def __init__(self, run: Run, train: DataFrame, sample: pa.RecordBatch, search_of: SearchOf):
        self._run, self._train, self._sample = run, train, sample
        self.search_of = search_of
        self._checked: tuple[TableForms, CheckedRules] | None = None

    def profile(self, forms: TableForms, learned: TableSchema) -> TableProfile:
        """The profile of these learned columns: one scan, and one more where there is a key."""
        said = f"profiling {len(learned)} columns of the train part"
        if learned == forms.learned and self._checked is None:
            found = self._with_rules(forms, said)
        else:
            self._run.reporter.step(said)
            found = profile_table(self._train, learned, forms)
        config = self._run.config
        key, least = config.split.key, config.privacy.min_entities
        tell_entities(found, self._train, forms, key=key, least=least)
        return found

    def rules(self, forms: TableForms, sample: pa.RecordBatch) -> CheckedRules:
        """The rules of the columns as these forms read them; ``sample`` in the same forms.

        No scan where they were taken along or there are none.
        """
        if self._checked is not None and self._checked[0] == forms:
            return self._checked[1]
        search, candidates = self._suggested(forms, sample)
        rules = candidates.rules
        if not rules:
            return CheckedRules(search, candidates, search.verification(rules))
        self._run.reporter.step(f"verifying {len(rules)} dependencies")
        named = {name for rule in rules for name in rule.columns}  # no other need reach the workers
        verification = aggregate_learned(
            self._train,
            forms,
            [name for name in forms.learned.names if name in named],
            new=partial(search.verification, rules),
            load=partial(search.load, rules=rules),
        )
        return CheckedRules(search, candidates, verification)

    def _with_rules(self, forms: TableForms, said: str) -> TableProfile:
        supposed = settled_by(self._sample, forms)
        search, candidates = self._suggested(supposed, supposed.read(self._sample))
        rules = candidates.rules
        self._run.reporter.step(f"{said}, and verifying {len(rules)} dependencies")
        schema = forms.learned
        parts = aggregate_learned(
            self._train,
            forms,
            schema.names,
            new=partial(
                Together.new, (partial(TableProfile, schema), partial(search.verification, rules))
            ),
            load=partial(
                Together.from_bytes,
                loads=(
                    partial(TableProfile.from_bytes, schema=schema),
                    partial(search.load, rules=rules),
                ),
            ),
        ).parts
        found: TableProfile = parts[0]
        self._checked = supposed, CheckedRules(search, candidates, parts[1])
        return found

    def _suggested(
        self, forms: TableForms, sample: pa.RecordBatch
    ) -> tuple[DependencySearch, Candidates]:
        search = self.search_of(forms)
        return search, search.candidates(sample)
